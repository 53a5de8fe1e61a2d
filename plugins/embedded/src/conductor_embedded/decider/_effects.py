"""What a decision asks for beyond its own execution. Effects are stored with the decision, and done after it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import ClassVar, TypeAlias

from conductor_embedded._values import Document, as_int, as_map, as_text


@dataclass(frozen=True, slots=True)
class StartChild:
    """Start the sub-workflow of a task."""

    kind: ClassVar[str] = "start_child"
    workflow_id: str
    task_id: str
    due_ms: int


@dataclass(frozen=True, slots=True)
class NotifyParent:
    """Tell the parent's task that its sub-workflow has ended or goes on again."""

    kind: ClassVar[str] = "notify_parent"
    workflow_id: str
    task_id: str
    due_ms: int
    child_id: str


@dataclass(frozen=True, slots=True)
class TerminateChild:
    """End the sub-workflow of a task that was canceled."""

    kind: ClassVar[str] = "terminate_child"
    workflow_id: str
    due_ms: int
    reason: str


@dataclass(frozen=True, slots=True)
class StartFailureWorkflow:
    """Start the failure workflow of an execution."""

    kind: ClassVar[str] = "start_failure_workflow"
    workflow_id: str
    due_ms: int
    name: str
    failure_workflow_id: str


@dataclass(frozen=True, slots=True)
class StartWorkflow:
    """Start an execution that goes its own way; the task that asked for it is told, unless its id is empty."""

    kind: ClassVar[str] = "start_workflow"
    workflow_id: str
    task_id: str
    due_ms: int
    request: Document


@dataclass(frozen=True, slots=True)
class StartJob:
    """Run what a task's type does beside the engine."""

    kind: ClassVar[str] = "start_job"
    workflow_id: str
    task_id: str
    due_ms: int


Effect: TypeAlias = StartJob | StartChild | NotifyParent | TerminateChild | StartFailureWorkflow | StartWorkflow


def effect_to_document(effect: Effect) -> Document:
    """Return an effect as plain data."""
    return {"kind": effect.kind, **asdict(effect)}


def effect_from_document(document: Document) -> Effect:
    """Rebuild an effect from what `effect_to_document` gave.

    Raises:
        ValueError: There is no such kind of effect.
    """

    def text(key: str) -> str:
        return as_text(document.get(key)) or ""

    due_ms = as_int(document.get("due_ms"))
    match document.get("kind"):
        case StartChild.kind:
            return StartChild(text("workflow_id"), text("task_id"), due_ms)
        case NotifyParent.kind:
            return NotifyParent(text("workflow_id"), text("task_id"), due_ms, text("child_id"))
        case TerminateChild.kind:
            return TerminateChild(text("workflow_id"), due_ms, text("reason"))
        case StartFailureWorkflow.kind:
            return StartFailureWorkflow(text("workflow_id"), due_ms, text("name"), text("failure_workflow_id"))
        case StartJob.kind:
            return StartJob(text("workflow_id"), text("task_id"), due_ms)
        case StartWorkflow.kind:
            request = as_map(document.get("request"))
            return StartWorkflow(text("workflow_id"), text("task_id"), due_ms, request)
        case kind:
            raise ValueError(f"unknown effect {kind!r}: the store was written by another version")
