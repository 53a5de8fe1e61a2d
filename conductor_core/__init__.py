"""The core of a plugin-based framework for Conductor, the workflow orchestrator.

Names are imported when they are first used, so that ``import conductor_core`` stays cheap.
"""

from __future__ import annotations

from conductor_core._version import __version__

TYPE_CHECKING = False  # what typing.TYPE_CHECKING is at run time, without importing typing
if TYPE_CHECKING:
    from conductor_core._bodies import OpenBody, Read
    from conductor_core._call import Call, Flow, Sleep, Together, delete, get, patch, post, put
    from conductor_core._endpoint import Api, Async, Face, Sync, endpoint
    from conductor_core._error_handling import handle_error
    from conductor_core._log_setup import SilentLogger, configure_logging
    from conductor_core._logging import Logger
    from conductor_core._plugins import PluginInfo, Plugins, ordered
    from conductor_core._server import ServerInfo
    from conductor_core._stream import Item, Stream, all_pages, stream
    from conductor_core.client import AsyncConductor, Conductor
    from conductor_core.errors import (
        ApiError,
        ClientNotInstalledError,
        ConductorError,
        ConfigurationError,
        ConflictError,
        NonRetryableException,
        NotFoundError,
        NotSupportedByServerError,
        PluginError,
    )
    from conductor_core.factories import (
        AsyncOrkesClients,
        OrkesClients,
        conductor_from_env,
        create_async_conductor_client,
        create_conductor_client,
        orkes_conductor_client,
    )
    from conductor_core.hookspecs import hookimpl, hookspec
    from conductor_core.interfaces import Attempt, AuthProvider, Command, ExecuteInput, RetryPolicy, TransportFactory
    from conductor_core.models import Task, TaskDef, TaskResult, Workflow, WorkflowDef, WorkflowTask
    from conductor_core.settings import Settings
    from conductor_core.worker import TaskContext, TaskHandler, TaskInProgress, get_task_context, worker_task

__all__ = [
    "Api",
    "ApiError",
    "Async",
    "AsyncConductor",
    "AsyncOrkesClients",
    "Attempt",
    "AuthProvider",
    "Call",
    "ClientNotInstalledError",
    "Command",
    "Conductor",
    "ConductorError",
    "ConfigurationError",
    "ConflictError",
    "ExecuteInput",
    "Face",
    "Flow",
    "Item",
    "Logger",
    "NonRetryableException",
    "NotFoundError",
    "NotSupportedByServerError",
    "OpenBody",
    "OrkesClients",
    "PluginError",
    "PluginInfo",
    "Plugins",
    "Read",
    "RetryPolicy",
    "ServerInfo",
    "Settings",
    "SilentLogger",
    "Sleep",
    "Stream",
    "Sync",
    "Task",
    "TaskContext",
    "TaskDef",
    "TaskHandler",
    "TaskInProgress",
    "TaskResult",
    "Together",
    "TransportFactory",
    "Workflow",
    "WorkflowDef",
    "WorkflowTask",
    "__version__",
    "all_pages",
    "conductor_from_env",
    "configure_logging",
    "create_async_conductor_client",
    "create_conductor_client",
    "delete",
    "endpoint",
    "get",
    "get_task_context",
    "handle_error",
    "hookimpl",
    "hookspec",
    "ordered",
    "orkes_conductor_client",
    "patch",
    "post",
    "put",
    "stream",
    "worker_task",
]

_MODULES = {
    "_bodies": "OpenBody Read",
    "_call": "Call Flow Sleep Together delete get patch post put",
    "_endpoint": "Api Async Face Sync endpoint",
    "_error_handling": "handle_error",
    "_log_setup": "SilentLogger configure_logging",
    "_logging": "Logger",
    "_plugins": "PluginInfo Plugins ordered",
    "_server": "ServerInfo",
    "_stream": "Item Stream all_pages stream",
    "client": "AsyncConductor Conductor",
    "errors": "ApiError ClientNotInstalledError ConductorError ConfigurationError ConflictError NonRetryableException "
    "NotFoundError NotSupportedByServerError PluginError",
    "factories": "AsyncOrkesClients OrkesClients conductor_from_env create_async_conductor_client create_conductor_client "
    "orkes_conductor_client",
    "hookspecs": "hookimpl hookspec",
    "interfaces": "Attempt AuthProvider Command ExecuteInput RetryPolicy TransportFactory",
    "models": "Task TaskDef TaskResult Workflow WorkflowDef WorkflowTask",
    "settings": "Settings",
    "worker": "TaskContext TaskHandler TaskInProgress get_task_context worker_task",
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
