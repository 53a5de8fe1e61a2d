"""Routes that tell what the server is, and how it is."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from starlette.routing import Route

from conductor_embedded.api._answers import document, plain

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from conductor_embedded._engine_api import EngineApi

_API: Final = "/api"


class HealthRoutes:
    """`/health`, `/version`, and what stands at `/`."""

    def __init__(self, engine: EngineApi) -> None:
        self._engine = engine
        self._version_text = f"{version('conductor-embedded')} (embedded)"

    def routes(self) -> list[Route]:
        """Return the table of routes."""
        return [
            Route("/health", self.health, methods=["GET"]),
            Route("/version", self._version, methods=["GET"]),
        ]

    async def about(self, _request: Request) -> Response:
        """Answer what this is, to somebody who opens its address, and where to go on."""
        return document(
            {
                "name": "conductor-embedded",
                "version": self._version_text,
                "description": "The embedded Conductor engine, for development, tests and small installations",
                "api": _API,
                "health": "/health",
                "docs": "the README of conductor-embedded, and conductor server --help",
            }
        )

    async def health(self, _request: Request) -> Response:
        """Answer that the server works, with its numbers."""
        counts = self._engine.counts()
        return document({"healthResults": [], "suppressedHealthResults": [], "healthy": True, "engine": counts})

    async def _version(self, _request: Request) -> Response:
        return plain(self._version_text)
