"""Routes that start executions and look at them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from conductor_embedded import _document_shapes as shapes
from conductor_embedded._json import is_object
from conductor_embedded._values import as_texts
from conductor_embedded.api._answers import document, nothing, plain
from conductor_embedded.api._exchange import Exchange
from conductor_embedded.api._reading import (
    bool_query,
    int_query,
    json_body,
    list_query,
    optional_int,
    part,
    text_query,
    whole_number,
)
from conductor_embedded.errors import EngineError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from conductor_embedded._engine_api import Document, EngineApi
    from conductor_embedded.validation import Validation

_EXECUTE_SECONDS = 10
_OUTCOMES = ("taskRefToMockOutput", "subWorkflowTestRequest")


class WorkflowRoutes:
    """`/workflow`: start, execute, get, list."""

    def __init__(self, engine: EngineApi, validation: Validation) -> None:
        self._engine = engine
        self._validation = validation

    def routes(self) -> list[Route]:
        """Return the table of routes."""
        return [
            Route("/workflow", self._start, methods=["POST"]),
            Route("/workflow/test", self._rehearse, methods=["POST"]),
            Route("/workflow/execute/{name}/{version}", self._execute, methods=["POST"]),
            Route("/workflow/running/{name}", self._running, methods=["GET"]),
            Route("/workflow/decide/{workflow_id}", self._decide, methods=["PUT"]),
            Route("/workflow/{name}/correlated", self._correlated, methods=["POST"]),
            Route("/workflow/{name}/correlated/{correlation_id}", self._correlated_to_one, methods=["GET"]),
            Route("/workflow/{workflow_id}/status", self._status, methods=["GET"]),
            Route("/workflow/{workflow_id}/tasks", self._tasks, methods=["GET"]),
            Route("/workflow/{workflow_id}", self._get, methods=["GET"]),
            Route("/workflow/{name}", self._start_by_name, methods=["POST"]),
        ]

    async def _start(self, request: Request) -> Response:
        return plain(self._engine.start_workflow(self._validation.start_request(await json_body(request))))

    async def _rehearse(self, request: Request) -> Response:
        body = await json_body(request)
        start = self._validation.start_request(body)
        outcomes = {name: body[name] for name in _OUTCOMES if name in body} if is_object(body) else {}
        return document(self._engine.get_workflow(self._engine.rehearse_workflow({**start, **outcomes})))

    async def _start_by_name(self, request: Request) -> Response:
        body = await json_body(request)
        name, version = part(request, "name"), optional_int(request, "version")
        self._engine.get_workflow_def(name, version)  # the real server looks it up first, with a refusal of its own
        start = {
            "name": name,
            "version": version,
            "correlationId": request.query_params.get("correlationId"),
            "priority": int_query(request, "priority", 0),
            "input": body,
        }
        return plain(self._engine.start_workflow(self._validation.start_request(start)))

    async def _execute(self, request: Request) -> Response:
        name = part(request, "name")
        version = whole_number("version", part(request, "version"))
        body = await json_body(request)
        start = self._validation.start_request({**body, "name": name, "version": version} if is_object(body) else body)
        start["requestId"] = text_query(request, "requestId")
        if strategy := text_query(request, "returnStrategy"):
            start["returnStrategy"] = strategy
        seconds = int_query(request, "waitForSeconds", _EXECUTE_SECONDS)
        refs = list_query(request, "waitUntilTaskRef")
        run = self._engine.execute_workflow(name, version or None, start, refs, seconds)
        return document(_answered(await Exchange.of(request).wait(run)))

    async def _running(self, request: Request) -> Response:
        return document(
            self._engine.running(
                part(request, "name"),
                optional_int(request, "version"),
                start_time=optional_int(request, "startTime"),
                end_time=optional_int(request, "endTime"),
            )
        )

    async def _decide(self, request: Request) -> Response:
        self._engine.decide(part(request, "workflow_id"))
        return nothing()

    async def _correlated(self, request: Request) -> Response:
        wanted = as_texts(shapes.texts(await json_body(request), "correlation ids"))
        return document(self._by_correlation(request, wanted))

    async def _correlated_to_one(self, request: Request) -> Response:
        wanted = part(request, "correlation_id")
        return document(self._by_correlation(request, [wanted]).get(wanted, []))

    def _by_correlation(self, request: Request, ids: list[str]) -> dict[str, list[Document]]:
        return self._engine.by_correlation(
            part(request, "name"),
            ids,
            include_closed=bool_query(request, "includeClosed", default=False),
            include_tasks=bool_query(request, "includeTasks", default=False),
        )

    async def _status(self, request: Request) -> Response:
        return document(
            self._engine.workflow_status(
                part(request, "workflow_id"),
                include_output=bool_query(request, "includeOutput", default=False),
                include_variables=bool_query(request, "includeVariables", default=False),
            )
        )

    async def _tasks(self, request: Request) -> Response:
        return document(
            self._engine.workflow_tasks(
                part(request, "workflow_id"),
                start=int_query(request, "start", 0),
                count=int_query(request, "count", 15),
                statuses=list_query(request, "status"),
            )
        )

    async def _get(self, request: Request) -> Response:
        include_tasks = bool_query(request, "includeTasks", default=True)
        return document(self._engine.get_workflow(part(request, "workflow_id"), include_tasks=include_tasks))


def _answered(answer: Document | None) -> Document:
    if answer is None:
        raise EngineError(503, "The server is stopping", retryable=True)
    return answer
