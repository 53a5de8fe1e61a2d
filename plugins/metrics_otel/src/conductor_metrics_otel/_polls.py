"""Spans of polls, linked with the traces of the tasks that they brought."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from opentelemetry.trace import Span, SpanContext

    from conductor_core import events

_REMEMBERED: Final = 20_000


class Polls:
    """Which poll brought which task, until the task runs.

    The trace of a task is known when it runs: its caller's context may have to be asked for. So the span of a poll is open
    until the last of its tasks runs; its times are those of the poll. A poll that brought no sampled task has none.

    Args:
        start: starts the span of a poll, linked with the first of its tasks.
        end: ends it.
    """

    def __init__(
        self,
        start: Callable[[events.PollCompleted, SpanContext], Span],
        end: Callable[[Span, events.PollCompleted], None],
    ) -> None:
        self._start = start
        self._end = end
        self._by_task: OrderedDict[str, _Poll] = OrderedDict()

    def __len__(self) -> int:
        return len(self._by_task)

    def answered(self, event: events.PollCompleted) -> None:
        """Note what a poll brought."""
        poll = _Poll(event)
        for task in event.tasks:
            self._put(str(task.get("taskId")), poll)
        while len(self._by_task) > _REMEMBERED:
            _, dropped = self._by_task.popitem(last=False)
            self._ready(dropped)

    def taken(self, task_id: str, parent: SpanContext | None) -> SpanContext | None:
        """Return the span of the poll that brought a task which runs now; None when there is none.

        Args:
            task_id: the task.
            parent: the parent of its spans; None when the task is not sampled.
        """
        poll = self._by_task.pop(task_id, None)
        if poll is None:
            return None
        if parent is not None:
            if poll.span is None:
                poll.span = self._start(poll.event, parent)
            else:
                poll.span.add_link(parent)
        self._ready(poll)
        return poll.span.get_span_context() if poll.span is not None else None

    def _put(self, task_id: str, poll: _Poll) -> None:
        earlier = self._by_task.pop(task_id, None)
        self._by_task[task_id] = poll
        if earlier is not None:  # the task was handed out again before it ran
            self._ready(earlier)

    def _ready(self, poll: _Poll) -> None:
        poll.waiting -= 1
        if not poll.waiting and poll.span is not None:
            self._end(poll.span, poll.event)


class _Poll:
    """One poll, and how many of its tasks have not run yet."""

    __slots__ = ("event", "span", "waiting")

    def __init__(self, event: events.PollCompleted) -> None:
        self.event = event
        self.waiting = len(event.tasks)
        self.span: Span | None = None
