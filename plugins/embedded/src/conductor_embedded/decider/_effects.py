"""What a decision asks for beyond its own execution. Effects are stored with the decision, and done after it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeAlias

from conductor_embedded._values import Document, as_text

if TYPE_CHECKING:
    from collections.abc import Mapping


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
class ResumeChild:
    """Try the failed tasks of a sub-workflow once more, because its parent goes on."""

    kind: ClassVar[str] = "resume_child"
    workflow_id: str
    due_ms: int


@dataclass(frozen=True, slots=True)
class StartFailureWorkflow:
    """Start the failure workflow of an execution."""

    kind: ClassVar[str] = "start_failure_workflow"
    workflow_id: str
    due_ms: int
    name: str
    failure_workflow_id: str
    version: int | None = None


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


@dataclass(frozen=True, slots=True)
class PublishMessage:
    """Tell the handlers of an event what a task has to say."""

    kind: ClassVar[str] = "publish_message"
    workflow_id: str
    due_ms: int
    event: str
    message_id: str
    payload: Document


Effect: TypeAlias = (
    StartJob
    | StartChild
    | NotifyParent
    | TerminateChild
    | ResumeChild
    | StartFailureWorkflow
    | StartWorkflow
    | PublishMessage
)


_KINDS: Final[Mapping[str, type[Effect]]] = {
    kind.kind: kind
    for kind in (
        StartJob,
        StartChild,
        NotifyParent,
        TerminateChild,
        ResumeChild,
        StartFailureWorkflow,
        StartWorkflow,
        PublishMessage,
    )
}


def effect_to_document(effect: Effect) -> Document:
    """Return an effect as plain data."""
    return {"kind": effect.kind, **asdict(effect)}


def effect_from_document(document: Document) -> Effect:
    """Rebuild an effect from what `effect_to_document` gave.

    Raises:
        ValueError: There is no such kind of effect.
    """
    kind = _KINDS.get(as_text(document.get("kind")) or "")
    if kind is None:
        raise ValueError(f"unknown effect {document.get('kind')!r}: the store was written by another version")
    # A document holds exactly what effect_to_document wrote; the store's schema version guards that.
    values: dict[str, Any] = {key: value for key, value in document.items() if key != "kind"}
    return kind(**values)
