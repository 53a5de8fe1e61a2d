"""The names that programs of conductor-python know, on top of this framework. Names are imported when they are first used."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conductor_core import worker_task
    from conductor_core.worker import WorkerTask
    from conductor_migration._clients import OrkesClients
    from conductor_migration._configuration import AuthenticationSettings, Configuration
    from conductor_migration._executor import WorkflowExecutor
    from conductor_migration._handler import TaskHandler
    from conductor_migration._orchestrator import AIOrchestrator
    from conductor_migration._worker import Worker

__all__ = [
    "AIOrchestrator",
    "AuthenticationSettings",
    "Configuration",
    "OrkesClients",
    "TaskHandler",
    "Worker",
    "WorkerTask",
    "WorkflowExecutor",
    "worker_task",
]

_MODULES = {
    "AIOrchestrator": "conductor_migration._orchestrator",
    "AuthenticationSettings": "conductor_migration._configuration",
    "Configuration": "conductor_migration._configuration",
    "OrkesClients": "conductor_migration._clients",
    "TaskHandler": "conductor_migration._handler",
    "Worker": "conductor_migration._worker",
    "WorkerTask": "conductor_core.worker",
    "WorkflowExecutor": "conductor_migration._executor",
    "worker_task": "conductor_core",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib  # noqa: PLC0415 - part of what makes the import cheap

    value: object = getattr(importlib.import_module(_MODULES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
