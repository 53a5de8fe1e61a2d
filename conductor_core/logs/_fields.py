"""Which task the running code works for, as fields of log records."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conductor_core.worker._context import TaskContext

    Provider: TypeAlias = Callable[[], Mapping[str, str | int]]

TASK_FIELDS: Final = ("workflow_id", "task_id", "task_type", "attempt")
_CONTEXT_MODULE: Final = "conductor_core.worker._context"
_providers: list[Provider] = []


def log_fields() -> dict[str, str | int]:
    """Return the fields of this moment: those of the running task, and what plugins add.

    ``workflow_id``, ``task_id``, ``task_type`` and ``attempt`` (1 for the first) in a worker function, in the coroutines, threads and child
    processes that run it; nothing outside of one. Tracing adds ``trace_id`` and ``span_id``.
    """
    context = _task_context()
    found: dict[str, str | int] = {}
    if context is not None:
        found = {
            "workflow_id": context.get_workflow_instance_id(),
            "task_id": context.get_task_id(),
            "task_type": context.get_task_def_name(),
            "attempt": context.get_retry_count() + 1,
        }
    for provider in _providers:
        found.update(provider())
    return found


def add_log_fields(provider: Provider) -> None:
    """Let a function add fields to every record that has them; adding it again changes nothing.

    Args:
        provider: returns the fields of the moment in which it is called; it must not raise.
    """
    if provider not in _providers:
        _providers.append(provider)


class FieldsFilter(logging.Filter):
    """Puts the fields of the running task on each record; a filter for handlers.

    ::

        handler.addFilter(FieldsFilter())
        handler.setFormatter(logging.Formatter("%(workflow_id)s %(task_id)s %(message)s"))

    Records from outside of a task get empty fields, so that a format may name them. What a record carries already stays.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Add the fields, and let the record through."""
        stamp(record)
        for name in TASK_FIELDS:
            record.__dict__.setdefault(name, "")
        return True


def stamp(record: logging.LogRecord) -> None:
    """Put the fields of this moment on a record that was made elsewhere only if it has none of its own."""
    values: dict[str, Any] = record.__dict__
    if not values.get("task_id"):
        for name, value in log_fields().items():
            values[name] = values.get(name) or value


def _task_context() -> TaskContext | None:
    # A program that runs no workers has not loaded the module, and must not load it to log a line.
    module = sys.modules.get(_CONTEXT_MODULE)
    found: TaskContext | None = module.current_task_context() if module is not None else None
    return found
