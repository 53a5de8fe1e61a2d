"""The ASGI app of an engine: guard, safety and routes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.routing import Route

from conductor_embedded.api._exchange import Exchange, Waits
from conductor_embedded.api._guard import Guard
from conductor_embedded.api._health import HealthRoutes
from conductor_embedded.api._route_index import RouteIndex
from conductor_embedded.api._safety import Safety, SafetyMiddleware

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp, Receive, Scope, Send

    from conductor_embedded._engine_api import EngineApi

_PREFIX = "/api"


class EngineApp:
    """Serves an engine's routes below `/api`, `/health`, and at `/` what it is.

    Args:
        engine: The service behind the routes; the app must be called on its event loop.
        routes: What plugins, the engine's own included, add below `/api`.
        safety: What a request must fulfil.
    """

    def __init__(self, engine: EngineApi, routes: Sequence[BaseRoute], safety: Safety | None = None) -> None:
        self._below_api = RouteIndex(_PREFIX, routes)
        health = HealthRoutes(engine)
        beside = [Route("/health", health.health, methods=["GET"]), Route("/", health.about, methods=["GET"])]
        self._beside_api = RouteIndex("", beside)
        self._app: ASGIApp = Guard(SafetyMiddleware(self._route, safety or Safety()))
        self.waits: Waits = Waits()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or take part in the server's start and stop."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        Exchange(receive, self.waits).attach(scope)
        await self._app(scope, receive, send)

    async def serve(self, scope: Scope, receive: Receive, send: Send, exchange: Exchange) -> None:
        """Serve a request of this process, whose caller cancels it when the answer is no longer wanted."""
        exchange.attach(scope)
        await self._app(scope, receive, send)

    async def _route(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise HTTPException(404)
        is_below = scope["path"].startswith(f"{_PREFIX}/")
        await (self._below_api if is_below else self._beside_api)(scope, receive, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
