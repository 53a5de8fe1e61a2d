"""Routes that tell how the server is."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from starlette.routing import Route

from conductor_embedded.api._answers import document, plain

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from conductor_embedded._engine_api import EngineApi


class HealthRoutes:
    """`/health` and `/version`."""

    def __init__(self, engine: EngineApi) -> None:
        self._engine = engine
        self._version_text = f"{version('conductor-embedded')} (embedded)"

    def routes(self) -> list[Route]:
        """Return the table of routes."""
        return [
            Route("/health", self.health, methods=["GET"]),
            Route("/version", self._version, methods=["GET"]),
        ]

    async def health(self, _request: Request) -> Response:
        """Answer that the server works, with its numbers."""
        counts = self._engine.counts()
        return document({"healthResults": [], "suppressedHealthResults": [], "healthy": True, "engine": counts})

    async def _version(self, _request: Request) -> Response:
        return plain(self._version_text)
