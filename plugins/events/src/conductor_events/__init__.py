"""The event client of Conductor. Names are imported when they are first used."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conductor_events.api import EventApi
    from conductor_events.models import (
        ActionType,
        ConnectivityTestInput,
        ConnectivityTestResult,
        EventAction,
        EventExecutionStatus,
        EventHandler,
        EventMessage,
        EventMessageStatus,
        EventMessageType,
        ExtendedEventExecution,
        HandledEventResponse,
        SearchResult,
        StartWorkflowRequest,
        Tag,
        TaskDetails,
        TerminateWorkflow,
        UpdateWorkflowVariables,
    )

__all__ = [
    "ActionType",
    "ConnectivityTestInput",
    "ConnectivityTestResult",
    "EventAction",
    "EventApi",
    "EventExecutionStatus",
    "EventHandler",
    "EventMessage",
    "EventMessageStatus",
    "EventMessageType",
    "ExtendedEventExecution",
    "HandledEventResponse",
    "SearchResult",
    "StartWorkflowRequest",
    "Tag",
    "TaskDetails",
    "TerminateWorkflow",
    "UpdateWorkflowVariables",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib  # noqa: PLC0415 - part of what makes the import cheap

    home = "api" if name == "EventApi" else "models"
    value: object = getattr(importlib.import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
