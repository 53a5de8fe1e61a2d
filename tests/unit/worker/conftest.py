"""Worker tests run on a loop with virtual time, against a stub server in memory."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core.worker import TaskHandler, clear_worker_registry
from tests._support.stub_server import StubConductor, stub_plugins
from tests._support.virtual_time import VirtualTimeLoop

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator


@pytest.fixture(autouse=True)
def _empty_registry() -> Iterator[None]:
    clear_worker_registry()
    yield
    clear_worker_registry()


@pytest.fixture
def stub() -> StubConductor:
    return StubConductor()


@pytest.fixture
def running(stub: StubConductor) -> Callable[..., contextlib.AbstractAsyncContextManager[TaskHandler]]:
    """Start a handler for some workers against the stub; the environment is empty unless given."""

    @contextlib.asynccontextmanager
    async def start(*workers: object, plugins: tuple[object, ...] = (), **options: Any) -> AsyncGenerator[TaskHandler]:
        options.setdefault("environ", {})
        settings = options.pop("settings", {})
        handler = TaskHandler(plugins=stub_plugins(stub, *plugins, **settings), workers=workers, **options)
        async with handler:
            yield handler

    return start


@pytest.fixture
def virtual(stub: StubConductor) -> Iterator[Callable[..., Any]]:
    """Run a coroutine function on a loop with virtual time: ``virtual(main)``; threads get real time to answer."""
    loops: list[VirtualTimeLoop] = []

    def run(main: Callable[[], Any], *, threads: bool = False) -> Any:
        loop = VirtualTimeLoop()
        loop.patient = threads
        loops.append(loop)
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            return runner.run(main())

    yield run
    assert all(loop.is_closed() for loop in loops)
