"""Listener ``logging``: one line for each failure of the task runner, with the ids that a search needs.

Disable it by name to log failures in another way. It implements failures only, so successful tasks cost nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core._logging import LOGGER
from conductor_core._quoted_inputs import without_inputs
from conductor_core.hookspecs import hookimpl

if TYPE_CHECKING:
    from conductor_core.events import PollFailure, TaskExecutionFailure, TaskUpdateFailure


@hookimpl
def conductor_on_poll_failure(event: PollFailure) -> None:
    """Warn that a poll failed; the runner backs off by itself."""
    LOGGER.warning("polling %s failed after %.0f ms: %s", event.task_type, event.duration_ms, event.cause)


@hookimpl
def conductor_on_task_execution_failure(event: TaskExecutionFailure) -> None:
    """Report that a worker function failed."""
    LOGGER.error(
        "task %s (%s) of workflow %s failed after %.0f ms: %s: %s",
        event.task_id,
        event.task_type,
        event.workflow_instance_id,
        event.duration_ms,
        type(event.cause).__name__,
        without_inputs(str(event.cause)),
    )


@hookimpl
def conductor_on_task_update_failure(event: TaskUpdateFailure) -> None:
    """Report that a result could not be delivered."""
    LOGGER.critical(
        "result of task %s (%s) of workflow %s not delivered after %d tries: %s",
        event.task_id,
        event.task_type,
        event.workflow_instance_id,
        event.retry_count,
        event.cause,
    )
