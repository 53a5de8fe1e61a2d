"""HTTP: sends a request and gives the answer."""

from __future__ import annotations

import asyncio
import codecs
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from conductor_core.http import AsyncClient, HTTPError, InvalidURL, Timeout
from conductor_embedded._json import why_unfit
from conductor_embedded._state import TaskState, TaskStatus
from conductor_embedded._values import Document, as_int, as_map, as_text
from conductor_embedded.decider._effects import StartJob
from conductor_embedded.decider._inputs import task_input
from conductor_embedded.decider._schedule import new_task
from conductor_embedded.system_tasks._base import JobResult, SystemTask

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conductor_embedded._definitions import TaskNode
    from conductor_embedded.decider._draft import Draft

_DEFAULT_MS: Final = 3000
_LARGEST_BODY: Final = 10 * 1024 * 1024
_BUSY: Final = 503
_BUSY_SECONDS: Final = 1.0
_ERROR: Final = 400
_PROBLEM: Final = "Failed to invoke HTTP task due to: "


class Http(SystemTask):
    """Runs its request beside the engine; whatever answers 400 or above, or not at all, is a failure."""

    type = "HTTP"

    def schedule(self, draft: Draft, node: TaskNode, previous: TaskState | None, delay_seconds: int) -> None:
        """Make the task, and ask for the request."""
        values = {**task_input(draft.execution, node, ""), "asyncComplete": node.document.get("asyncComplete") is True}
        task = new_task(draft, node, previous, delay_seconds=delay_seconds, values=values)
        self._ask(draft, task)

    def execute(self, draft: Draft, task: TaskState) -> bool:
        """Do nothing: the answer is an event of its own."""
        del draft, task
        return False

    def reset(self, draft: Draft, task: TaskState) -> None:
        """Ask for the request once more."""
        self._ask(draft, task)

    @staticmethod
    def _ask(draft: Draft, task: TaskState) -> None:
        task.wake_at = None
        draft.effects.append(StartJob(draft.execution.workflow_id, task.task_id, task.available_at))

    async def run(self, task: TaskState) -> JobResult:
        """Send the request and wait for its answer."""
        request = as_map(task.input.get("http_request")) or task.input
        uri, method = as_text(request.get("uri")), as_text(request.get("method"))
        if not uri:
            return _failure("Missing HTTP URI.  See documentation for HttpTask for required input parameters")
        if not method:
            return _failure("No HTTP method specified")
        try:
            async with AsyncClient(timeout=_timeout(request)) as client:
                answer = await _send(client, method.upper(), uri, request)
                if answer.status == _BUSY:  # the server's client tries once more by itself
                    await asyncio.sleep(_BUSY_SECONDS)
                    answer = await _send(client, method.upper(), uri, request)
        except (HTTPError, InvalidURL, ValueError) as error:
            text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            return _failure(_PROBLEM + text, {"response": text})
        if answer.status >= _ERROR:
            status = f"{answer.status} {answer.reason}"
            text = f'java.lang.Exception: {status} on {method.upper()} request for "{uri}": "{answer.text}"'
            return _failure(_PROBLEM + text, {"response": text})
        waits = request.get("asyncComplete") is True or task.input.get("asyncComplete") is True
        return JobResult(TaskStatus.IN_PROGRESS if waits else TaskStatus.COMPLETED, {"response": _document(answer)})


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    reason: str
    headers: dict[str, list[str]]
    text: str


async def _send(client: AsyncClient, method: str, uri: str, request: Mapping[str, object]) -> _Answer:
    headers = {str(name): _text(value) for name, value in as_map(request.get("headers")).items()}
    given = {name.lower() for name in headers}
    if "content-type" not in given:
        headers["Content-Type"] = as_text(request.get("contentType")) or "application/json"
    if "accept" not in given and request.get("accept"):
        headers["Accept"] = _text(request["accept"])
    body = request.get("body")
    content = None if body is None else _text(body).encode()
    async with client.stream(method, uri, headers=headers, content=content) as response:
        size = 0
        parts: list[bytes] = []
        async for part in response.aiter_bytes():
            size += len(part)
            if size > _LARGEST_BODY:
                raise ValueError(f"the answer is larger than {_LARGEST_BODY} bytes")
            parts.append(part)
        named: dict[str, list[str]] = {}
        for name, value in response.headers.raw:
            named.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
        text = b"".join(parts).decode(_charset(response.charset_encoding), "replace")
        return _Answer(response.status_code, response.reason_phrase, named, text)


def _charset(name: str | None) -> str:
    try:
        return codecs.lookup(name or "utf-8").name
    except LookupError:
        return "utf-8"


def _document(answer: _Answer) -> Document:
    return {
        "headers": answer.headers,
        "reasonPhrase": answer.reason,
        "body": _body(answer.text) if answer.text else None,
        "statusCode": answer.status,
    }


def _body(text: str) -> object:
    try:
        value = cast("object", json.loads(text))
    except (ValueError, RecursionError):
        return text
    brackets = text.count("[") + text.count("{")
    unfit = why_unfit(value, brackets=brackets, has_surrogates="\\ud" in text.lower())
    return value if unfit is None else text


def _timeout(request: Mapping[str, object]) -> Timeout:
    read = as_int(request.get("readTimeOut"), _DEFAULT_MS) / 1000
    return Timeout(read, connect=as_int(request.get("connectionTimeOut"), _DEFAULT_MS) / 1000)


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def _failure(reason: str, output: Document | None = None) -> JobResult:
    return JobResult(TaskStatus.FAILED, output or {}, reason)
