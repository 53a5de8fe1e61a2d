"""What a worker function can ask and say about the task it is running."""

from __future__ import annotations

import contextvars
import functools
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

from conductor_core.worker._body import sendable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conductor_core.models import Task
    from conductor_core.worker._polled import JsonObject, PolledTask

P = ParamSpec("P")
R = TypeVar("R")

DEFAULT_CALLBACK_SECONDS: Final = 60
MAX_LOG_LINES: Final = 1_000
MAX_LOG_LENGTH: Final = 1_000_000
MAX_LINE_LENGTH: Final = 16_000
"""Limits of what one task may log, in lines and characters: the server keeps the lines with the task."""

_current: contextvars.ContextVar[TaskContext] = contextvars.ContextVar("conductor_task_context")


@dataclass(frozen=True, slots=True)
class TaskInProgress:
    """Return it from a worker to be called again later instead of completing the task.

    Args:
        callback_after_seconds: seconds until the server hands the task out again.
        output: partial output to store meanwhile.
    """

    callback_after_seconds: int = DEFAULT_CALLBACK_SECONDS
    output: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True)
class ContextData:
    """What a worker wrote to its context."""

    logs: tuple[JsonObject, ...] = ()
    callback_after_seconds: int | None = None
    output: Mapping[str, object] | None = None


_NOTHING: Final = ContextData()


class TaskContext:
    """The running task, and what shall be sent with its result.

    Get it with :func:`get_task_context`; any number of threads may use it at the same time. What is written
    after the function has returned is not sent.
    """

    __slots__ = ("_callback_after_seconds", "_closed", "_lock", "_log_full", "_log_length", "_logs", "_output", "_task")

    def __init__(self, task: PolledTask) -> None:
        self._task = task
        self._lock = threading.Lock()
        self._logs: list[JsonObject] = []
        self._callback_after_seconds: int | None = None
        self._output: dict[str, object] | None = None
        self._closed = False
        self._log_length = 0
        self._log_full = False

    def get_task_id(self) -> str:
        """Return the id of the task."""
        return self._task.task_id

    def get_workflow_instance_id(self) -> str:
        """Return the id of the workflow execution that the task belongs to."""
        return self._task.workflow_instance_id

    def get_retry_count(self) -> int:
        """Return how many attempts went before this one; 0 for the first."""
        return self._task.retry_count

    def get_poll_count(self) -> int:
        """Return how often the task was handed to a worker, this time included."""
        return self._task.poll_count

    def get_input(self) -> JsonObject:
        """Return the task's input as the server sent it."""
        return self._task.input_data

    def get_task_def_name(self) -> str:
        """Return the name of the task definition."""
        return self._task.task_type

    def get_workflow_task_type(self) -> str | None:
        """Return the task's type in its workflow definition, usually ``SIMPLE``; None when it was not sent."""
        return self._task.workflow_task_type

    def get_task(self) -> Task:
        """Return the whole task."""
        return self._task.task()

    def add_log(self, message: object) -> None:
        """Add a line to the task's execution log; it carries the time in milliseconds and the task id.

        A line that is longer than 16,000 characters is cut. After 1,000 lines, or a million characters, one more line says that
        the rest is left out.
        """
        text = sendable(str(message))
        if len(text) > MAX_LINE_LENGTH:
            text = f"{text[:MAX_LINE_LENGTH]}... ({len(text) - MAX_LINE_LENGTH} more characters)"
        self.append_log(self._log_line(text))

    def _log_line(self, text: str) -> JsonObject:
        return {"log": text, "createdTime": time.time_ns() // 1_000_000, "taskId": self._task.task_id}

    def get_logs(self) -> list[JsonObject]:
        """Return the lines added so far."""
        with self._lock:
            return [dict(entry) for entry in self._logs]

    def set_callback_after(self, seconds: int) -> None:
        """Ask to be called again in this many seconds; used when the task is returned as in progress."""
        with self._lock:
            if not self._closed:
                self._callback_after_seconds = int(seconds)

    def get_callback_after_seconds(self) -> int | None:
        """Return the seconds set by :meth:`set_callback_after`, or None."""
        with self._lock:
            return self._callback_after_seconds

    def set_output(self, output: Mapping[str, object]) -> None:
        """Set output that is sent with the result; keys that the function returns win over these.

        Raises:
            TypeError: the output is no mapping.
        """
        if not hasattr(output, "keys"):
            raise TypeError(f"set_output takes a mapping of output keys to values, got {type(output).__name__}")
        with self._lock:
            if not self._closed:
                self._output = dict(output)

    def get_output(self) -> dict[str, object] | None:
        """Return the output set by :meth:`set_output`, or None."""
        with self._lock:
            return None if self._output is None else dict(self._output)

    @property
    def polled(self) -> PolledTask:
        """The task in its slim form."""
        return self._task

    def adopt(self, written: ContextData) -> None:
        """Take over what another process wrote for this task: its log lines, and callback and output where it set them."""
        with self._lock:
            if not self._closed:
                self._logs.extend(written.logs)
                if written.callback_after_seconds is not None:
                    self._callback_after_seconds = written.callback_after_seconds
                if written.output is not None:
                    self._output = dict(written.output)

    def written(self) -> ContextData:
        """Return what was written so far."""
        with self._lock:
            return ContextData(tuple(self._logs), self._callback_after_seconds, self._output)

    def close(self) -> ContextData:
        """Take what was written and ignore everything written later; the runtime calls it, workers do not."""
        with self._lock:
            self._closed = True
            if not self._logs and self._callback_after_seconds is None and self._output is None:
                return _NOTHING
            return ContextData(tuple(self._logs), self._callback_after_seconds, self._output)

    def append_log(self, entry: JsonObject) -> bool:
        """Keep a finished line; False when it came too late, or when there is no room for more."""
        with self._lock:
            if self._closed or self._log_full:
                return False
            self._log_length += len(str(entry.get("log", "")))
            self._logs.append(entry)
            if len(self._logs) < MAX_LOG_LINES and self._log_length < MAX_LOG_LENGTH:
                return True
            self._log_full = True
            self._logs.append(self._log_line("this task has logged as much as it may; further lines are left out"))
            return True

    def __repr__(self) -> str:
        return f"<context of task {self._task.task_id!r}>"


def get_task_context() -> TaskContext:
    """Return the context of the task that this code runs for.

    It works at any depth below the worker function, in coroutines and in the runtime's threads. A thread that
    the worker starts itself sees it only when its function went through :func:`carry_task_context`.

    Raises:
        RuntimeError: no task is running here.
    """
    context = _current.get(None)
    if context is None:
        raise RuntimeError(
            "no task is running here: call get_task_context() in a worker function, or wrap the function of a thread "
            "that the worker starts in carry_task_context()"
        )
    return context


def current_task_context() -> TaskContext | None:
    """Return the context of the running task, or None outside of one."""
    return _current.get(None)


def carry_task_context(function: Callable[P, R]) -> Callable[P, R]:
    """Wrap a function so that it sees the current task's context wherever it is called, for instance in a thread.

    ::

        threading.Thread(target=carry_task_context(download), args=(url,)).start()
    """
    captured = contextvars.copy_context()

    @functools.wraps(function)
    def carried(*args: P.args, **kwargs: P.kwargs) -> R:
        # A context can be entered once at a time; each call runs in a copy of its own.
        return captured.copy().run(function, *args, **kwargs)

    return carried


def activate(context: TaskContext) -> contextvars.Token[TaskContext]:
    """Make this the current task's context; give the token to :func:`deactivate`."""
    return _current.set(context)


def deactivate(token: contextvars.Token[TaskContext]) -> None:
    """Restore what was there before :func:`activate`."""
    _current.reset(token)
