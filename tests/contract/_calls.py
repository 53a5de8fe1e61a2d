"""What the installed clients send, without sending it."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from conductor_core import Call, Item, OpenBody, Plugins, Read, Settings, Sleep, Together
from conductor_core._call import NO_BODY
from conductor_core._codec import encode_json
from conductor_core._endpoint import endpoints_of
from conductor_core._plugins import _known
from conductor_core._stream import streams_of
from conductor_core.errors import ConductorError, NotFoundError, NotSupportedByServerError
from conductor_core.http import Request, Response
from tests.contract import _spec
from tests.contract._examples import example
from tests.contract._samples import arguments_of

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from conductor_core import Api
    from conductor_core._endpoint import Declaration

_MOST_STEPS = 10


@dataclass(frozen=True)
class Sent:
    """One call of one client method."""

    client: str
    method: str
    call: Call[Any]

    @property
    def key(self) -> tuple[str, str]:
        """Verb and path template."""
        return key_of(self.call)

    @property
    def document(self) -> object:
        """The JSON body as it goes over the wire, or None."""
        return None if self.call.body is NO_BODY else json.loads(encode_json(self.call.body))

    def __str__(self) -> str:
        return f"{self.client}.{self.method} {self.call.method} {self.call.template}"


def key_of(call: Call[Any]) -> tuple[str, str]:
    """Verb and path template of a call, as the tables of operations name them."""
    return call.method, f"..{call.template}" if call.beside_api else call.template


@cache
def clients() -> dict[str, type[Api[Any]]]:
    """The class of every installed client, by name."""
    plugins = Plugins.from_settings(Settings())
    return {name: plugins.client(name) for name in plugins.names(_known.CLIENTS)}


@cache
def declarations(client: str) -> dict[str, Declaration]:
    """Every method of a client: endpoints, flows and streams."""
    api = clients()[client]
    return {**endpoints_of(api), **streams_of(api)}


def methods() -> list[tuple[str, str]]:
    """Client and name of every method."""
    return [(client, name) for client in clients() for name in sorted(declarations(client))]


def is_plain(client: str, name: str) -> bool:
    """Whether a method is one call."""
    endpoint = endpoints_of(clients()[client]).get(name)
    return endpoint is not None and not endpoint.is_flow


@cache
def all_sent() -> tuple[Sent, ...]:
    """Every call of every method of every installed client."""
    return tuple(sent for client, api in clients().items() for sent in sent_by(client, api))


def sent_by(client: str, api: type[Api[Any]]) -> Iterator[Sent]:
    """Every call of every method of a client, built with generated values; one for each operation of a method."""
    for name, declaration in sorted({**endpoints_of(api), **streams_of(api)}.items()):
        found: dict[tuple[str, str], Sent] = {}
        for call in _calls_of(api, declaration):
            found.setdefault(key_of(call), Sent(client, name, call))
        yield from found.values()


def _calls_of(api: type[Api[Any]], declaration: Declaration) -> Iterator[Call[Any]]:
    arguments = arguments_of(declaration)
    instance = api(None)  # type: ignore[arg-type]  # builders never touch the driver
    if isinstance(made := declaration.builder(instance, **arguments), Call):
        yield made
        return
    for failure in (None, NotFoundError, NotSupportedByServerError):
        yield from _steps(declaration.builder(instance, **arguments), failure)


def _steps(flow: Generator[Any, Any, Any], failure: type[NotFoundError] | None) -> Iterator[Call[Any]]:
    """Run a flow on answers that are made from the schema; its first call may find nothing, or no such operation."""
    answer: Any = None
    for number in itertools.count():
        try:
            step = flow.throw(_failure(failure)) if number == 1 and failure else flow.send(answer)
        except (StopIteration, ConductorError):  # some flows do not find what they look for in an example
            return
        if isinstance(step, Sleep) or number == _MOST_STEPS:
            flow.close()
            return
        answer = None
        if isinstance(step, Read):
            answer = b""
        elif isinstance(step, Together):
            calls: tuple[Call[Any], ...] = step.calls  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - of any answers
            yield from calls
            answer = [answer_of(call) for call in calls]
        elif not isinstance(step, Item):
            yield step
            answer = answer_of(step)


def answer_of(call: Call[Any]) -> Any:
    """An answer as the OpenAPI document describes it, read as the call reads it."""
    operation = _spec.operations().get(key_of(call))
    if call.returns is None or operation is None:
        return None
    if call.returns is OpenBody:
        request = Request(call.method, f"http://conductor.test/api{call.target}")
        return OpenBody(Response(200, headers={"content-type": "text/event-stream"}, content=b"", request=request))
    kind: Any = call.returns
    return TypeAdapter[Any](kind).validate_python(example(operation.answer))


def _failure(kind: type[NotFoundError]) -> NotFoundError:
    return kind(method="GET", url="http://conductor.test/api", status=404)
