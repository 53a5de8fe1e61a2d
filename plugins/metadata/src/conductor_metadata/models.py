"""Documents of the metadata client, and what it takes as a workflow definition."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from conductor_core.errors import InvalidArgumentError
from conductor_core.models import BulkResponse, ConductorModel, Tag, WorkflowDef

__all__ = [
    "BulkResponse",
    "DefinitionSource",
    "IncomingBpmnFile",
    "RateLimitConfig",
    "Tag",
    "WorkflowVersion",
    "definition_of",
]


class WorkflowVersion(ConductorModel):
    """One version of a workflow definition."""

    name: str
    version: int
    create_time: int | None = None
    """Epoch milliseconds."""
    update_time: int | None = None
    """Epoch milliseconds."""


class RateLimitConfig(ConductorModel):
    """How many executions may run at once."""

    concurrent_exec_limit: int | None = None
    """Executions with the same key that run at once; the others wait."""
    rate_limit_key: str | None = None
    """Expression that executions are counted by, such as ``${workflow.correlationId}``."""


class IncomingBpmnFile(ConductorModel):
    """A process as another tool has written it."""

    file_name: str
    file_content: str
    """The BPMN document as text."""


@runtime_checkable
class DefinitionSource(Protocol):
    """Anything that can say what workflow it defines, as the builders of conductor-workflows do."""

    def to_workflow_def(self) -> WorkflowDef:
        """Return the definition."""
        ...


def definition_of(source: object) -> WorkflowDef:
    """Return a definition from what a caller passed.

    Raises:
        InvalidArgumentError: it is no definition and cannot make one.
    """
    if isinstance(source, WorkflowDef):
        return source
    if isinstance(source, DefinitionSource):
        return source.to_workflow_def()
    kind = type(source).__name__
    raise InvalidArgumentError(
        f"a workflow definition must be a WorkflowDef or have to_workflow_def(), got {kind}: "
        f"turn a JSON document into one with WorkflowDef.model_validate(document)"
    )
