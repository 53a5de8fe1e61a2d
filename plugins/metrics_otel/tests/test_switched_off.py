"""Switched off, or without an SDK, the plugin hangs nothing into workers and calls."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import conductor_metrics_otel
from conductor_core import Plugins, Settings, TaskHandler
from conductor_core.events import EVENT_TYPES
from conductor_core.worker import define_worker
from conductor_core.worker._config import WorkerOptions
from conductor_metrics_otel import OtelPlugin
from conductor_metrics_otel._sdk import Providers
from tests._support.processes import until
from tests._support.stub_server import StubConductor, stub_plugins

if TYPE_CHECKING:
    from types import FrameType

    from conductor_core.interfaces import Exchange, ExecuteInput
    from plugins.metrics_otel.tests.conftest import Seen


def steps(call: Any) -> Exchange:
    raise AssertionError(call)


async def execute(given: ExecuteInput) -> object:
    raise AssertionError(given)


def hung_in(plugins: Plugins) -> list[object]:
    """Everything that the plugin put somewhere."""
    listeners = plugins.listeners()
    told = [
        row.name for event in EVENT_TYPES for row in listeners.of(event) if "Otel" in row.name or "otel" in row.name
    ]
    wrapped = [plugins.wrap_execute(execute) is not execute, plugins.wrap_call(steps, plugins.settings) is not steps]
    return [*told, *[one for one in wrapped if one]]


def test_off(seen: Seen) -> None:
    assert hung_in(seen.plugins(mode="off")) == []
    assert len(hung_in(seen.plugins())) > len(EVENT_TYPES)


def test_metrics_alone_leave_executions_alone(seen: Seen) -> None:
    plugins = seen.plugins(mode="metrics")
    assert plugins.wrap_execute(execute) is execute


def test_without_an_sdk_there_is_nothing_to_do() -> None:
    assert Providers().tracer() is None
    assert Providers().meter() is None
    plugins = Plugins.from_settings(Settings(), plugins=[OtelPlugin()])
    assert hung_in(plugins) == []


@pytest.mark.parametrize("mode", ["off", "metrics"])
async def test_switched_off_no_function_of_the_plugin_is_called_for_a_task(mode: str, seen: Seen) -> None:
    """Watched by a profile hook, which sees every call of a Python function; switched on, it does see some."""
    stub, calls = StubConductor(), list[str]()
    plugins = stub_plugins(stub, seen.plugin(), options={"otel": {"mode": mode}})
    folder = str(Path(conductor_metrics_otel.__file__).parent)

    async def pay() -> None: ...

    def look(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(folder):
            calls.append(frame.f_code.co_qualname)

    worker = define_worker("pay", pay, WorkerOptions(concurrency=5, poll_interval=10))
    async with TaskHandler(plugins=plugins, workers=[worker], environ={}):
        await until(lambda: stub.polls)
        sys.setprofile(look)
        try:
            for number in range(50):
                stub.add("pay", f"t{number}")
            await until(lambda: len(stub.results) == 50)
        finally:
            sys.setprofile(None)
    assert bool(calls) is (mode != "off"), calls
