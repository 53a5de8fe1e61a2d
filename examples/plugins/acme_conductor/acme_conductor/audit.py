"""Acme's auditors want one line for each task that was done."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from conductor_core import hookimpl

if TYPE_CHECKING:
    from conductor_core.events import TaskExecutionCompleted

AUDIT = logging.getLogger("acme.audit")


@hookimpl
def conductor_on_task_execution_completed(event: TaskExecutionCompleted) -> None:
    """Write the line."""
    AUDIT.info("%s %s done", event.task_type, event.task_id)
