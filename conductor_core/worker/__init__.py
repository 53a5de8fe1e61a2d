"""The worker runtime: decorate functions, run them with :class:`TaskHandler`.

Names are imported when they are first used, so that a module of decorated workers can be imported without the HTTP
and model libraries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conductor_core.worker._adding import serve_worker, serve_worker_async
    from conductor_core.worker._binding import InvalidInputError
    from conductor_core.worker._call_task import SimpleTaskCall
    from conductor_core.worker._config import WorkerConfig, WorkerOptions, resolve_config
    from conductor_core.worker._context import (
        TaskContext,
        TaskInProgress,
        carry_task_context,
        current_task_context,
        get_task_context,
    )
    from conductor_core.worker._decorator import DecoratedWorker, WorkerTask, worker_task
    from conductor_core.worker._discovery import WorkerLoader, auto_discover_workers, scan_for_workers
    from conductor_core.worker._handler import TaskHandler
    from conductor_core.worker._isolation._remote import (
        RemoteError,
        WorkerProcessDiedError,
        WorkerProcessStartError,
    )
    from conductor_core.worker._lease import LeaseTracker
    from conductor_core.worker._manager import TaskManager
    from conductor_core.worker._options import StopReport
    from conductor_core.worker._outbox import Letter, MemoryOutbox, Outbox, OutboxStatus
    from conductor_core.worker._outbox_file import FileOutbox
    from conductor_core.worker._polled import PolledTask
    from conductor_core.worker._registry import (
        clear_worker_registry,
        count_registered_workers,
        get_registered_worker,
        get_registered_workers,
        register_worker,
    )
    from conductor_core.worker._status import WorkerStatus
    from conductor_core.worker._validation import JsonSchema, SchemaMismatchError, json_schema
    from conductor_core.worker._worker import WorkerDefinition, define_worker

__all__ = [
    "DecoratedWorker",
    "FileOutbox",
    "InvalidInputError",
    "JsonSchema",
    "LeaseTracker",
    "Letter",
    "MemoryOutbox",
    "Outbox",
    "OutboxStatus",
    "PolledTask",
    "RemoteError",
    "SchemaMismatchError",
    "SimpleTaskCall",
    "StopReport",
    "TaskContext",
    "TaskHandler",
    "TaskInProgress",
    "TaskManager",
    "WorkerConfig",
    "WorkerDefinition",
    "WorkerLoader",
    "WorkerOptions",
    "WorkerProcessDiedError",
    "WorkerProcessStartError",
    "WorkerStatus",
    "WorkerTask",
    "auto_discover_workers",
    "carry_task_context",
    "clear_worker_registry",
    "count_registered_workers",
    "current_task_context",
    "define_worker",
    "get_registered_worker",
    "get_registered_workers",
    "get_task_context",
    "json_schema",
    "register_worker",
    "resolve_config",
    "scan_for_workers",
    "serve_worker",
    "serve_worker_async",
    "worker_task",
]

_MODULES = {
    "_adding": "serve_worker serve_worker_async",
    "_binding": "InvalidInputError",
    "_call_task": "SimpleTaskCall",
    "_config": "WorkerConfig WorkerOptions resolve_config",
    "_context": "TaskContext TaskInProgress carry_task_context current_task_context get_task_context",
    "_decorator": "DecoratedWorker WorkerTask worker_task",
    "_discovery": "WorkerLoader auto_discover_workers scan_for_workers",
    "_handler": "TaskHandler",
    "_isolation._remote": "RemoteError WorkerProcessDiedError WorkerProcessStartError",
    "_lease": "LeaseTracker",
    "_manager": "TaskManager",
    "_outbox": "Letter MemoryOutbox Outbox OutboxStatus",
    "_outbox_file": "FileOutbox",
    "_polled": "PolledTask",
    "_registry": "clear_worker_registry count_registered_workers get_registered_worker get_registered_workers "
    "register_worker",
    "_options": "StopReport",
    "_status": "WorkerStatus",
    "_validation": "JsonSchema SchemaMismatchError json_schema",
    "_worker": "WorkerDefinition define_worker",
}
_HOME = {name: module for module, names in _MODULES.items() for name in names.split()}


def __getattr__(name: str) -> object:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib  # noqa: PLC0415 - part of what makes the import cheap

    value: object = getattr(importlib.import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
