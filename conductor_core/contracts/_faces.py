"""Runs calls on both faces with the classes of one plugin, and without waiting between tries."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from conductor_core._drivers import AsyncDriver, SyncDriver
from conductor_core._http_client import ClientParts
from conductor_core._plugins import Catalog, Plugins
from conductor_core.hookspecs import hookimpl
from conductor_core.http import MockTransport
from conductor_core.interfaces import TransportFactory

if TYPE_CHECKING:
    from collections.abc import Callable

    from conductor_core._call import Call
    from conductor_core.http import Request, Response
    from conductor_core.settings import Settings

FACES = ("sync", "async")


def offering(hook: str, kind: type[Any]) -> object:
    """Return a plugin with one hook that gives a class."""

    def register() -> type[Any]:
        return kind

    return type("Offer", (), {hook: staticmethod(hookimpl(specname=hook)(register))})()


def answered_by(serve: Callable[[Request], Response]) -> type[TransportFactory]:
    """Return a transport that asks a function, under the name ``contract``."""

    class Served(TransportFactory):
        name = "contract"

        def sync_transport(self) -> MockTransport:
            return MockTransport(serve)

        def async_transport(self) -> MockTransport:
            return MockTransport(serve)

    return Served


def parts_for(settings: Settings, *plugins: object) -> ClientParts:
    """Return what a driver needs, of the built-ins and these plugins alone."""
    return ClientParts.choose(settings, Plugins(settings, plugins=list(plugins), catalog=Catalog(installed=False)))


def run(face: str, parts: ClientParts, *calls: Call[Any]) -> list[Any]:
    """Run calls one after the other on one face; the connections are closed afterwards."""
    return asyncio.run(_awaited(parts, calls)) if face == "async" else _blocking(parts, calls)


def _blocking(parts: ClientParts, calls: tuple[Call[Any], ...]) -> list[Any]:
    driver = SyncDriver(parts, sleep=lambda _seconds: None)
    try:
        return [driver.run(call) for call in calls]
    finally:
        driver.close()


async def _awaited(parts: ClientParts, calls: tuple[Call[Any], ...]) -> list[Any]:
    async def sleep(_seconds: float) -> None:
        """Take no time."""

    driver = AsyncDriver(parts, sleep=sleep)
    try:
        return [await driver.run(call) for call in calls]
    finally:
        await driver.aclose()


def kept(truth: object, what: str) -> None:
    """Raise ``AssertionError`` with a sentence unless something is kept; ``assert`` would be left out by ``python -O``."""
    if not truth:
        raise AssertionError(what)
