"""Models that older programs make empty and fill afterwards, and those that have no other place here."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from conductor_core import models

if TYPE_CHECKING:
    from collections.abc import Sequence


class StartWorkflowRequest(models.StartWorkflowRequest):
    """What to start; its name may be set afterwards."""

    name: str = ""


class TaskDef(models.TaskDef):
    """Definition of a task; its name may be set afterwards."""

    name: str = ""


class WorkflowDef(models.WorkflowDef):
    """Definition of a workflow; its name may be set afterwards."""

    name: str = ""


class WorkflowTask(models.WorkflowTask):
    """One task of a definition; its names may be set afterwards."""

    name: str = ""
    task_reference_name: str = ""


class MetadataTag(models.Tag):
    """A label; both of its parts may be positional."""

    def __init__(self, key: str, value: str, **fields: Any) -> None:
        super().__init__(**{"type": "METADATA", **fields, "key": key, "value": value})


class StateChangeEventType(StrEnum):
    """When a task's change of state is told of."""

    onScheduled = "onScheduled"  # noqa: N815 - the older names
    onStart = "onStart"  # noqa: N815 - likewise
    onFailed = "onFailed"  # noqa: N815 - likewise
    onSuccess = "onSuccess"  # noqa: N815 - likewise
    onCancelled = "onCancelled"  # noqa: N815 - likewise


class TimeoutPolicy(StrEnum):
    """What happens when a workflow takes longer than it may."""

    TIME_OUT_WORKFLOW = "TIME_OUT_WF"
    ALERT_ONLY = "ALERT_ONLY"


def StateChangeEvent(type: str, payload: dict[str, object]) -> dict[str, object]:  # noqa: N802 - the older class
    """Return an event of a task's change of state, as a definition holds it."""
    return {"type": type, "payload": payload}


def StateChangeConfig(  # noqa: N802 - the older class
    event_type: str | Sequence[str], events: Sequence[dict[str, object]]
) -> dict[str, list[dict[str, object]]]:
    """Return what is told of at a task's changes of state, for ``WorkflowTask.on_state_change``."""
    kinds = event_type if isinstance(event_type, str) else ",".join(event_type)
    return {str(kinds): list(events)}


def to_workflow_def(data: str | None = None, json_data: dict[str, Any] | None = None) -> models.WorkflowDef:
    """Return a definition from its JSON, as text or as a document.

    Raises:
        ValueError: neither was given, or it is no definition.
    """
    if json_data is None and data is None:
        raise ValueError("to_workflow_def needs data or json_data")
    return models.WorkflowDef.model_validate(json.loads(data or "") if json_data is None else json_data)


class TaskType(StrEnum):
    """The server's names of task types."""

    SIMPLE = "SIMPLE"
    DYNAMIC = "DYNAMIC"
    FORK_JOIN = "FORK_JOIN"
    FORK_JOIN_DYNAMIC = "FORK_JOIN_DYNAMIC"
    DECISION = "DECISION"
    SWITCH = "SWITCH"
    JOIN = "JOIN"
    DO_WHILE = "DO_WHILE"
    SUB_WORKFLOW = "SUB_WORKFLOW"
    START_WORKFLOW = "START_WORKFLOW"
    EVENT = "EVENT"
    WAIT = "WAIT"
    WAIT_FOR_WEBHOOK = "WAIT_FOR_WEBHOOK"
    HUMAN = "HUMAN"
    USER_DEFINED = "USER_DEFINED"
    HTTP = "HTTP"
    HTTP_POLL = "HTTP_POLL"
    LAMBDA = "LAMBDA"
    INLINE = "INLINE"
    EXCLUSIVE_JOIN = "EXCLUSIVE_JOIN"
    TERMINATE = "TERMINATE"
    KAFKA_PUBLISH = "KAFKA_PUBLISH"
    JSON_JQ_TRANSFORM = "JSON_JQ_TRANSFORM"
    SET_VARIABLE = "SET_VARIABLE"
    GET_DOCUMENT = "GET_DOCUMENT"
    LLM_GENERATE_EMBEDDINGS = "LLM_GENERATE_EMBEDDINGS"
    LLM_GET_EMBEDDINGS = "LLM_GET_EMBEDDINGS"
    LLM_TEXT_COMPLETE = "LLM_TEXT_COMPLETE"
    LLM_CHAT_COMPLETE = "LLM_CHAT_COMPLETE"
    LLM_INDEX_TEXT = "LLM_INDEX_TEXT"
    LLM_SEARCH_INDEX = "LLM_SEARCH_INDEX"
    GENERATE_IMAGE = "GENERATE_IMAGE"
    GENERATE_AUDIO = "GENERATE_AUDIO"
    LLM_STORE_EMBEDDINGS = "LLM_STORE_EMBEDDINGS"
    LLM_SEARCH_EMBEDDINGS = "LLM_SEARCH_EMBEDDINGS"
    LIST_MCP_TOOLS = "LIST_MCP_TOOLS"
    CALL_MCP_TOOL = "CALL_MCP_TOOL"
    PULL_WORKFLOW_MESSAGES = "PULL_WORKFLOW_MESSAGES"
