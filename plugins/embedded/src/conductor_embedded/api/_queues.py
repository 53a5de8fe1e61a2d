"""Routes about the queues of tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from conductor_embedded.api._answers import document, plain
from conductor_embedded.api._reading import list_query, part, required_query, text_query
from conductor_embedded.errors import InternalError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from conductor_embedded._engine_api import EngineApi


class QueueRoutes:
    """`/tasks/queue/...`: sizes, poll data, requeue."""

    def __init__(self, engine: EngineApi) -> None:
        self._engine = engine

    def routes(self) -> list[Route]:
        """Return the table of routes."""
        at = "/tasks/queue"
        return [
            Route(f"{at}/sizes", self._sizes, methods=["GET"]),
            Route(f"{at}/size", self._size, methods=["GET"]),
            Route(f"{at}/all", self._all, methods=["GET"]),
            Route(f"{at}/all/verbose", self._all_verbose, methods=["GET"]),
            Route(f"{at}/polldata", self._poll_data, methods=["GET"]),
            Route(f"{at}/polldata/all", self._all_poll_data, methods=["GET"]),
            Route(f"{at}/requeue/{{task_type}}", self._requeue, methods=["POST"]),
        ]

    async def _sizes(self, request: Request) -> Response:
        task_types = list_query(request, "taskType")
        if not task_types:
            raise InternalError("Required request parameter 'taskType' is not present")
        return document(self._engine.queue_sizes(task_types))

    async def _size(self, request: Request) -> Response:
        domain = text_query(request, "domain")
        queue = f"{domain}:{required_query(request, 'taskType')}" if domain else required_query(request, "taskType")
        return document(self._engine.queue_sizes([queue]).get(queue, 0))

    async def _all(self, _request: Request) -> Response:
        return document(self._engine.queue_all())

    async def _all_verbose(self, _request: Request) -> Response:
        # The real server names its shard; there is one here as well.
        sizes = self._engine.queue_all()
        return document({name: {"a": {"size": size, "uacked": 0}} for name, size in sizes.items()})

    async def _poll_data(self, request: Request) -> Response:
        return document(self._engine.poll_data(required_query(request, "taskType")))

    async def _all_poll_data(self, _request: Request) -> Response:
        return document(self._engine.poll_data())

    async def _requeue(self, request: Request) -> Response:
        return plain(self._engine.requeue(part(request, "task_type")))
