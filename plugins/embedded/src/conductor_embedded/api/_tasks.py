"""Routes of workers: poll, update, and what is known about a task."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from conductor_embedded.api._answers import document, no_content, nothing, plain
from conductor_embedded.api._exchange import Exchange
from conductor_embedded.api._reading import int_query, json_body, part, text_body
from conductor_embedded.errors import InternalError, InvalidRequest, NotFound
from conductor_embedded.validation import task_result, update_arguments

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from conductor_embedded._engine_api import Document, EngineApi

_POLL_MS = 100
_LONGEST_POLL_MS = 5000


class TaskRoutes:
    """`/tasks`: the calls of a worker."""

    def __init__(self, engine: EngineApi) -> None:
        self._engine = engine

    def routes(self) -> list[Route]:
        """Return the table of routes, the busiest first."""
        return [
            Route("/tasks/poll/batch/{task_type}", self._batch_poll, methods=["GET"]),
            Route("/tasks/poll/{task_type}", self._poll, methods=["GET"]),
            Route("/tasks/update-v2", self._update_v2, methods=["POST"]),
            Route("/tasks", self._update, methods=["POST"]),
            Route("/tasks/{task_id}/log", self._get_logs, methods=["GET"]),
            Route("/tasks/{task_id}/log", self._add_log, methods=["POST"]),
            Route("/tasks/{workflow_id}/{status}/signal", self._signal, methods=["POST"]),
            Route("/tasks/{workflow_id}/{status}/signal/sync", self._signal_sync, methods=["POST"]),
            Route("/tasks/{workflow_id}/{reference_name}/{status}", self._update_by_ref, methods=["POST"]),
            Route("/tasks/{workflow_id}/{reference_name}/{status}/sync", self._update_by_ref_sync, methods=["POST"]),
            Route("/tasks/{task_id}", self._get, methods=["GET"]),
        ]

    async def _poll(self, request: Request) -> Response:
        tasks = await self._hand_out(request, count=1, timeout_ms=_POLL_MS)
        return document(tasks[0]) if tasks else no_content()

    async def _batch_poll(self, request: Request) -> Response:
        count = int_query(request, "count", 1)
        timeout_ms = int_query(request, "timeout", _POLL_MS)
        if timeout_ms > _LONGEST_POLL_MS:
            raise InvalidRequest("Long Poll Timeout value cannot be more than 5 seconds")
        return document(await self._hand_out(request, count=count, timeout_ms=max(timeout_ms, 0)) if count > 0 else [])

    async def _hand_out(self, request: Request, *, count: int, timeout_ms: int) -> list[Document]:
        poll = self._engine.poll(
            part(request, "task_type"),
            worker_id=request.query_params.get("workerid"),
            domain=request.query_params.get("domain"),
            count=count,
            timeout_ms=timeout_ms,
        )
        return await Exchange.of(request).wait(poll, self._take_back) or []

    def _take_back(self, tasks: list[Document]) -> None:
        for task in reversed(tasks):
            self._engine.return_task(str(task["taskId"]))

    async def _update(self, request: Request) -> Response:
        return plain(self._engine.update_task(task_result(await json_body(request))))

    async def _update_v2(self, request: Request) -> Response:
        try:
            result = task_result(await json_body(request))
        except InvalidRequest as error:  # the real server checks this call elsewhere, and answers 500
            raise InternalError(f"Validation failed: {error.validation_errors}") from None
        task = await self._engine.update_task_v2(result)
        if task is None:
            return no_content()
        Exchange.of(request).when_lost(lambda: self._take_back([task]))
        return document(task)

    async def _update_by_ref(self, request: Request) -> Response:
        task_id = await self._apply(request)
        return nothing() if task_id is None else plain(task_id)

    async def _update_by_ref_sync(self, request: Request) -> Response:
        workflow_id = part(request, "workflow_id")
        if await self._apply(request) is None:
            name = part(request, "reference_name")
            raise NotFound(f"Found no running task {name} of workflow {workflow_id} to update")
        return document(self._engine.get_workflow(workflow_id))

    async def _apply(self, request: Request) -> str | None:
        status, output = update_arguments(part(request, "status"), await json_body(request))
        workflow_id, reference_name = part(request, "workflow_id"), part(request, "reference_name")
        worker_id = request.query_params.get("workerid")
        try:
            return self._engine.update_by_ref(workflow_id, reference_name, status, output, worker_id)
        except NotFound:  # an unknown execution has no such open task either
            return None

    async def _signal(self, request: Request) -> Response:
        await self._complete_blocked(request)
        return nothing()

    async def _signal_sync(self, request: Request) -> Response:
        workflow_id = part(request, "workflow_id")
        if await self._complete_blocked(request) is None:
            raise NotFound(f"Found no blocked task in workflow {workflow_id} to signal")
        return document(_signal_response(self._engine.get_workflow(workflow_id)))

    async def _complete_blocked(self, request: Request) -> str | None:
        status, output = update_arguments(part(request, "status"), await json_body(request))
        return self._engine.signal(part(request, "workflow_id"), status, output)

    async def _get(self, request: Request) -> Response:
        return document(self._engine.get_task(part(request, "task_id")))

    async def _add_log(self, request: Request) -> Response:
        self._engine.add_log(part(request, "task_id"), await text_body(request))
        return nothing()

    async def _get_logs(self, request: Request) -> Response:
        lines = self._engine.get_logs(part(request, "task_id"))
        return document(lines) if lines else no_content()


def _signal_response(workflow: Document) -> Document:
    """Return what `execute` would answer about an execution that has just been signalled."""
    shown = ("workflowId", "status", "input", "output", "tasks", "variables", "priority", "createTime", "updateTime")
    return {
        "responseType": "TARGET_WORKFLOW",
        "targetWorkflowId": workflow["workflowId"],
        "targetWorkflowStatus": workflow["status"],
        "signalTimeout": workflow["status"] == "RUNNING",
        **{field: workflow[field] for field in (*shown, "correlationId") if field in workflow},
    }
