"""WAIT: waits for a time, a point in time, or somebody's word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_embedded._state import FOREVER_SECONDS, TaskState, TaskStatus
from conductor_embedded._wait_times import parse_duration, parse_until
from conductor_embedded.system_tasks._base import SystemTask, begin

if TYPE_CHECKING:
    from conductor_embedded._values import Document
    from conductor_embedded.decider._draft import Draft


class Wait(SystemTask):
    """Ends after `duration`, at `until`, or when it is updated."""

    type = "WAIT"

    def execute(self, draft: Draft, task: TaskState) -> bool:
        """Begin to wait, or end the task when its time has come."""
        if task.status is TaskStatus.SCHEDULED:
            return self._begin(draft, task)
        if task.wake_at is None or task.wake_at > draft.now_ms:
            return False
        draft.end_task(task, TaskStatus.COMPLETED).wake_at = None
        return True

    @staticmethod
    def _begin(draft: Draft, task: TaskState) -> bool:
        try:
            end = _end_ms(task.input, draft.now_ms)
        except WaitFormatError as error:
            begin(draft, task)
            draft.end_task(task, TaskStatus.FAILED_WITH_TERMINAL_ERROR, reason=str(error))
            return True
        begin(draft, task)
        mine = draft.edit(task)
        mine.wake_at = end
        seconds = FOREVER_SECONDS if end is None else max(0, -((draft.now_ms - end) // 1000))
        mine.callback_after_seconds = min(seconds, FOREVER_SECONDS)
        return True


class WaitFormatError(ValueError):
    """A duration or a point in time that cannot be read."""


def _end_ms(values: Document, now_ms: int) -> int | None:
    duration, until = values.get("duration"), values.get("until")
    if duration and until:
        raise WaitFormatError("Both 'duration' and 'until' specified. Please provide only one input")
    if duration:
        seconds = parse_duration(str(duration))
        if seconds is None:
            raise WaitFormatError(f"Not valid duration: {duration}")
        return now_ms + seconds * 1000
    if until:
        moment = parse_until(str(until))
        if moment is None:
            raise WaitFormatError(f"Invalid/Unsupported Wait Until format.  Provided: {until}")
        return moment
    return None
