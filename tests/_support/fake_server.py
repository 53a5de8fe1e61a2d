"""A server at the transport: scripted answers, recorded requests, no socket."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conductor_core import Conductor, Plugins, Settings, TransportFactory, hookimpl
from conductor_core._http_client import ClientParts
from conductor_core._plugins import Catalog
from conductor_core.client import AsyncConductor
from conductor_core.http import AsyncBaseTransport, BaseTransport, MockTransport, Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Answer = Response | BaseException
URL = "http://server:8080/api"


@dataclass
class FakeServer:
    """Gives its answers one by one, the last one for ever, and keeps what it was asked."""

    answers: list[Answer] = field(default_factory=lambda: [Response(200, json={})])
    requests: list[Request] = field(default_factory=list[Request])

    def __call__(self, request: Request) -> Response:
        # A copy, since an auth flow may send the same request again with other headers.
        url, extensions = request.url, request.extensions
        kept = Request(request.method, url, headers=request.headers, content=request.read(), extensions=extensions)
        self.requests.append(kept)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, BaseException):
            raise answer
        # A copy, since a response belongs to one request.
        return Response(answer.status_code, headers=answer.headers, content=answer.content)

    @property
    def paths(self) -> list[str]:
        """The paths that were asked for, with their queries, as they stood on the wire."""
        return [request.url.raw_path.decode() for request in self.requests]


def answering(*answers: Answer) -> FakeServer:
    """Return a server with these answers."""
    return FakeServer(list(answers))


def transport_plugin(serve: Callable[[Request], Response], name: str = "fake") -> object:
    """Return a plugin that offers a transport which calls a function."""

    class FakeTransport(TransportFactory):
        def sync_transport(self) -> BaseTransport:
            return MockTransport(serve)

        def async_transport(self) -> AsyncBaseTransport:
            return MockTransport(serve)

    FakeTransport.name = name

    class Plugin:
        @hookimpl
        def conductor_register_transport(self) -> type[TransportFactory]:
            return FakeTransport

    return Plugin()


def settings_for(**values: object) -> Settings:
    """Return settings that use the fake transport."""
    return Settings(**{"server_url": URL, "transport": "fake", **values})  # type: ignore[arg-type]  # any setting


def plugins_for(
    serve: Callable[[Request], Response],
    settings: Settings | None = None,
    *,
    plugins: Iterable[object] = (),
) -> Plugins:
    """Return a plugin set of the built-ins, the fake transport and what is given; nothing installed counts."""
    chosen = settings or settings_for()
    return Plugins(chosen, plugins=[transport_plugin(serve), *plugins], catalog=Catalog(installed=False))


def parts_for(
    serve: Callable[[Request], Response], settings: Settings | None = None, *, plugins: Iterable[object] = ()
) -> ClientParts:
    """Return what a driver needs to talk to the fake server."""
    chosen = settings or settings_for()
    return ClientParts.choose(chosen, plugins_for(serve, chosen, plugins=plugins))


def conductor_for(
    serve: Callable[[Request], Response], settings: Settings | None = None, *, plugins: Iterable[object] = ()
) -> Conductor:
    """Return a conductor that talks to the fake server."""
    return Conductor(plugins=plugins_for(serve, settings, plugins=plugins))


def async_conductor_for(
    serve: Callable[[Request], Response], settings: Settings | None = None, *, plugins: Iterable[object] = ()
) -> AsyncConductor:
    """Return an asyncio conductor that talks to the fake server."""
    return AsyncConductor(plugins=plugins_for(serve, settings, plugins=plugins))
