"""Every transport on each face, for tests that all of them have to pass."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from conductor_core import Conductor, Plugins, Settings
from conductor_core._plugins import Catalog
from conductor_core.client import AsyncConductor
from conductor_transport_http2 import hooks, stock_hooks
from tests._support.strangers import Never, StampedTransport, Stamping, offering

STRANGER = offering("conductor_register_transport", StampedTransport)
RETRY = offering("conductor_register_retry", Never)
OFFERS = (STRANGER, RETRY, hooks, stock_hooks)


@dataclass(frozen=True)
class Subject:
    """One transport on one face; with ``http2`` the server speaks that, and nothing else."""

    name: str
    face: str
    plugins: tuple[object, ...] = ()
    http2: bool = False

    def __str__(self) -> str:
        marks = f"{'-prior' if self.http2 else ''}{'-wrapped' if self.plugins else ''}"
        return f"{self.name}{marks}-{self.face}"

    def of(self, url: str, **values: Any) -> Plugins:
        settings = Settings(
            server_url=url, transport=self.name, retry="never", http2_prior_knowledge=self.http2, **values
        )
        return Plugins(settings, plugins=[*OFFERS, *self.plugins], catalog=Catalog(installed=False))

    def blocking(self, url: str) -> Conductor:
        return Conductor(plugins=self.of(url))

    def awaiting(self, url: str) -> AsyncConductor:
        return AsyncConductor(plugins=self.of(url))

    def run(self, url: str, *calls: Any, **values: Any) -> list[Any]:
        """Run calls one after the other on one conductor."""
        if self.face == "sync":
            with Conductor(plugins=self.of(url, **values)) as conductor:
                return [conductor.run(call) for call in calls]

        async def main() -> list[Any]:
            async with AsyncConductor(plugins=self.of(url, **values)) as conductor:
                return [await conductor.run(call) for call in calls]

        return asyncio.run(main())

    def gather(self, url: str, *calls: Any) -> list[Any]:
        """Run calls side by side on one conductor."""
        if self.face == "sync":
            with Conductor(plugins=self.of(url)) as conductor, ThreadPoolExecutor(16) as pool:
                return list(pool.map(conductor.run, calls))

        async def main() -> list[Any]:
            async with AsyncConductor(plugins=self.of(url)) as conductor:
                return await asyncio.gather(*[conductor.run(call) for call in calls])

        return asyncio.run(main())


SUBJECTS = [
    Subject(name, face, plugins)
    for face in ("sync", "async")
    for name, plugins in (
        ("httpx", ()),
        ("http1", ()),
        ("http2", ()),
        ("httpx-http2", ()),
        ("stamped", ()),
        ("httpx", (Stamping(),)),
        ("http1", (Stamping(),)),
    )
] + [
    Subject(name, face, plugins, http2=True)
    for face in ("sync", "async")
    for name, plugins in (("http2", ()), ("httpx-http2", ()), ("http2", (Stamping(),)))
]
each_transport = pytest.mark.parametrize("subject", SUBJECTS, ids=str)
