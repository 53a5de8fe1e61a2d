"""The heart of the engine: decides, stores the decision, and lets everybody know."""

from __future__ import annotations

import contextlib
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from conductor_embedded.decider import Decision, DecisionContext, Event, TaskReturned, decide
from conductor_embedded.errors import EngineError, NotFound
from conductor_embedded.store import Batch, ExecutionChange, Store, StoredEffect

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Generator, Iterable, Mapping

    from conductor_embedded._agenda import Agenda
    from conductor_embedded._engine_api import Evaluators
    from conductor_embedded._queues import TaskQueues
    from conductor_embedded._secrets import Secrets
    from conductor_embedded._state import Execution, TaskState
    from conductor_embedded.clock import Clock
    from conductor_embedded.system_tasks import SystemTasks

_CACHE_SIZE: Final = 2000
_IDLE_WAKE_MS: Final = 1000


class Core:
    """Executions by id, and the one way to change them.

    What it holds in memory is never ahead of the store: a decision is published when it is stored.
    """

    def __init__(
        self,
        store: Store,
        *,
        clock: Clock,
        random_source: random.Random,
        new_id: Callable[[], str],
        system_tasks: SystemTasks,
        evaluators: Evaluators,
        queues: TaskQueues,
        agenda: Agenda,
        pick_domain: Callable[[str, Mapping[str, object]], str | None],
        on_change: Callable[[Execution], None],
        secrets: Secrets,
    ) -> None:
        self.store = store
        self.clock = clock
        self.new_id = new_id
        self.system_tasks = system_tasks
        self.queues = queues
        self.agenda = agenda
        self.secrets = secrets
        self._random = random_source
        self._evaluators = evaluators
        self._pick_domain = pick_domain
        self._on_change = on_change
        self._executions: OrderedDict[str, Execution] = OrderedDict()

    def load(self, *, after_restart: bool = True) -> None:
        """Take up the work that the store holds; after a restart, nobody waits for a delivery any more."""
        for stored in self.store.effects():
            self.agenda.add_effect(stored)
        for workflow_id, wake_ms in self.store.wakes():
            self.agenda.set_wake(workflow_id, wake_ms)
        now = self.clock.now_ms()
        returned: list[tuple[str, str]] = []
        for item in self.store.open_worker_tasks():
            node = item.definition.layout.get(item.task.reference_name)
            limit = 0 if node is None else node.task_definition.concurrent_exec_limit
            self.queues.track(item.task, item.workflow_id, item.priority, limit, now)
            if item.unconfirmed and after_restart:
                returned.append((item.workflow_id, item.task.task_id))
        for workflow_id, task_id in returned:
            # The process ended between the hand-out and its delivery: nobody may have the task.
            self.apply(workflow_id, TaskReturned(task_id))

    @contextlib.contextmanager
    def together(self) -> Generator[None]:
        """Store everything that happens in a block in one transaction."""
        try:
            with self.store.together():
                yield
        except EngineError:
            # A refusal comes before anything is written.
            raise
        except BaseException:
            # What was published in the block was not stored: it has never happened.
            self._executions.clear()
            self.queues.clear()
            self.agenda.clear()
            self.load(after_restart=False)
            raise

    def get(self, workflow_id: str) -> Execution:
        """Return an execution; it must not be changed.

        Raises:
            NotFound: There is none with this id.
        """
        execution = self.find(workflow_id)
        if execution is None:
            raise NotFound(f"No such workflow found by id: {workflow_id}")
        return execution

    def find(self, workflow_id: str) -> Execution | None:
        """Return an execution, or None."""
        execution = self._executions.get(workflow_id)
        if execution is not None:
            self._executions.move_to_end(workflow_id)
            return execution
        execution = self.store.execution(workflow_id)
        if execution is not None:
            self._remember(execution)
        return execution

    def decide(self, execution: Execution, event: Event) -> Decision:
        """Decide, without storing anything."""
        context = DecisionContext(
            now_ms=self.clock.now_ms(),
            new_id=self.new_id,
            random=self._random,
            system_tasks=self.system_tasks,
            evaluators=self._evaluators,
            pick_domain=self._pick_domain,
            task_definition=self.store.metadata.task_definition,
            latest_version=self.store.metadata.latest_version,
            fill_in=self.secrets.fill,
        )
        return decide(execution, event, context)

    def apply(
        self,
        workflow_id: str,
        event: Event,
        *,
        done: Iterable[StoredEffect] = (),
        logs: Iterable[tuple[str, str, int]] = (),
    ) -> Decision:
        """Let something happen to an execution: decide, store, publish.

        Args:
            workflow_id: The execution.
            event: What happens.
            done: Effects that are done with this.
            logs: Lines for the logs of tasks: (task id, text, epoch milliseconds).

        Raises:
            NotFound: There is no such execution.
            EngineError: The event does not fit its state; nothing has changed.
        """
        decision = self.decide(self.get(workflow_id), event)
        self.commit([decision], done=done, logs=logs)
        return decision

    def commit(
        self,
        decisions: Iterable[Decision],
        *,
        done: Iterable[StoredEffect] = (),
        logs: Iterable[tuple[str, str, int]] = (),
        unconfirmed: frozenset[str] = frozenset(),
    ) -> None:
        """Store decisions in one transaction, then publish them."""
        made = [decision for decision in decisions if self._is_news(decision)]
        batch = Batch(
            changes=[
                ExecutionChange(item.execution, item.changed, item.removed, item.wake_ms, whole=item.whole)
                for item in made
            ],
            effects=[effect for item in made for effect in item.effects],
            done=[stored.number for stored in done],
            logs=list(logs),
            unconfirmed=unconfirmed,
        )
        if not (batch.changes or batch.done or batch.logs):
            return
        for stored in self.store.write(batch):
            self.agenda.add_effect(stored)
        for decision in made:
            self._publish(decision)

    def forget(self, workflow_id: str) -> None:
        """Remove an execution from everywhere."""
        execution = self.get(workflow_id)
        self.store.remove(workflow_id)
        self._executions.pop(workflow_id, None)
        self.agenda.set_wake(workflow_id, None)
        for task in execution.tasks:
            self.queues.discard(task.task_id)

    def track(self, execution: Execution, task: TaskState) -> None:
        """Put a task into its queue, or out of it, as its state says."""
        node = execution.node(task.reference_name)
        limit = 0 if node is None else node.task_definition.concurrent_exec_limit
        self.queues.track(task, execution.workflow_id, execution.priority, limit, self.clock.now_ms())

    def find_task(self, task_id: str) -> tuple[Execution, TaskState] | None:
        """Return a task with its execution, or None."""
        workflow_id = self.store.workflow_of_task(task_id)
        execution = None if workflow_id is None else self.find(workflow_id)
        task = None if execution is None else execution.task(task_id)
        return None if execution is None or task is None else (execution, task)

    def _is_news(self, decision: Decision) -> bool:
        if decision.whole or decision.changed or decision.effects or decision.removed:
            return True
        # Nothing to store; only look again later, and never in a tight loop.
        wake = decision.wake_ms
        if wake is not None:
            wake = max(wake, self.clock.now_ms() + _IDLE_WAKE_MS) if wake <= self.clock.now_ms() else wake
        self.agenda.set_wake(decision.execution.workflow_id, wake)
        return False

    def _publish(self, decision: Decision) -> None:
        execution = decision.execution
        self._remember(execution)
        for task_id in decision.removed:
            self.queues.discard(task_id)
        for task in decision.changed:
            self.track(execution, task)
        self.agenda.set_wake(execution.workflow_id, decision.wake_ms)
        self._on_change(execution)

    def _remember(self, execution: Execution) -> None:
        self._executions[execution.workflow_id] = execution
        self._executions.move_to_end(execution.workflow_id)
        while len(self._executions) > _CACHE_SIZE:
            self._executions.popitem(last=False)
