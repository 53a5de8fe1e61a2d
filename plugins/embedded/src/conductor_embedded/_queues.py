"""The queues that workers poll, in memory: what waits, in which order, and since when. Derived from the store."""

from __future__ import annotations

import heapq
import itertools
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conductor_embedded._state import TaskState, TaskStatus

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(slots=True)
class _Waiting:
    """A task that waits to be polled. `turn` tells an entry of a heap that is still true from one that is not."""

    workflow_id: str
    queue: str
    rank: tuple[int, int, int]
    definition_name: str
    limit: int
    turn: int


class TaskQueues:
    """Orders waiting tasks by priority, then age, and keeps those back whose time has not come.

    Args:
        on_ready: Called with the name of a queue when something in it may have become pollable.
        on_delayed: Called with the time (epoch milliseconds) from which a delayed task may be polled.
    """

    def __init__(self, on_ready: Callable[[str], None], on_delayed: Callable[[int], None]) -> None:
        self._on_ready = on_ready
        self._on_delayed = on_delayed
        self._waiting: dict[str, _Waiting] = {}
        self._ready: defaultdict[str, list[tuple[tuple[int, int, int], int, str]]] = defaultdict(list)
        self._delayed: list[tuple[int, int, str]] = []
        self._running: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self._turns = itertools.count(1)

    def track(self, task: TaskState, workflow_id: str, priority: int, limit: int, now_ms: int) -> None:
        """Note the state of a worker task.

        Args:
            task: Put into its queue when it is SCHEDULED, out of it otherwise.
            workflow_id: Its execution.
            priority: Of the execution; high comes first.
            limit: How many of its definition may run at once, 0 for any number.
            now_ms: The time, in epoch milliseconds.
        """
        if task.queue is None:
            return
        self._track_running(task, task.queue, limit)
        if task.status is not TaskStatus.SCHEDULED:
            self._waiting.pop(task.task_id, None)
            return
        turn = next(self._turns)
        rank = (-priority, task.scheduled_time, task.seq)
        self._waiting[task.task_id] = _Waiting(workflow_id, task.queue, rank, task.definition_name, limit, turn)
        if task.available_at > now_ms:
            heapq.heappush(self._delayed, (task.available_at, turn, task.task_id))
            self._on_delayed(task.available_at)
        else:
            self._make_ready(task.task_id)

    def discard(self, task_id: str) -> None:
        """Forget a task that is gone."""
        self._waiting.pop(task_id, None)
        for running in self._running.values():
            running.pop(task_id, None)

    def clear(self) -> None:
        """Forget everything."""
        for kept in (self._waiting, self._ready, self._delayed, self._running):
            kept.clear()

    def pop(self, queue: str, count: int) -> list[tuple[str, str]]:
        """Take up to `count` tasks out of a queue: (task id, workflow id), the most urgent first.

        They have to be tracked again, as handed out or as still waiting.
        """
        ready = self._ready.get(queue)
        taken: list[tuple[str, str]] = []
        kept: list[tuple[tuple[int, int, int], int, str]] = []
        taking: Counter[str] = Counter()
        while ready and len(taken) < count:
            entry = heapq.heappop(ready)
            waiting = self._waiting.get(entry[2])
            if waiting is None or waiting.turn != entry[1]:
                continue
            name = waiting.definition_name
            if 0 < waiting.limit <= len(self._running[name]) + taking[name]:
                kept.append(entry)
                continue
            taking[name] += 1
            del self._waiting[entry[2]]
            taken.append((entry[2], waiting.workflow_id))
        for entry in kept:
            heapq.heappush(self._ready[queue], entry)
        return taken

    def release_due(self, now_ms: int) -> bool:
        """Make the tasks pollable whose time has come; tells whether there were any."""
        released = False
        while self._delayed and self._delayed[0][0] <= now_ms:
            _, turn, task_id = heapq.heappop(self._delayed)
            waiting = self._waiting.get(task_id)
            if waiting is not None and waiting.turn == turn:
                self._make_ready(task_id)
                released = True
        return released

    def next_due(self) -> int | None:
        """Return when the next delayed task becomes pollable (epoch milliseconds)."""
        while self._delayed:
            due, turn, task_id = self._delayed[0]
            waiting = self._waiting.get(task_id)
            if waiting is not None and waiting.turn == turn:
                return due
            heapq.heappop(self._delayed)
        return None

    def sizes(self) -> dict[str, int]:
        """Return the number of waiting tasks by queue, delayed ones included."""
        return dict(Counter(waiting.queue for waiting in self._waiting.values()))

    def _make_ready(self, task_id: str) -> None:
        waiting = self._waiting[task_id]
        heapq.heappush(self._ready[waiting.queue], (waiting.rank, waiting.turn, task_id))
        self._on_ready(waiting.queue)

    def _track_running(self, task: TaskState, queue: str, limit: int) -> None:
        if limit <= 0:
            return
        running = self._running[task.definition_name]
        if task.status is TaskStatus.IN_PROGRESS:
            running[task.task_id] = queue
        elif running.pop(task.task_id, None) is not None:
            # There is room for one more, of the same definition in whatever domain.
            for waiting in {
                item.queue for item in self._waiting.values() if item.definition_name == task.definition_name
            }:
                self._on_ready(waiting)
