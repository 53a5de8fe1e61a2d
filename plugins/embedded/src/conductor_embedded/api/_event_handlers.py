"""Routes of event handlers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from conductor_embedded._event_shapes import event_handler
from conductor_embedded.api._answers import document, nothing
from conductor_embedded.api._reading import bool_query, json_body, part

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from conductor_embedded._engine_api import EngineApi


class EventHandlerRoutes:
    """`/event`."""

    def __init__(self, engine: EngineApi) -> None:
        self._engine = engine

    def routes(self) -> list[Route]:
        """Return the table of routes."""
        at = "/event"
        return [
            Route(at, self._list, methods=["GET"]),
            Route(at, self._add, methods=["POST"]),
            Route(at, self._update, methods=["PUT"]),
            Route(f"{at}/{{event}}", self._of_event, methods=["GET"]),
            Route(f"{at}/{{name}}", self._remove, methods=["DELETE"]),
        ]

    async def _list(self, _request: Request) -> Response:
        return document(self._engine.event_handlers())

    async def _add(self, request: Request) -> Response:
        self._engine.add_event_handler(event_handler(await json_body(request), "addEventHandler"))
        return nothing()

    async def _update(self, request: Request) -> Response:
        self._engine.update_event_handler(event_handler(await json_body(request), "updateEventHandler"))
        return nothing()

    async def _of_event(self, request: Request) -> Response:
        active_only = bool_query(request, "activeOnly", default=True)
        return document(self._engine.event_handlers(part(request, "event"), active_only=active_only))

    async def _remove(self, request: Request) -> Response:
        self._engine.remove_event_handler(part(request, "name"))
        return nothing()
