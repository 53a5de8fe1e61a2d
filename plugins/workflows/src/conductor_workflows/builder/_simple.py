"""The task that a worker does."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self, Unpack

from conductor_workflows.builder._task import TaskBuilder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conductor_workflows.builder._task import TaskOptions


class SimpleTask(TaskBuilder):
    """A task for workers.

    The setters for retries, timeouts and limits write a task definition into the workflow, which holds for this use of the
    task alone and needs no registered one.

    Args:
        task_def_name: name of the task definition, which workers poll by.
        task_reference_name: unique name of this use of it.
        inputs: input parameters, values or expressions.
        options: what every builder takes; see :class:`TaskBuilder`.
    """

    TYPE: ClassVar[str] = "SIMPLE"

    def __init__(
        self,
        task_def_name: str,
        task_reference_name: str,
        *,
        inputs: Mapping[str, object] | None = None,
        **options: Unpack[TaskOptions],
    ) -> None:
        options.setdefault("name", task_def_name)
        super().__init__(task_reference_name, inputs=inputs, **options)
        self._definition: dict[str, object] = {}

    def retry_count(self, count: int) -> Self:
        """Set the retries after the first attempt, instead of the task definition's number."""
        return self._set("retry_count", count)

    def retry_policy(self, logic: str, delay_seconds: int, backoff_scale_factor: int | None = None) -> Self:
        """Set how long a retry waits.

        Args:
            logic: ``FIXED``, ``LINEAR_BACKOFF`` or ``EXPONENTIAL_BACKOFF``.
            delay_seconds: seconds before the first retry.
            backoff_scale_factor: factor of a linear backoff.
        """
        self._define("retry_logic", logic)
        self._define("retry_delay_seconds", delay_seconds)
        return self if backoff_scale_factor is None else self._define("backoff_scale_factor", backoff_scale_factor)

    def rate_limit(self, per_frequency: int, frequency_seconds: int = 1) -> Self:
        """Set how many of these tasks start in so many seconds, over all workers."""
        self._define("rate_limit_frequency_in_seconds", frequency_seconds)
        return self._define("rate_limit_per_frequency", per_frequency)

    def concurrency_limit(self, count: int) -> Self:
        """Set how many of these tasks run at the same time, over all workers."""
        return self._define("concurrent_exec_limit", count)

    def timeouts(self, *, execution: int | None = None, response: int | None = None, poll: int | None = None) -> Self:
        """Set timeouts in seconds.

        Args:
            execution: from start to end.
            response: from one word of the worker to the next.
            poll: from being scheduled to being polled.
        """
        values = {"timeout_seconds": execution, "response_timeout_seconds": response, "poll_timeout_seconds": poll}
        for field, seconds in values.items():
            if seconds is not None:
                self._define(field, seconds)
        return self

    def timeout_policy(self, policy: str) -> Self:
        """Set what follows a timeout: ``RETRY``, ``TIME_OUT_WF`` or ``ALERT_ONLY``."""
        return self._define("timeout_policy", policy)

    def _define(self, field: str, value: object) -> Self:
        self._definition[field] = value
        return self

    def _fields(self) -> dict[str, object]:
        return {"task_definition": {"name": self.name, **self._definition}} if self._definition else {}
