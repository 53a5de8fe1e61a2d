"""Routes that change one execution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from conductor_embedded import _document_shapes as shapes
from conductor_embedded.api._answers import no_content, nothing, plain
from conductor_embedded.api._reading import bool_query, json_body, optional_json_body, part

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from conductor_embedded._engine_api import EngineApi


class OperationRoutes:
    """`/workflow/{id}/...`: pause, resume, terminate, restart, retry, rerun, skip, remove."""

    def __init__(self, engine: EngineApi) -> None:
        self._engine = engine

    def routes(self) -> list[Route]:
        """Return the table of routes."""
        at = "/workflow/{workflow_id}"
        return [
            Route(f"{at}/pause", self._pause, methods=["PUT"]),
            Route(f"{at}/resume", self._resume, methods=["PUT"]),
            Route(f"{at}/restart", self._restart, methods=["POST"]),
            Route(f"{at}/retry", self._retry, methods=["POST"]),
            Route(f"{at}/rerun", self._rerun, methods=["POST"]),
            Route(f"{at}/resetcallbacks", self._reset_callbacks, methods=["POST"]),
            Route(f"{at}/skiptask/{{reference_name}}", self._skip_task, methods=["PUT"]),
            Route(f"{at}/remove", self._remove, methods=["DELETE"]),
            Route(f"{at}/terminate-remove", self._terminate_and_remove, methods=["DELETE"]),
            Route(at, self._terminate, methods=["DELETE"]),
        ]

    async def _pause(self, request: Request) -> Response:
        self._engine.pause(part(request, "workflow_id"))
        return nothing()

    async def _resume(self, request: Request) -> Response:
        self._engine.resume(part(request, "workflow_id"))
        return nothing()

    async def _restart(self, request: Request) -> Response:
        use_latest = bool_query(request, "useLatestDefinitions", default=False)
        self._engine.restart(part(request, "workflow_id"), use_latest=use_latest)
        return no_content()

    async def _retry(self, request: Request) -> Response:
        resume = bool_query(request, "resumeSubworkflowTasks", default=False)
        self._engine.retry(part(request, "workflow_id"), resume_subworkflow_tasks=resume)
        return no_content()

    async def _rerun(self, request: Request) -> Response:
        rerun = shapes.rerun_request(await json_body(request), "rerun request")
        return plain(self._engine.rerun(part(request, "workflow_id"), rerun))

    async def _reset_callbacks(self, request: Request) -> Response:
        self._engine.reset_callbacks(part(request, "workflow_id"))
        return no_content()

    async def _skip_task(self, request: Request) -> Response:
        body = await optional_json_body(request)
        skip = None if body is None else shapes.skip_request(body, "skip request")
        self._engine.skip_task(part(request, "workflow_id"), part(request, "reference_name"), skip)
        return nothing()

    async def _terminate(self, request: Request) -> Response:
        self._engine.terminate(part(request, "workflow_id"), request.query_params.get("reason"))
        return nothing()

    async def _remove(self, request: Request) -> Response:
        archive = bool_query(request, "archiveWorkflow", default=True)
        self._engine.remove(part(request, "workflow_id"), archive=archive)
        return nothing()

    async def _terminate_and_remove(self, request: Request) -> Response:
        archive = bool_query(request, "archiveWorkflow", default=True)
        self._engine.terminate(part(request, "workflow_id"), request.query_params.get("reason"))
        self._engine.remove(part(request, "workflow_id"), archive=archive)
        return nothing()
