"""Hands tasks to workers: polls that wait, and who polled what."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from dataclasses import replace
from typing import TYPE_CHECKING, Final, cast

from conductor_embedded._documents import task_document
from conductor_embedded._state import TaskStatus
from conductor_embedded._values import Document, as_text
from conductor_embedded.decider import Decision, TaskReturned, TasksTaken
from conductor_embedded.store import PollRecord, Store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conductor_embedded._core import Core
    from conductor_embedded._state import Execution, TaskState

_ACTIVE_MS: Final = 10_000
_CONFIRM_SECONDS: Final = 0.05


def queue_name(task_type: str, domain: str | None) -> str:
    """Return the name of the queue of a type in a domain."""
    return task_type if domain is None else f"{domain}:{task_type}"


class PollData:
    """Who polled each queue last. Kept in memory and written now and then: it only helps to choose domains.

    Args:
        store: Where it comes from and goes to.
        now_ms: The clock, in epoch milliseconds.
    """

    def __init__(self, store: Store, now_ms: Callable[[], int]) -> None:
        self._store = store
        self._now_ms = now_ms
        self._records = {record.queue: record for record in store.polls()}
        self._unsaved: set[str] = set()

    def note(self, task_type: str, domain: str | None, worker_id: str | None) -> None:
        """Note a poll."""
        queue = queue_name(task_type, domain)
        self._records[queue] = PollRecord(queue, task_type, domain, worker_id, self._now_ms())
        self._unsaved.add(queue)

    def save(self) -> None:
        """Write what is new to the store."""
        if self._unsaved:
            self._store.write_polls([self._records[queue] for queue in self._unsaved])
            self._unsaved.clear()

    def of(self, task_type: str | None) -> list[PollRecord]:
        """Return the records of a task type, or all."""
        return [item for item in self._records.values() if task_type is None or item.task_type == task_type]

    def pick_domain(self, task_type: str, task_to_domain: Mapping[str, object]) -> str | None:
        """Choose the domain of a task: the first of its list that was polled lately, else the last one."""
        if not task_to_domain:
            return None
        own = as_text(task_to_domain.get(task_type))
        if own is not None and not own.strip():
            return ""  # a domain with an empty name, which no poll means that leaves the domain out
        text = own or as_text(task_to_domain.get("*")) or ""
        domains = [domain.strip() for domain in text.split(",") if domain.strip()]
        if not domains:
            return None
        for domain in domains:
            record = self._records.get(queue_name(task_type, domain))
            if record is not None and record.last_poll_time > self._now_ms() - _ACTIVE_MS:
                return domain
        return None if domains[-1].upper() == "NO_DOMAIN" else domains[-1]


class Waiters:
    """Polls that wait for something to come into their queue."""

    def __init__(self) -> None:
        self._by_queue: defaultdict[str, deque[asyncio.Future[None]]] = defaultdict(deque)
        self.is_closed = False

    def __len__(self) -> int:
        return sum(len(waiting) for waiting in self._by_queue.values())

    def wake(self, queue: str) -> None:
        """Let the poll that has waited longest look into the queue."""
        waiting = self._by_queue.get(queue)
        while waiting:
            future = waiting.popleft()
            if not future.done():
                future.set_result(None)
                return

    def close(self) -> None:
        """Let all polls end."""
        self.is_closed = True
        for queue in tuple(self._by_queue):
            while self._by_queue[queue]:
                self.wake(queue)

    async def wait(self, queue: str, deadline: float) -> bool:
        """Wait until something may be in the queue; False when the loop's time reaches the deadline first."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting = self._by_queue[queue]
        waiting.append(future)
        try:
            async with asyncio.timeout_at(deadline):
                await future
        except TimeoutError:
            return future.done() and not future.cancelled()
        except asyncio.CancelledError:
            if future.done() and not future.cancelled():
                # This poll was called, but will not look: the next one shall.
                self.wake(queue)
            raise
        else:
            return True
        finally:
            if future in waiting:
                waiting.remove(future)


class Polling:
    """Hands out tasks."""

    def __init__(self, core: Core, polls: PollData, waiters: Waiters) -> None:
        self._core = core
        self._polls = polls
        self._waiters = waiters
        self._unconfirmed: set[str] = set()
        self._confirmation: asyncio.TimerHandle | None = None

    async def poll(
        self, task_type: str, *, worker_id: str | None, domain: str | None, count: int, timeout_ms: int
    ) -> list[Document]:
        """Hand out up to `count` tasks, waiting up to `timeout_ms` milliseconds for the first."""
        self._polls.note(task_type, domain, worker_id)
        queue = queue_name(task_type, domain)
        taken = self.take(queue, count, worker_id)
        if taken or timeout_ms <= 0:
            return taken
        deadline = asyncio.get_running_loop().time() + timeout_ms / 1000
        while not self._waiters.is_closed and await self._waiters.wait(queue, deadline):
            taken = self.take(queue, count, worker_id)
            if taken:
                return taken
        return []

    def take(self, queue: str, count: int, worker_id: str | None) -> list[Document]:
        """Hand out up to `count` tasks of a queue, as far as there are any."""
        popped = self._core.queues.pop(queue, max(0, count))
        if not popped:
            return []
        by_workflow: defaultdict[str, list[str]] = defaultdict(list)
        for task_id, workflow_id in popped:
            by_workflow[workflow_id].append(task_id)
        try:
            decisions = self._hand_out(by_workflow, worker_id)
        except BaseException:
            self._put_back(popped)
            raise
        tasks = {task.task_id: (item, task) for item in decisions for task in item.changed}
        chosen = [tasks[task_id] for task_id, _ in popped if task_id in tasks]
        return [self._document(item.execution, task) for item, task in chosen]

    def return_task(self, task_id: str) -> None:
        """Put a task back that was handed out, but could not be delivered."""
        found = self._core.find_task(task_id)
        if found is not None:
            self._core.apply(found[0].workflow_id, TaskReturned(task_id))

    def confirm(self) -> None:
        """Note that what was handed out has arrived, and write who polled."""
        self._confirmation = None
        unconfirmed = [task_id for task_id in self._unconfirmed if self._is_out(task_id)]
        self._unconfirmed.clear()
        if unconfirmed:
            self._core.store.confirm(unconfirmed)
        self._polls.save()

    def close(self) -> None:
        """End all polls."""
        self._waiters.close()
        if self._confirmation is not None:
            self._confirmation.cancel()
        self.confirm()

    def _document(self, execution: Execution, task: TaskState) -> Document:
        """Return a task as its worker gets it: with the secrets that its input names."""
        filled = self._core.secrets.fill(task.input)
        return task_document(execution, task if filled is task.input else replace(task, input=filled))

    def _hand_out(self, by_workflow: Mapping[str, list[str]], worker_id: str | None) -> list[Decision]:
        core = self._core
        decisions = [
            core.decide(core.get(workflow_id), TasksTaken(tuple(task_ids), worker_id))
            for workflow_id, task_ids in by_workflow.items()
        ]
        task_ids = frozenset(task.task_id for decision in decisions for task in decision.changed)
        core.commit(decisions, unconfirmed=task_ids if core.store.is_durable else frozenset())
        self._expect_delivery(task_ids)
        return decisions

    def _expect_delivery(self, task_ids: frozenset[str]) -> None:
        # A process that dies right now takes the answer with it; until a moment later the store says so.
        if self._core.store.is_durable:
            self._unconfirmed |= task_ids
        if self._confirmation is None:
            self._confirmation = asyncio.get_running_loop().call_later(_CONFIRM_SECONDS, self.confirm)

    def _is_out(self, task_id: str) -> bool:
        found = self._core.find_task(task_id)
        return found is not None and found[1].status is TaskStatus.IN_PROGRESS

    def _put_back(self, popped: list[tuple[str, str]]) -> None:
        for task_id, workflow_id in popped:
            execution = self._core.find(workflow_id)
            task = None if execution is None else execution.task(task_id)
            if execution is not None and task is not None:
                self._core.track(execution, task)


def poll_documents(records: list[PollRecord]) -> list[Document]:
    """Return PollData documents; null fields are left out."""
    return [
        cast(
            "Document",
            {
                key: value
                for key, value in {
                    "queueName": record.task_type,
                    "domain": record.domain,
                    "workerId": record.worker_id,
                    "lastPollTime": record.last_poll_time,
                }.items()
                if value is not None
            },
        )
        for record in records
    ]
