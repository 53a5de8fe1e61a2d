"""The embedded engine: the Conductor server's REST contract inside the process.

Programs need no name of this package: `transport="embedded"` leads a client or worker to an engine. The names here are for
tests, and for distributions that add routes and task types.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conductor_embedded._engine_api import EngineApi, TaskRecord
    from conductor_embedded._state import TaskState, TaskStatus
    from conductor_embedded.clock import Clock, VirtualClock
    from conductor_embedded.decider._draft import Draft
    from conductor_embedded.errors import EngineError
    from conductor_embedded.hookspecs import EmbeddedSpecs
    from conductor_embedded.system_tasks import SystemTask
    from conductor_embedded.testing import VirtualEngine
    from conductor_embedded.transport import EmbeddedTransportFactory

__all__ = [
    "Clock",
    "Draft",
    "EmbeddedSpecs",
    "EmbeddedTransportFactory",
    "EngineApi",
    "EngineError",
    "SystemTask",
    "TaskRecord",
    "TaskState",
    "TaskStatus",
    "VirtualClock",
    "VirtualEngine",
]

# Loaded at the first access: the pytest plugin of this package must cost nothing where it is not used.
_HOMES = {
    "Clock": "clock",
    "Draft": "decider._draft",
    "EmbeddedSpecs": "hookspecs",
    "EmbeddedTransportFactory": "transport",
    "EngineApi": "_engine_api",
    "EngineError": "errors",
    "SystemTask": "system_tasks",
    "TaskRecord": "_engine_api",
    "TaskState": "_state",
    "TaskStatus": "_state",
    "VirtualClock": "clock",
    "VirtualEngine": "testing",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
