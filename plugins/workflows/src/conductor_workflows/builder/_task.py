"""What all task builders have in common."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypedDict

from conductor_core.errors import InvalidArgumentError
from conductor_workflows.builder._expression import Expression

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conductor_core.models import WorkflowTask


def checked_name(value: object, what: str) -> str:
    """Return a name that is text and not empty.

    Raises:
        InvalidArgumentError: it is not; the message says which one.
    """
    if not isinstance(value, str) or not value.strip():
        raise InvalidArgumentError(f"{what} must be text that is not empty, got {value!r}")
    return value


class TaskOptions(TypedDict, total=False):
    """What every builder takes by keyword; see :class:`TaskBuilder`."""

    name: str | None
    description: str | None
    optional: bool | None
    cache_key: str | None
    cache_ttl_seconds: int | None


def given(values: Mapping[str, object]) -> dict[str, object]:
    """Return what was given: all values but None."""
    return {name: value for name, value in values.items() if value is not None}


class TaskBuilder:
    """One task of a workflow definition; each setter returns the builder.

    Args:
        task_ref_name: unique name of this use of the task, by which expressions refer to it.
        name: name of the task; the reference name when None.
        inputs: input parameters, values or expressions.
        description: for people.
        optional: whether the workflow goes on when the task fails.
        cache_key: key under which the output is kept and used again; may hold expressions.
        cache_ttl_seconds: seconds that a kept output is used.
    """

    TYPE: ClassVar[str]
    """The server's name of the task type."""

    def __init__(
        self,
        task_ref_name: str,
        *,
        name: str | None = None,
        inputs: Mapping[str, object] | None = None,
        description: str | None = None,
        optional: bool | None = None,
        cache_key: str | None = None,
        cache_ttl_seconds: int | None = None,
    ) -> None:
        kind = type(self).__name__
        self.task_reference_name: str = checked_name(task_ref_name, f"task_ref_name of {kind}")
        self.name: str = checked_name(name or task_ref_name, f"name of {kind}")
        self.input_parameters: dict[str, Any] = dict(inputs or {})
        """Values and expressions by name; may be changed."""
        self._settings: dict[str, object] = {"description": description, "optional": optional}
        if cache_key is not None or cache_ttl_seconds is not None:
            self.cache(cache_key or "", cache_ttl_seconds or 0)

    def __setattr__(self, name: str, value: object) -> None:
        """Take ``task.description = ...`` for the setter; replacing any other method would lose what was meant."""
        if name in {"description", "optional"}:
            self._set(name, value)
        elif callable(getattr(type(self), name, None)):
            raise InvalidArgumentError(f"{name} of {type(self).__name__} is a method: call it instead of setting it")
        else:
            object.__setattr__(self, name, value)

    @property
    def task_type(self) -> str:
        """The server's name of the task type."""
        return self.TYPE

    def input(self, json_path: str = "") -> Expression:
        """Return the expression for this task's input, or for one part of it."""
        return Expression.of(self.task_reference_name, "input", json_path)

    def output(self, json_path: str = "") -> Expression:
        """Return the expression for this task's output, or for one part of it."""
        return Expression.of(self.task_reference_name, "output", json_path)

    def output_ref(self, path: str = "") -> Expression:
        """Return the expression for this task's output: another name of :meth:`output`."""
        return self.output(path)

    def input_parameter(self, key: str, value: object) -> Self:
        """Set one input parameter."""
        self.input_parameters[key] = value
        return self

    def input_map(self, values: Mapping[str, object]) -> Self:
        """Set several input parameters; others stay."""
        self.input_parameters.update(values)
        return self

    def description(self, text: str | None) -> Self:
        """Set what the task is for."""
        return self._set("description", text)

    def optional(self, value: bool = True) -> Self:  # noqa: FBT001, FBT002 - a setter's only argument
        """Let the workflow go on when this task fails."""
        return self._set("optional", value)

    def start_delay(self, seconds: int) -> Self:
        """Keep the task from being polled for some seconds."""
        return self._set("start_delay", seconds)

    def cache(self, cache_key: str, cache_ttl_second: int) -> Self:
        """Keep the output under a key and use it again, for so many seconds.

        Raises:
            InvalidArgumentError: the key is empty or the time is not above 0.
        """
        checked_name(cache_key, f"cache_key of task {self.task_reference_name!r}")
        if cache_ttl_second <= 0:
            raise InvalidArgumentError(
                f"cache_ttl_seconds of task {self.task_reference_name!r} must be above 0, got {cache_ttl_second}"
            )
        return self._set("cache_config", {"key": cache_key, "ttlInSecond": cache_ttl_second})

    def to_workflow_task(self) -> WorkflowTask:
        """Return the task as a definition holds it."""
        from conductor_core.models import WorkflowTask  # noqa: PLC0415 - building definitions must not load the models

        document: dict[str, object] = {
            "name": self.name,
            "task_reference_name": self.task_reference_name,
            "type": self.TYPE,
            "input_parameters": copy.deepcopy(self.input_parameters),
            **copy.deepcopy(self._settings),
        }
        return WorkflowTask.model_validate(document | self._fields())

    def _fields(self) -> dict[str, object]:
        """Return what this type of task adds to the document."""
        return {}

    def _set(self, field: str, value: object) -> Self:
        self._settings[field] = value
        return self

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.task_reference_name!r})"
