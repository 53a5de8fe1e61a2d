"""The documents that core and clients share, as pydantic models; importing this package imports pydantic."""

from conductor_core.models._base import ConductorModel, JsonObject, Tolerant
from conductor_core.models._definitions import (
    RetryLogic,
    TaskDef,
    TaskTimeoutPolicy,
    WorkflowDef,
    WorkflowTask,
    WorkflowTimeoutPolicy,
)
from conductor_core.models._executions import (
    Task,
    TaskExecLog,
    TaskResult,
    Workflow,
)
from conductor_core.models._progress import Execution
from conductor_core.models._shared import BulkResponse, MessageTemplate, SearchResult, Tag
from conductor_core.models._starts import IdempotencyStrategy, StartWorkflowRequest
from conductor_core.models._states import TaskResultStatus, TaskStatus, WorkflowStatus

__all__ = [
    "BulkResponse",
    "ConductorModel",
    "Execution",
    "IdempotencyStrategy",
    "JsonObject",
    "MessageTemplate",
    "RetryLogic",
    "SearchResult",
    "StartWorkflowRequest",
    "Tag",
    "Task",
    "TaskDef",
    "TaskExecLog",
    "TaskResult",
    "TaskResultStatus",
    "TaskStatus",
    "TaskTimeoutPolicy",
    "Tolerant",
    "Workflow",
    "WorkflowDef",
    "WorkflowStatus",
    "WorkflowTask",
    "WorkflowTimeoutPolicy",
]
