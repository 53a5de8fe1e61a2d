"""The task that a worker does."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from conductor_workflows.builder._task import TaskBuilder

if TYPE_CHECKING:
    from collections.abc import Mapping


class SimpleTask(TaskBuilder):
    """A task for workers.

    Args:
        task_def_name: name of the task definition, which workers poll by.
        task_reference_name: unique name of this use of it.
        inputs: input parameters, values or expressions.
        description: for people.
        optional: whether the workflow goes on when the task fails.
        cache_key: key under which the output is kept and used again.
        cache_ttl_seconds: seconds that a kept output is used.
    """

    TYPE: ClassVar[str] = "SIMPLE"

    def __init__(
        self,
        task_def_name: str,
        task_reference_name: str,
        *,
        inputs: Mapping[str, object] | None = None,
        description: str | None = None,
        optional: bool | None = None,
        cache_key: str | None = None,
        cache_ttl_seconds: int | None = None,
    ) -> None:
        super().__init__(
            task_reference_name,
            name=task_def_name,
            inputs=inputs,
            description=description,
            optional=optional,
            cache_key=cache_key,
            cache_ttl_seconds=cache_ttl_seconds,
        )

    def retry_count(self, count: int) -> Self:
        """Set the retries after the first attempt, instead of the task definition's number."""
        return self._set("retry_count", count)
