"""Routes that change many executions at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from conductor_embedded.api._answers import document
from conductor_embedded.api._reading import bool_query, json_body
from conductor_embedded.errors import EngineError
from conductor_embedded.validation import bulk_ids

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from conductor_embedded._engine_api import Document, EngineApi


class BulkRoutes:
    """`/workflow/bulk/...`: the body lists up to 1000 workflow ids."""

    def __init__(self, engine: EngineApi) -> None:
        self._engine = engine

    def routes(self) -> list[Route]:
        """Return the table of routes."""
        at = "/workflow/bulk"
        return [
            Route(f"{at}/pause", self._pause, methods=["PUT"]),
            Route(f"{at}/resume", self._resume, methods=["PUT"]),
            Route(f"{at}/restart", self._restart, methods=["POST"]),
            Route(f"{at}/retry", self._retry, methods=["POST"]),
            Route(f"{at}/terminate", self._terminate, methods=["POST"]),
            Route(f"{at}/remove", self._remove, methods=["DELETE"]),
            Route(f"{at}/terminate-remove", self._terminate_and_remove, methods=["DELETE"]),
            Route(f"{at}/search", self._search, methods=["POST"]),
        ]

    async def _pause(self, request: Request) -> Response:
        return document(self._engine.bulk("pause", bulk_ids(await json_body(request), "pauseWorkflow")))

    async def _resume(self, request: Request) -> Response:
        return document(self._engine.bulk("resume", bulk_ids(await json_body(request), "resumeWorkflow")))

    async def _restart(self, request: Request) -> Response:
        ids = bulk_ids(await json_body(request), "restart")
        use_latest = bool_query(request, "useLatestDefinitions", default=False)
        return document(self._engine.bulk("restart", ids, use_latest=use_latest))

    async def _retry(self, request: Request) -> Response:
        return document(self._engine.bulk("retry", bulk_ids(await json_body(request), "retry")))

    async def _terminate(self, request: Request) -> Response:
        ids = bulk_ids(await json_body(request), "terminate")
        return document(self._engine.bulk("terminate", ids, reason=request.query_params.get("reason")))

    async def _remove(self, request: Request) -> Response:
        ids = bulk_ids(await json_body(request), "deleteWorkflow")
        archive = bool_query(request, "archiveWorkflow", default=True)
        return document(self._engine.bulk("remove", ids, archive=archive))

    async def _terminate_and_remove(self, request: Request) -> Response:
        ids = bulk_ids(await json_body(request), "terminateRemove")
        archive = bool_query(request, "archiveWorkflow", default=True)
        reason = request.query_params.get("reason")
        return document(self._engine.bulk("terminate_remove", ids, archive=archive, reason=reason))

    async def _search(self, request: Request) -> Response:
        include_tasks = bool_query(request, "includeTasks", default=True)
        found: list[Document] = []
        missing: dict[str, str] = {}
        for workflow_id in bulk_ids(await json_body(request), "searchWorkflow"):
            try:
                found.append(self._engine.get_workflow(workflow_id, include_tasks=include_tasks))
            except EngineError as error:
                missing[workflow_id] = error.message
        return document({"bulkErrorResults": missing, "bulkSuccessfulResults": found})
