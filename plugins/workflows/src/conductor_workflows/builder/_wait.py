"""Waits: for a while, until a time, or for somebody to say go on."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, ClassVar, Unpack

from conductor_core.errors import InvalidArgumentError
from conductor_workflows.builder._task import TaskBuilder

if TYPE_CHECKING:
    from conductor_workflows.builder._task import TaskOptions


class WaitTask(TaskBuilder):
    """Waits; with neither a time nor a duration, until the task is completed from outside.

    Args:
        task_ref_name: unique name of this task.
        wait_until: a time: an aware ``datetime``, text like ``2026-01-31 00:00 UTC``, or an expression. Servers know
            whole minutes, so a ``datetime`` is rounded up to the next one.
        wait_for_seconds: a duration in seconds, or an expression that gives text like ``2h 30m``.
        options: what every builder takes; see :class:`TaskBuilder`.

    Raises:
        InvalidArgumentError: both are given, the duration is negative, or the time has no time zone.
    """

    TYPE: ClassVar[str] = "WAIT"

    def __init__(
        self,
        task_ref_name: str,
        wait_until: dt.datetime | str | None = None,
        wait_for_seconds: int | str | None = None,
        **options: Unpack[TaskOptions],
    ) -> None:
        super().__init__(task_ref_name, **options)
        if wait_until is not None and wait_for_seconds is not None:
            raise InvalidArgumentError(f"task {task_ref_name!r} takes wait_until or wait_for_seconds, not both")
        if wait_until is not None:
            self.input_parameter("until", _until(task_ref_name, wait_until))
        if wait_for_seconds is not None:
            self.input_parameter("duration", _duration(task_ref_name, wait_for_seconds))


class WaitUntilTask(WaitTask):
    """A :class:`WaitTask` that waits until a time."""

    def __init__(self, task_ref_name: str, date_time: dt.datetime | str, **options: Unpack[TaskOptions]) -> None:
        super().__init__(task_ref_name, wait_until=date_time, **options)


class WaitForDurationTask(WaitTask):
    """A :class:`WaitTask` that waits for some seconds."""

    def __init__(self, task_ref_name: str, duration_time_seconds: int | str, **options: Unpack[TaskOptions]) -> None:
        super().__init__(task_ref_name, wait_for_seconds=duration_time_seconds, **options)


def _until(ref: str, moment: dt.datetime | str) -> str:
    if isinstance(moment, str):
        return moment
    if moment.tzinfo is None:
        raise InvalidArgumentError(
            f"wait_until of task {ref!r} has no time zone: use datetime(..., tzinfo=datetime.UTC) or text"
        )
    exact = moment.astimezone(dt.UTC)
    whole = exact.replace(second=0, microsecond=0)
    rounded = whole if whole == exact else whole + dt.timedelta(minutes=1)
    return rounded.strftime("%Y-%m-%d %H:%M UTC")


def _duration(ref: str, seconds: object) -> str:
    if isinstance(seconds, str):
        return seconds
    if isinstance(seconds, bool) or not isinstance(seconds, int) or seconds < 0:
        raise InvalidArgumentError(
            f"wait_for_seconds of task {ref!r} must be a whole number from 0 on, got {seconds!r}"
        )
    return f"{seconds}s"
