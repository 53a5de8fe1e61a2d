"""Switched off, or without an SDK, the plugin hangs nothing into workers and calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conductor_core import Plugins, Settings
from conductor_core.events import EVENT_TYPES
from conductor_metrics_otel import OtelPlugin
from conductor_metrics_otel._sdk import Providers

if TYPE_CHECKING:
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
