"""The embedded engine: the whole service behind the routes, in one object on one event loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_embedded._agenda import Agenda
from conductor_embedded._core import Core
from conductor_embedded._errands import Errands
from conductor_embedded._execute import Executor, Watchers
from conductor_embedded._finder import Finder
from conductor_embedded._jobs import Jobs
from conductor_embedded._metadata import Metadata
from conductor_embedded._operations import Operations
from conductor_embedded._polling import PollData, Polling, Waiters, poll_documents
from conductor_embedded._queues import TaskQueues
from conductor_embedded._reactions import Reactions
from conductor_embedded._rehearsal import Rehearsal
from conductor_embedded._secrets import Secrets
from conductor_embedded._starter import Starter
from conductor_embedded._sweeper import Sweeper
from conductor_embedded._updates import Updates
from conductor_embedded._values import Document, as_text
from conductor_embedded.clock import Clock, VirtualClock

if TYPE_CHECKING:
    import random as random_module
    from collections.abc import Callable, Iterable, Sequence

    from conductor_embedded._engine_api import Documents, Evaluators, TaskRecord
    from conductor_embedded.store import Store
    from conductor_embedded.system_tasks import SystemTasks

__all__ = ["Engine"]


class Engine:
    """Runs workflows. All methods take and return wire documents, and are called on one event loop.

    Args:
        store: Where everything is kept; closed by `stop`.
        clock: Real or virtual.
        random: The source of retry jitter.
        new_id: The source of workflow and task ids.
        system_tasks: The task types the engine runs itself.
        evaluators: Runs scripts.
        secrets: What `${workflow.secrets.NAME}` stands for; none unless given.

    Every refusal is an `EngineError` with the real server's HTTP status.
    """

    def __init__(
        self,
        store: Store,
        *,
        clock: Clock,
        random: random_module.Random,
        new_id: Callable[[], str],
        system_tasks: SystemTasks,
        evaluators: Evaluators,
        secrets: Secrets | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._evaluators = evaluators
        self._sweeper = Sweeper()
        self._waiters = Waiters()
        self._watchers = Watchers()
        self._polls = PollData(store, clock.now_ms)
        self._core = core = Core(
            store,
            clock=clock,
            random_source=random,
            new_id=new_id,
            system_tasks=system_tasks,
            evaluators=evaluators,
            queues=TaskQueues(self._waiters.wake, self._sweeper.call),
            agenda=Agenda(self._sweeper.call),
            pick_domain=self._polls.pick_domain,
            on_change=self._watchers.notify,
            secrets=secrets or Secrets(),
        )
        self._starter = Starter(core)
        self._jobs = Jobs(core)
        self._reactions = Reactions(core, self._starter, evaluators)
        self._sweeper.attach(core, Errands(core, self._starter, self._jobs, self._reactions))
        self._watchers.attach(core)
        self._polling = Polling(core, self._polls, self._waiters)
        self._updates = Updates(core)
        self._operations = Operations(core, self._starter, self._sweeper.run_some)
        self._rehearsal = Rehearsal(core, self._starter, self._sweeper.run_some)
        self._finder = Finder(core)
        self._metadata = Metadata(core)
        self._executor = Executor(core, self._starter, self._updates, self._watchers)
        core.load()

    async def start(self) -> None:
        """Begin the background work (timers, timeouts, sub-workflows)."""
        self._sweeper.start()

    async def stop(self) -> None:
        """End the background work, answer all waiting polls empty and close the store."""
        await self._sweeper.stop()
        await self._jobs.stop()
        self._evaluators.close()
        self._polling.close()
        self._store.close()

    def run_due(self) -> None:
        """Do everything whose time has come, until nothing more is due."""
        self._sweeper.run_due()

    def next_wake_ms(self) -> int | None:
        """Return when background work is due next (epoch milliseconds), or None when nothing is planned."""
        return self._sweeper.next_due()

    def advance(self, seconds: float) -> None:
        """Move the virtual clock, stopping at each timer in between to do what is due there.

        Raises:
            TypeError: The engine does not run on a virtual clock.
            ValueError: `seconds` is negative.
        """
        clock = self._clock
        if not isinstance(clock, VirtualClock):
            raise TypeError("time can only be advanced on a VirtualClock")
        if seconds < 0:
            raise ValueError(f"seconds must not be negative, time does not go back: {seconds}")
        end = clock.now_ms() + round(seconds * 1000)
        self.run_due()
        due = self.next_wake_ms()
        while due is not None and due <= end:
            clock.move_to(due)
            self.run_due()
            due = self.next_wake_ms()
        clock.move_to(end)

    def counts(self) -> Document:
        """Return numbers for the health page: workflows and tasks by status, waiting polls."""
        return {**self._store.search.counts(), "waitingPolls": len(self._waiters)}

    # executions

    def start_workflow(self, request: Document) -> str:
        """Start an execution from a StartWorkflowRequest document; returns its id after its first decision."""
        return self._starter.start(request)

    def rehearse_workflow(self, request: Document) -> str:
        """Run a WorkflowTestRequest document, with outcomes instead of workers; returns the id of the execution."""
        return self._rehearsal.run(request)

    async def execute_workflow(
        self, name: str, version: int | None, request: Document, wait_until_refs: Sequence[str], wait_seconds: float
    ) -> Document:
        """Start an execution and wait until it ends or blocks; returns a SignalResponse document."""
        return await self._executor.execute(name, version, request, wait_until_refs, wait_seconds)

    def get_workflow(self, workflow_id: str, *, include_tasks: bool = True) -> Document:
        """Return one execution."""
        return self._finder.workflow(workflow_id, include_tasks=include_tasks)

    def workflow_status(self, workflow_id: str, *, include_output: bool, include_variables: bool) -> Document:
        """Return the short status document of an execution."""
        return self._finder.status(workflow_id, include_output=include_output, include_variables=include_variables)

    def workflow_tasks(
        self, workflow_id: str, *, start: int = 0, count: int = 15, statuses: Sequence[str] = ()
    ) -> Document:
        """Return a page of an execution's tasks."""
        return self._finder.tasks(workflow_id, start, count, statuses)

    def running(
        self, name: str, version: int | None = None, *, start_time: int | None = None, end_time: int | None = None
    ) -> list[str]:
        """Return the ids of the running executions of a workflow; the version is not looked at, as on the server."""
        del version
        return self._finder.running(name, start_time, end_time)

    def by_correlation(
        self, name: str, correlation_ids: Sequence[str], *, include_closed: bool = False, include_tasks: bool = False
    ) -> dict[str, list[Document]]:
        """Return executions by correlation id."""
        return self._finder.by_correlation(
            name, correlation_ids, include_closed=include_closed, include_tasks=include_tasks
        )

    def pause(self, workflow_id: str) -> None:
        """Stop scheduling new tasks."""
        self._operations.pause(workflow_id)

    def resume(self, workflow_id: str) -> None:
        """Go on after a pause."""
        self._operations.resume(workflow_id)

    def terminate(self, workflow_id: str, reason: str | None = None) -> None:
        """End an execution as TERMINATED."""
        self._operations.terminate(workflow_id, reason)

    def restart(self, workflow_id: str, *, use_latest: bool = False) -> None:
        """Begin a finished execution again, with the same id."""
        self._operations.restart(workflow_id, use_latest=use_latest)

    def retry(self, workflow_id: str, *, resume_subworkflow_tasks: bool = False) -> None:
        """Schedule the failed tasks of a finished execution once more."""
        self._operations.retry(workflow_id, resume_subworkflow_tasks=resume_subworkflow_tasks)

    def rerun(self, workflow_id: str, request: Document) -> str:
        """Run a finished execution again from a task; returns its id."""
        return self._operations.rerun(workflow_id, request)

    def skip_task(self, workflow_id: str, reference_name: str, request: Document | None = None) -> None:
        """Skip a task that is not scheduled yet."""
        self._operations.skip_task(workflow_id, reference_name, request or {})

    def remove(self, workflow_id: str, *, archive: bool = True) -> None:
        """Forget an execution."""
        self._operations.remove(workflow_id, archive=archive)

    def decide(self, workflow_id: str) -> None:
        """Look at an execution now."""
        self._operations.decide(workflow_id)

    def reset_callbacks(self, workflow_id: str) -> None:
        """Make the delayed tasks of an execution pollable at once."""
        self._operations.reset_callbacks(workflow_id)

    def bulk(self, operation: str, workflow_ids: Sequence[str], **options: object) -> Document:
        """Do one operation on many executions; returns a BulkResponse document."""
        return self._operations.bulk(operation, workflow_ids, options)

    def search_workflows(
        self, query: str = "", free_text: str = "*", start: int = 0, size: int = 100, sort: str = ""
    ) -> Document:
        """Find executions, as summaries."""
        return self._finder.search_workflows(query, free_text, start, size, sort, whole=False)

    def search_workflows_v2(
        self, query: str = "", free_text: str = "*", start: int = 0, size: int = 100, sort: str = ""
    ) -> Document:
        """Find executions, as whole documents."""
        return self._finder.search_workflows(query, free_text, start, size, sort, whole=True)

    def search_tasks(
        self, query: str = "", free_text: str = "*", start: int = 0, size: int = 100, sort: str = ""
    ) -> Document:
        """Find tasks, as summaries."""
        return self._finder.search_tasks(query, free_text, start, size, sort, whole=False)

    def search_tasks_v2(
        self, query: str = "", free_text: str = "*", start: int = 0, size: int = 100, sort: str = ""
    ) -> Document:
        """Find tasks, as whole documents."""
        return self._finder.search_tasks(query, free_text, start, size, sort, whole=True)

    # tasks

    async def poll(
        self,
        task_type: str,
        *,
        worker_id: str | None = None,
        domain: str | None = None,
        count: int = 1,
        timeout_ms: int = 100,
    ) -> list[Document]:
        """Hand out up to `count` tasks, waiting up to `timeout_ms` milliseconds for the first."""
        return await self._polling.poll(
            task_type, worker_id=worker_id, domain=domain, count=count, timeout_ms=timeout_ms
        )

    def return_task(self, task_id: str) -> None:
        """Put a task back that was handed out, but could not be delivered; it keeps its age."""
        self._polling.return_task(task_id)

    def update_task(self, result: Document) -> str:
        """Take a worker's TaskResult document; returns the task id."""
        return self._updates.update(result).task_id

    async def update_task_v2(self, result: Document) -> Document | None:
        """Take a worker's result and hand out the next task of the same type and domain, if there is one."""
        with self._core.together():
            task = self._updates.update(result)
            if task.is_open or task.queue is None:
                return None
            worker_id = as_text(result.get("workerId"))
            self._polls.note(task.queue.removeprefix(f"{task.domain}:"), task.domain, worker_id)
            taken = self._polling.take(task.queue, 1, worker_id)
        return taken[0] if taken else None

    def update_by_ref(
        self, workflow_id: str, reference_name: str, status: str, output: Document, worker_id: str | None = None
    ) -> str | None:
        """Update an open task by its reference name, merging the output; None when there is no such open task."""
        return self._updates.update_by_ref(workflow_id, reference_name, status, output, worker_id)

    def signal(self, workflow_id: str, status: str, output: Document) -> str | None:
        """Update the task an execution is blocked in (WAIT, HUMAN); None when there is none."""
        return self._updates.signal(workflow_id, status, output)

    def get_task(self, task_id: str) -> Document:
        """Return one task."""
        return self._finder.task(task_id)

    def add_log(self, task_id: str, text: str) -> None:
        """Add a line to a task's log; unknown ids are accepted."""
        self._updates.add_log(task_id, text)

    def get_logs(self, task_id: str) -> list[Document]:
        """Return the log of a task."""
        return self._updates.logs(task_id)

    def queue_sizes(self, task_types: Iterable[str]) -> dict[str, int]:
        """Return the number of waiting tasks by queue name."""
        sizes = self._core.queues.sizes()
        return {name: sizes.get(name, 0) for name in task_types}

    def queue_all(self) -> dict[str, int]:
        """Return the number of waiting tasks of all queues that have any."""
        return self._core.queues.sizes()

    def poll_data(self, task_type: str | None = None) -> list[Document]:
        """Return who polled last."""
        return poll_documents(self._polls.of(task_type))

    def requeue(self, task_type: str) -> str:
        """Make the waiting tasks of a type pollable again; returns their number as text."""
        return str(self._core.queues.sizes().get(task_type, 0))

    # metadata

    def put_task_defs(self, documents: Sequence[Document]) -> None:
        """Register task definitions; existing ones are replaced."""
        self._metadata.put_task_definitions(documents)

    def update_task_def(self, document: Document) -> None:
        """Replace an existing task definition."""
        self._metadata.update_task_definition(document)

    def get_task_def(self, name: str) -> Document:
        """Return one task definition."""
        return self._metadata.task_definition(name)

    def list_task_defs(self) -> list[Document]:
        """Return all task definitions."""
        return self._metadata.task_definitions()

    def delete_task_def(self, name: str) -> None:
        """Forget a task definition."""
        self._metadata.delete_task_definition(name)

    def create_workflow_def(self, document: Document, *, overwrite: bool = False) -> None:
        """Register a workflow definition."""
        self._metadata.create_workflow_definition(document, overwrite=overwrite)

    def update_workflow_defs(self, documents: Sequence[Document]) -> Document:
        """Register or replace workflow definitions; returns a BulkResponse document."""
        return self._metadata.update_workflow_definitions(documents)

    def get_workflow_def(self, name: str, version: int | None = None) -> Document:
        """Return one workflow definition, the latest version unless told otherwise."""
        return self._metadata.workflow_definition(name, version)

    def list_workflow_defs(self) -> list[Document]:
        """Return all workflow definitions, all versions."""
        return self._metadata.workflow_definitions()

    def delete_workflow_def(self, name: str, version: int) -> None:
        """Forget one version of a workflow definition."""
        self._metadata.delete_workflow_definition(name, version)

    # event handlers

    def event_handlers(self, event: str | None = None, *, active_only: bool = False) -> list[Document]:
        """Return the handlers of an event, or all."""
        return self._reactions.handlers(event, active_only=active_only)

    def add_event_handler(self, handler: Document) -> None:
        """Store a new handler; an active one acts on the messages that have waited for it."""
        self._reactions.add(handler)

    def update_event_handler(self, handler: Document) -> None:
        """Replace a handler."""
        self._reactions.update(handler)

    def remove_event_handler(self, name: str) -> None:
        """Forget a handler."""
        self._reactions.remove(name)

    # for plugins

    def now_ms(self) -> int:
        """Return the time of the engine's clock, in epoch milliseconds."""
        return self._clock.now_ms()

    def send_to_task(self, task_id: str, message: Document) -> None:
        """Tell a task something that its type understands."""
        self._updates.send(task_id, message)

    def task_record(self, task_id: str) -> TaskRecord:
        """Return one task with what its type remembers of it."""
        return self._finder.record(task_id)

    def task_records(self, task_type: str) -> list[TaskRecord]:
        """Return all tasks of a type, the newest first."""
        return self._finder.records(task_type)

    def documents(self, collection: str) -> Documents:
        """Return the documents that a plugin keeps under a name."""
        return self._store.collection(collection)
