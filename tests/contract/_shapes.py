"""Types of requests and answers, in the words of the OpenAPI document."""

from __future__ import annotations

import types
from typing import Any, Final, TypeGuard, get_args, get_origin

from conductor_core.models import ConductorModel

# Our name on the left where it differs from the document's.
OTHER_NAMES: Final = {
    "GeneratedToken": "Response",
    "SearchResult[TaskSummary]": "SearchResultTaskSummary",
    "SearchResult[WorkflowSummary]": "ScrollableSearchResultWorkflowSummary",
    "TaskPage": "TaskListSearchResultSummary",
    "WorkflowStatusSummary": "WorkflowStatus",
}
BODY_NAMES: Final = {"TaskDef": "ExtendedTaskDef", "WorkflowDef": "ExtendedWorkflowDef"}
_SCALARS: Final[dict[type, str]] = {str: "string", int: "integer", bool: "boolean", float: "number"}


def described_type(kind: Any) -> str:
    """A type that answers are read as, in a few words."""
    if kind in (None, object, Any):
        return ""
    if scalar := _SCALARS.get(kind):
        return scalar
    if isinstance(kind, types.UnionType):
        return " | ".join(described_type(part) for part in get_args(kind))
    if get_origin(kind) is list:
        return f"list[{described_type(get_args(kind)[0])}]"
    if get_origin(kind) is dict:
        return f"map[{described_type(get_args(kind)[1])}]"
    name: str = kind.__name__
    return OTHER_NAMES.get(name, name)


def described_body(body: object) -> str:
    """A body in a few words."""
    if _is_list(body):
        return f"list[{described_body(body[0])}]"
    if isinstance(body, ConductorModel):
        name = type(body).__name__
        return BODY_NAMES.get(name, name)
    if isinstance(body, dict):
        return "map[]"
    return _SCALARS.get(type(body), "")


def first_model(body: object) -> ConductorModel | None:
    """The model in a body, or None."""
    if _is_list(body):
        return first_model(body[0])
    return body if isinstance(body, ConductorModel) else None


def _is_list(body: object) -> TypeGuard[list[object]]:
    return isinstance(body, list)
