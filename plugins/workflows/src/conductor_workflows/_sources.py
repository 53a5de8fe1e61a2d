"""What is taken as a workflow definition or as a task of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from conductor_core.errors import InvalidArgumentError

if TYPE_CHECKING:
    from conductor_core.models import WorkflowDef, WorkflowTask


@runtime_checkable
class TaskSource(Protocol):
    """Anything that can say what task of a definition it is: a builder, or a decorated worker's call."""

    def to_workflow_task(self) -> WorkflowTask:
        """Return the task as a definition holds it."""
        ...


@runtime_checkable
class DefinitionSource(Protocol):
    """Anything that can say what workflow it defines."""

    def to_workflow_def(self) -> WorkflowDef:
        """Return the definition."""
        ...


def definition_of(source: object) -> WorkflowDef:
    """Return a definition from what a caller passed.

    Raises:
        InvalidArgumentError: it is no definition and cannot make one.
    """
    from conductor_core.models import WorkflowDef  # noqa: PLC0415 - building definitions must not load the models

    if isinstance(source, WorkflowDef):
        return source
    if isinstance(source, DefinitionSource):
        return source.to_workflow_def()
    kind = type(source).__name__
    raise InvalidArgumentError(
        f"a workflow definition must be a WorkflowDef or have to_workflow_def(), got {kind}: "
        f"turn a JSON document into one with WorkflowDef.model_validate(document)"
    )
