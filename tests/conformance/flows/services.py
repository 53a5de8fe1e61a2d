"""HTTP, JSON_JQ_TRANSFORM and EVENT: what the server does with others' data."""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conductor_core.models import TaskResultStatus
from tests.conformance.flows.loops import times
from tests.conformance.flows.operators import inline
from tests.conformance.lab import Document, Lab, flow, latest, result_of, statuses

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

ANSWERS = {
    "/json": (200, "application/json", '{"n": [1, 2.5, null, true, "x"]}'),
    "/list": (200, "application/json", "[1, 2]"),
    "/text": (200, "text/plain", "plain words"),
    "/nothing": (204, "", ""),
    "/broken": (200, "application/json", '{"n": '),
    "/missing": (404, "application/json", '{"message": "no such thing"}'),
    "/failing": (500, "text/plain", "out of order"),
    "/empty": (200, "", ""),
}
REASONS = {200: "OK", 204: "No Content", 404: "Not Found", 500: "Internal Server Error"}


@dataclass
class Site:
    """A small web server.

    Attributes:
        url: where it is.
        seen: what it was asked: verb, path, content type, body.
    """

    url: str = ""
    seen: list[list[object]] = field(default_factory=list[list[object]])

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request and close the connection."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head.strip().split("\r\n")
            verb, target, _ = first.split(" ")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            body = (await _body(reader, headers)).decode()
            self.seen.append([verb, target, headers.get("content-type"), headers.get("x-own"), body])
            status, kind, text = ANSWERS.get(target.partition("?")[0], (200, "application/json", json.dumps(body)))
            content = text.encode()
            shown = [f"HTTP/1.1 {status} {REASONS[status]}", "X-Site: lab", "Connection: close"]
            shown += [f"Content-Type: {kind}"] if kind else []
            shown += [f"Content-Length: {len(content)}"] if status != 204 else []
            writer.write("\r\n".join([*shown, "", ""]).encode() + content)
            await writer.drain()
        writer.close()


async def _body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding") != "chunked":
        return await reader.readexactly(int(headers.get("content-length", 0)))
    body = b""
    while size := int(await reader.readline(), 16):
        body += await reader.readexactly(size)
        await reader.readline()
    return body


@contextlib.asynccontextmanager
async def site(lab: Lab) -> AsyncGenerator[Site]:
    """Run a web server until the block ends; notes call its address <site>."""
    found = Site()
    server = await asyncio.start_server(found.answer, "127.0.0.1", 0)
    found.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    lab.call(found.url, "<site>")
    async with server:
        yield found


def http(ref: str, **inputs: object) -> Document:
    """Make an HTTP task."""
    return {"name": ref, "taskReferenceName": ref, "type": "HTTP", "inputParameters": inputs}


def own(task: Document) -> Document:
    """Leave out the definition, into which the real server writes some inputs; not copied."""
    return {name: value for name, value in task.items() if name != "workflowTask"}


async def ended(lab: Lab, label: str, name: str = "wf", **start: Any) -> Document:
    """Start a workflow, wait for its end, and note state, reason and all tasks."""
    document = await lab.finished(await lab.start(name, **start))
    tasks = [[task["status"], task["inputData"], task["outputData"]] for task in document["tasks"]]
    lab.note(label, [document["status"], document.get("reasonForIncompletion"), tasks, document["output"]])
    return document


@flow
async def http_answers_become_outputs(lab: Lab) -> None:
    async with site(lab) as web:
        request = {"uri": web.url + "${workflow.input.path}", "method": "GET"}
        await lab.define(
            [http("call", http_request=request), inline("after", "$.body", body="${call.output.response.body}")]
        )
        for path in ("/json", "/list", "/text", "/nothing", "/empty"):
            await ended(lab, path, input={"path": path})


@flow
async def an_http_task_from_start_to_end(lab: Lab) -> None:
    async with site(lab) as web:
        workflow_id = await lab.run_tasks([http("call", uri=f"{web.url}/json", method="GET")])
        lab.note("task", own(latest(await lab.finished(workflow_id), "call")))


@flow
async def http_requests_are_what_was_asked_for(lab: Lab) -> None:
    async with site(lab) as web:
        wanted: dict[str, Document] = {
            "post": {"method": "POST", "body": {"a": [1, None]}, "headers": {"X-Own": "mine"}},
            "put a text": {"method": "PUT", "body": "words", "contentType": "text/plain"},
            "delete": {"method": "DELETE"},
            "query": {"method": "GET", "uri": f"{web.url}/echo?a=1&b=x"},
            "patch": {"method": "PATCH", "body": [1]},
        }
        for label, request in wanted.items():
            await lab.define([http("call", **{"uri": f"{web.url}/echo", **request})], label)
            await lab.finished(await lab.start(label))
            lab.note(label, web.seen.pop())


@flow
async def http_failures(lab: Lab) -> None:
    async with site(lab) as web:
        request = {"uri": web.url + "${workflow.input.path}", "method": "GET"}
        await lab.define([http("call", http_request=request)])
        for path in ("/missing", "/failing"):
            await ended(lab, path, input={"path": path})
        lab.note("asked", [seen[1] for seen in web.seen])


@flow
async def http_without_a_server_or_address(lab: Lab) -> None:
    await lab.define([http("call", uri="http://127.0.0.1:1/nobody", method="GET")], "nobody")
    document = await lab.finished(await lab.start("nobody"))
    lab.note("nobody", [document["status"], latest(document, "call")["status"]])
    await lab.define([http("call", http_request={"uri": "${workflow.input.gone}", "method": "GET"})], "no uri")
    await ended(lab, "no uri", "no uri")
    await lab.define([http("call", uri="http://127.0.0.1:1/nobody")], "no method")
    document = await lab.finished(await lab.start("no method"))
    lab.note("no method", [document["status"], latest(document, "call").get("reasonForIncompletion")])
    definition = lab.definition([http("call")], "nothing")
    await lab.refused("refused", lab.conductor.metadata.register_workflow_def(definition))


@flow
async def an_http_task_that_is_completed_from_outside(lab: Lab) -> None:
    async with site(lab) as web:
        request = {"uri": f"{web.url}/json", "method": "GET", "asyncComplete": True}
        workflow_id = await lab.run_tasks([{**http("call", http_request=request), "asyncComplete": True}])

        async def look() -> Document | None:
            document = await lab.document(workflow_id)
            return document if latest(document, "call").get("outputData") else None

        document = await lab.wait_for(look, "an answer")
        task = latest(document, "call")
        lab.note("waits", [task["status"], task["outputData"]["response"]["body"]])
        path = (workflow_id, "call", TaskResultStatus.COMPLETED)
        await lab.conductor.tasks.update_task_by_ref_name(*path, {"more": 1})
        document = await lab.finished(workflow_id)
        lab.note("ended", [document["status"], sorted(document["output"])])


@flow
async def http_in_a_loop(lab: Lab) -> None:
    async with site(lab) as web:
        body = http("call", uri=web.url + "/echo?n=${loop.output.iteration}", method="GET")
        document = await lab.finished(await lab.run_tasks([times("loop", 2, body)]))
        lab.note("ended", [document["status"], statuses(document), [seen[1] for seen in web.seen]])


@flow
async def an_http_task_is_tried_again(lab: Lab) -> None:
    async with site(lab) as web:
        await lab.define_task("call", retryCount=1, retryDelaySeconds=0)
        call = {**http("call", uri=f"{web.url}/failing", method="GET"), "name": lab.own("call")}
        document = await lab.finished(await lab.run_tasks([call]))
        lab.note("ended", [document["status"], statuses(document), len(web.seen)])


def jq(ref: str, query: str, **inputs: object) -> Document:
    """Make a JSON_JQ_TRANSFORM task."""
    parameters = {"queryExpression": query, **inputs}
    return {"name": ref, "taskReferenceName": ref, "type": "JSON_JQ_TRANSFORM", "inputParameters": parameters}


@flow
async def a_jq_task_from_start_to_end(lab: Lab) -> None:
    query = "{sum: (.numbers | add), names: [.people[].name]}"
    values = {"numbers": [1, 2, 3], "people": [{"name": "Ada"}, {"name": "Bob"}]}
    await lab.finished(await lab.run_tasks([jq("query", query, **values)]), "completed")


@flow
async def jq_results(lab: Lab) -> None:
    queries = {
        "several": ".list[]",
        "none": "empty",
        "null": ".nothing",
        "own query": ".queryExpression | length",
        "text": '"\\(.text) and more"',
        "select": "[.list[] | select(. > 1)]",
        "numbers": "[1.5, 2.0, 10, -3, (7 / 2), (6 / 2)]",
        "truth": "[true, false, null]",
        "keys": "{b: 1, a: 2} | keys",
        "groups": "[.people[] | {(.name): .age}] | add",
        "reduced": "reduce .list[] as $n (0; . + $n)",
        "sorted": ".people | sort_by(.age) | map(.name)",
        "if": 'if (.list | length) > 2 then "many" else "few" end',
    }
    values = {"list": [1, 2, 3], "text": "words", "people": [{"name": "Ada", "age": 36}, {"name": "Bob", "age": 7}]}
    for label, query in queries.items():
        await lab.define([jq("query", query, **values)], label)
        document = await lab.finished(await lab.start(label))
        lab.note(label, [document["status"], document["output"]])


@flow
async def jq_failures(lab: Lab) -> None:
    for label, query in {"at run time": ".text | keys", "syntax": ".a ||| ."}.items():
        await lab.define([jq("query", query, text="words")], label)
        document = await lab.finished(await lab.start(label))
        task = latest(document, "query")
        lab.note(label, [document["status"], task["status"], sorted(task["outputData"])])
        assert task["outputData"]["error"] == task["reasonForIncompletion"]
    definition = lab.definition([{**jq("query", ""), "inputParameters": {"a": 1}}], "none")
    await lab.refused("refused", lab.conductor.metadata.register_workflow_def(definition))


def event(ref: str, sink: str, **fields: object) -> Document:
    """Make an EVENT task."""
    return {"name": ref, "taskReferenceName": ref, "type": "EVENT", "sink": sink, **fields}


@flow
async def an_event_from_start_to_end(lab: Lab) -> None:
    tasks = [event("tell", "conductor", inputParameters={"a": "${workflow.input.a}"}), inline("after", "1")]
    await lab.define(tasks)
    workflow_id = await lab.start(input={"a": 7}, correlationId="c")
    lab.note("task", own(latest(await lab.finished(workflow_id), "tell")))


@flow
async def events_name_their_queue(lab: Lab) -> None:
    for label, sink in {"named": "conductor:news", "expression": "conductor:${workflow.input.to}"}.items():
        await lab.define([event("tell", sink)], label)
        document = await lab.finished(await lab.start(label, {"to": "them"}))
        lab.note(label, [document["status"], document["output"]])


@flow
async def an_event_that_is_completed_from_outside(lab: Lab) -> None:
    workflow_id = await lab.run_tasks([event("tell", "conductor:news", asyncComplete=True)])
    document = await lab.task_is(workflow_id, "tell", "IN_PROGRESS")
    lab.note("waits", own(latest(document, "tell")))
    task = await lab.conductor.tasks.get_task(latest(document, "tell")["taskId"])
    await lab.conductor.tasks.update_task(result_of(task, TaskResultStatus.COMPLETED, {"heard": True}))
    document = await lab.finished(workflow_id)
    lab.note("ended", [document["status"], document["output"]])


@flow
async def events_that_nobody_takes(lab: Lab) -> None:
    for label, sink in {"unknown": "nobody:x", "empty": ""}.items():
        await lab.define([event("tell", sink)], label)
        document = await lab.finished(await lab.start(label))
        task = latest(document, "tell")
        lab.note(label, [document["status"], task["status"], task.get("reasonForIncompletion")])
