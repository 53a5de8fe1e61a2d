"""One runner serves one task type in one domain: it polls while there are free slots and runs what arrives."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from conductor_core.errors import ConductorError
from conductor_core.worker._backoff import PollPacing
from conductor_core.worker._capacity import Capacity
from conductor_core.worker._context import TaskContext, activate, deactivate
from conductor_core.worker._health._counters import Counters
from conductor_core.worker._notify import POLL_COMPLETED, POLL_FAILURE, POLL_STARTED, TASK_PAUSED, TASK_QUEUE_FULL
from conductor_core.worker._verdict import V2Support, is_auth_failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from conductor_core.worker._config import WorkerConfig
    from conductor_core.worker._execution import Execution
    from conductor_core.worker._outbox import Letter
    from conductor_core.worker._polled import JsonObject, PolledTask
    from conductor_core.worker._results import Outcome
    from conductor_core.worker._services import Services
    from conductor_core.worker._update import Delivery, Updater

logger = logging.getLogger("conductor.worker")

# Less than a clock's step is no wait: sleeping for it would come back to the same time.
_NO_TIME: Final = 1e-6


class TaskRunner:
    """Polls, executes and reports for one worker.

    Args:
        config: the worker's resolved options.
        execution: runs its function.
        updater: delivers its results.
        services: what the runners of a runtime share.
    """

    def __init__(self, config: WorkerConfig, execution: Execution, updater: Updater, services: Services) -> None:
        self.config = config
        self.poll_interval = config.poll_interval / 1000
        self.poll_timeout = config.poll_timeout
        self.poll_timeout_is_set = config.poll_timeout_is_set
        self.paused = config.paused
        self.counters = Counters()
        self.queue_full = 0
        self.last_poll_time: datetime | None = None
        self.last_error: str | None = None
        self._execution = execution
        self._updater = updater
        self._services = services
        self._loop = asyncio.get_running_loop()
        self._changed = asyncio.Event()
        self._woken = asyncio.Event()
        self.capacity = Capacity(config.concurrency, self._changed.set)
        self._pacing = PollPacing(services.random)
        self._queued: deque[PolledTask] = deque()
        self._slots: dict[asyncio.Task[None], PolledTask] = {}
        # Those among them that can give their task back themselves when they are cancelled.
        self._begun: set[asyncio.Task[None]] = set()
        # Results on their way, for a process that has to end without its loop.
        self._finished: dict[str, Letter] = {}
        self._in_hand: dict[str, PolledTask] = {}
        self._is_stopped = False
        self._given_back: list[PolledTask] | None = None

    @property
    def stopping(self) -> bool:
        """Whether this runner, or its whole runtime, has been asked to stop."""
        return self._is_stopped or self._services.stop.requested

    @property
    def tasks(self) -> list[PolledTask]:
        """The tasks that occupy slots, and those that wait for one."""
        return [*self._slots.values(), *self._queued]

    def last_words(self) -> list[tuple[PolledTask, JsonObject]]:
        """Return each task with what the server should be told when this process ends now: its result, or to take it back.

        It may be called from any thread.
        """
        finished = dict(self._finished)
        return [
            (
                task,
                finished[task.task_id].document
                if task.task_id in finished
                else self._document(task, _unfinished(task)),
            )
            for task in self.tasks
        ]

    def served_by(self, name: str) -> PolledTask | None:
        """Return the task that an asyncio task of this name serves; may be called from any thread."""
        return next((task for slot, task in list(self._slots.items()) if slot.get_name() == name), None)

    def stop(self) -> None:
        """Send no further poll; running tasks finish."""
        self._is_stopped = True
        self.wake()

    def wake(self) -> None:
        """Look again at once: an option has changed, or stop was asked for."""
        self._woken.set()
        self._changed.set()

    def call(self, change: Callable[[TaskRunner], object]) -> None:
        """Apply a change on the runner's loop, from any thread, and look again at once."""

        def apply() -> None:
            change(self)
            self.wake()

        self._loop.call_soon_threadsafe(apply)

    def update(
        self, *, concurrency: int | None = None, poll_interval: float | None = None, poll_timeout: int | None = None
    ) -> None:
        """Change polling from the next poll on; None leaves an option as it is.

        Args:
            concurrency: tasks at the same time.
            poll_interval: milliseconds.
            poll_timeout: milliseconds.
        """
        if poll_interval is not None:
            self.poll_interval = poll_interval / 1000
        if poll_timeout is not None:
            self.poll_timeout, self.poll_timeout_is_set = poll_timeout, True
        if concurrency is not None:
            self.capacity.resize(concurrency)
            self._start_queued()

    async def run(self) -> None:
        """Poll until stop. A failure never ends this; a poll that is open at stop is waited for."""
        while not self.stopping:
            self._changed.clear()
            self._woken.clear()
            if self.paused:
                await self._look_paused()
            elif self._services.outbox.is_full(self.config.name):
                await self._sleep(self.poll_interval)
            elif self.capacity.free <= 0:
                await self._note_full()
                await self._wait_for_change()
            else:
                await self._poll_in_time()

    async def drain(self) -> None:
        """Wait until every task that arrived has been executed and reported."""
        while self._slots:
            await asyncio.wait(tuple(self._slots))

    @property
    def given_back(self) -> list[PolledTask]:
        """The tasks that :meth:`abandon` has given back, or is giving back."""
        return self._given_back or []

    def abandon(self) -> list[PolledTask]:
        """Cancel what still runs and start giving unfinished tasks back; :meth:`drain` waits for that.

        What a poll that is open still brings is given back as well.
        """
        self._given_back = unfinished = self.tasks
        for slot in self._begun:
            slot.cancel()
        while self._queued:
            self._start(self._queued.popleft())
        return list(unfinished)

    def close(self) -> None:
        """Let the threads of this runner end."""
        self._execution.close()

    # Polling.

    async def _poll_in_time(self) -> None:
        wait = self._pacing.wait(self._services.now(), self.poll_interval)
        if wait > _NO_TIME:
            await self._sleep(wait)
        else:
            await self._poll(self.capacity.free)

    async def _look_paused(self) -> None:
        notifier = self._services.notifier
        if notifier.listens(TASK_PAUSED):
            await notifier.teller.paused(self.config.name)
        await self._sleep(self.poll_interval)

    async def _note_full(self) -> None:
        """Count that there is no free slot, once until there is one again."""
        full = self.capacity.note_full()
        self.queue_full += full
        if full and self._services.notifier.listens(TASK_QUEUE_FULL):
            await self._services.notifier.teller.queue_full(self.config.name)

    async def _poll(self, count: int) -> None:
        for task in await self._received(count):
            self._admit(task)

    async def _received(self, count: int) -> list[PolledTask]:
        """Send one poll and return its usable tasks; a failed one returns none and starts a backoff."""
        services, config = self._services, self.config
        if services.notifier.listens(POLL_STARTED):
            await services.notifier.teller.poll_started(config, count)
        timeout_ms = services.long_polls.timeout_ms(
            self, self.poll_timeout, chosen=self.poll_timeout_is_set, idle=self._pacing.idle
        )
        started = services.now()
        if self.stopping:
            return []
        self._pacing.started(started)
        services.long_polls.opened(timeout_ms)
        try:
            tasks = await services.client.poll(
                config.name, worker_id=config.worker_id, count=count, timeout_ms=timeout_ms, domain=config.domain
            )
        except Exception as error:  # noqa: BLE001 - a failed poll never ends the runner
            await self._poll_failed(error, started)
            return []
        finally:
            services.long_polls.closed(timeout_ms)
            services.polled.set()
        return await self._poll_answered(tasks, started)

    async def _poll_answered(self, tasks: list[PolledTask], started: float) -> list[PolledTask]:
        services = self._services
        self.counters.polled(len(tasks), services.elapsed_ms(started))
        self.last_poll_time = datetime.now(UTC)
        self._pacing.answered(len(tasks))
        if services.notifier.listens(POLL_COMPLETED):
            documents = tuple(task.document for task in tasks)
            await services.notifier.teller.poll_completed(self.config.name, documents, services.elapsed_ms(started))
        return [task for task in tasks if self._is_usable(task)]

    async def _poll_failed(self, error: Exception, started: float) -> None:
        services, pacing, name = self._services, self._pacing, self.config.name
        self.last_error = str(error)
        self.counters.poll_failures += 1
        if is_auth_failure(error):
            delay = pacing.auth_failed(services.now())
            logger.error(
                "polling %s was refused %d times in a row, next poll in %.1f s: %s",
                name,
                pacing.auth_failures,
                delay,
                error,
            )
        else:
            delay = pacing.failed(services.now(), getattr(error, "retry_after", None))
            unforeseen = not isinstance(error, ConductorError)
            level = logging.ERROR if unforeseen else logging.INFO  # the logging listener warns of the failure itself
            logger.log(level, "polling %s failed %d times in a row, next poll in %.1f s", name, pacing.failures, delay)
            logger.log(logging.ERROR if unforeseen else logging.DEBUG, "failed poll of %s", name, exc_info=error)
        if services.notifier.listens(POLL_FAILURE):
            await services.notifier.teller.poll_failed(name, error, services.elapsed_ms(started))

    def _is_usable(self, task: PolledTask) -> bool:
        if not task.is_valid:
            logger.error("a polled task of type %s has no task or workflow id and is dropped", self.config.name)
            return False
        if task.task_type and task.task_type != self.config.name:
            logger.error(
                "task %s is of type %s, not %s, and is left alone", task.task_id, task.task_type, self.config.name
            )
            return False
        if task.task_id in self._in_hand:
            logger.warning(
                "task %s was handed out again while it is being worked on; it is not run twice", task.task_id
            )
            return False
        self._in_hand[task.task_id] = task
        return True

    # Executing.

    def _admit(self, task: PolledTask) -> None:
        """Take a slot for a task; a server may send more than asked for, which then wait their turn."""
        self.capacity.take()
        if self._given_back is not None:
            logger.warning("task %s arrived after the end and is given back to the server", task.task_id)
            self._given_back.append(task)
            self._start(task)
            return
        self._queued.append(task)
        self._start_queued()

    def _start(self, task: PolledTask) -> None:
        slot = asyncio.create_task(self._serve(task), name=f"conductor:{self.config.name}:{task.task_id}")
        self._slots[slot] = task
        slot.add_done_callback(self._freed)

    def _freed(self, slot: asyncio.Task[None]) -> None:
        """Give the slot back, however its task ended."""
        task = self._slots.pop(slot)
        self._begun.discard(slot)
        self._let_go(task)
        self.capacity.release()
        if not slot.cancelled() and slot.exception() is not None:
            logger.error("serving task %s failed in an unforeseen way", task.task_id, exc_info=slot.exception())
        self._start_queued()

    def _let_go(self, task: PolledTask) -> None:
        """Let the server hand this task out anew; where it has done so already, that one stays in hand."""
        if self._in_hand.get(task.task_id) is task:
            del self._in_hand[task.task_id]

    def _start_queued(self) -> None:
        while self._queued and len(self._slots) < self.capacity.concurrency:
            self._start(self._queued.popleft())

    async def _serve(self, task: PolledTask) -> None:
        """Execute and report one task, and then those that come with the answers."""
        slot = asyncio.current_task()
        if slot is None or self._given_back is not None:
            await self._give_back(task)
            return
        self._begun.add(slot)
        current: PolledTask | None = task
        while current is not None:
            self._slots[slot] = current
            current = await self._execute_and_report(current, is_chained=current is not task)

    async def _execute_and_report(self, task: PolledTask, *, is_chained: bool) -> PolledTask | None:
        """Run one task to the end of its update, with its context active all the time."""
        context = TaskContext(task)
        token = activate(context)
        letter: Letter | None = None
        try:
            if is_chained and not self._services.client.waits:
                # A chain that never waits must not starve the other runners.
                await asyncio.sleep(0)
            ended = await self._execution.run(task, context)
            # From its update on the server may hand the task out anew, and mean it.
            self._let_go(task)
            self.counters.executed(ended.duration_ms, failed=ended.outcome.cause is not None)
            letter = self._finished[task.task_id] = self._letter(task, ended.outcome)
            await self._commit(letter)
            await self._execution.tell(task, ended)
            started = self._services.now()
            delivery = await self._updater.deliver(task, letter, worker_id=self.config.worker_id, chain=self._may_chain)
            self.counters.reported(self._services.elapsed_ms(started), accepted=delivery.accepted)
        except asyncio.CancelledError:
            await self._give_back(task, letter)
            raise
        finally:
            if self._finished.get(task.task_id) is letter:
                self._finished.pop(task.task_id, None)
            context.close()
            deactivate(token)
        return await self._next_after(delivery)

    async def _commit(self, letter: Letter) -> None:
        """Keep the result before its first try; should the outbox itself fail, the result is sent all the same."""
        try:
            await self._services.outbox.commit(letter)
        except Exception:
            logger.exception("the outbox could not keep the result of task %s", letter.task_id)

    def _letter(self, task: PolledTask, outcome: Outcome) -> Letter:
        return self._services.outbox.letter(self.config.name, self._document(task, outcome))

    def _document(self, task: PolledTask, outcome: Outcome) -> JsonObject:
        return outcome.document(task, self.config.worker_id)

    async def _give_back(self, task: PolledTask, letter: Letter | None = None) -> None:
        """Send a finished result once more, or tell the server that another worker may have the task."""
        letter = letter or self._letter(task, _unfinished(task))
        await self._updater.deliver_last(letter)

    async def _next_after(self, delivery: Delivery) -> PolledTask | None:
        """Return the task that keeps the slot busy, if there is one."""
        if delivery.next_task is not None:
            self._pacing.busy()
            return delivery.next_task if self._is_usable(delivery.next_task) else None
        if delivery.accepted and not delivery.used_v2 and self._updater.v2 is V2Support.NO:
            return await self._next_by_poll()
        return None

    async def _next_by_poll(self) -> PolledTask | None:
        """Keep the slot busy on a server without update-v2: poll for one task, unless a backoff is on."""
        if not self._may_chain() or self._pacing.wait(self._services.now(), self.poll_interval) > 0:
            return None
        tasks = await self._received(1)
        for further in tasks[1:]:
            self._admit(further)
        return tasks[0] if tasks else None

    def _may_chain(self) -> bool:
        """Tell whether an update's answer may bring a task: whether a poll could be sent in its place."""
        room = not self._services.outbox.is_full(self.config.name)
        return room and not self.stopping and not self.paused and self.capacity.free >= 0

    # Waiting.

    async def _sleep(self, seconds: float) -> None:
        """Sleep until the time is over, an option changes or stop is asked for."""
        await self._services.stop.pause(seconds, self._woken)

    async def _wait_for_change(self) -> None:
        """Wait until a slot is free, an option changes or stop is asked for."""
        await self._changed.wait()


def _unfinished(task: PolledTask) -> Outcome:
    from conductor_core.worker._results import given_back  # noqa: PLC0415 - loaded with the first task

    return given_back("the worker stopped before the task was finished", task)
