"""The service that the engine offers to the routes: `EngineApi`, and the shapes it speaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Document: TypeAlias = dict[str, object]
"""A JSON object as it goes over the wire: camelCase keys, times in epoch milliseconds."""


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """A task as a plugin sees it.

    Attributes:
        task: The Task document.
        extra: What the task's type remembers of it, which clients do not see.
    """

    task: Document
    extra: Document


class Documents(Protocol):
    """Documents that a plugin keeps by key; what is put survives the process as everything of the engine does."""

    def get(self, key: str) -> Document | None:
        """One document, or None."""
        ...

    def items(self) -> dict[str, Document]:
        """All documents by key, in the order of the keys."""
        ...

    def put(self, key: str, document: Document) -> None:
        """Store a document in place of the one of this key."""
        ...

    def delete(self, key: str) -> bool:
        """Forget a document; answers whether there was one."""
        ...


@runtime_checkable
class Evaluators(Protocol):
    """Runs the scripts of INLINE, SWITCH and their like."""

    def evaluate(self, evaluator_type: str, expression: str, data: Mapping[str, object]) -> object:
        """Evaluate `expression` with `data` as `$`; a script that fails raises `EvaluationError`."""
        ...

    def close(self) -> None:
        """Give up what evaluators hold."""
        ...


@runtime_checkable
class EngineApi(Protocol):
    """Every operation of the engine.

    All methods take and return wire documents and must be called on the engine's event loop. A refusal is an
    `EngineError` that carries the HTTP status of the real server.
    """

    async def start(self) -> None:
        """Begin the background work (timers, timeouts, joins)."""
        ...

    async def stop(self) -> None:
        """End the background work, answer all waiting polls empty and close the store."""
        ...

    def run_due(self) -> None:
        """Do everything whose time has come, until nothing more is due. Tests call it after moving a virtual clock."""
        ...

    def next_wake_ms(self) -> int | None:
        """When background work is due next (epoch milliseconds), or None when nothing is planned."""
        ...

    def counts(self) -> Document:
        """Numbers for the health page: workflows and tasks by status, waiting polls."""
        ...

    # executions

    def start_workflow(self, request: Document) -> str:
        """Start an execution from a StartWorkflowRequest document and return its id, after its first decision."""
        ...

    def rehearse_workflow(self, request: Document) -> str:
        """Run a WorkflowTestRequest document: outcomes instead of workers; answers the id of the execution."""
        ...

    async def execute_workflow(
        self, name: str, version: int | None, request: Document, wait_until_refs: Sequence[str], wait_seconds: float
    ) -> Document:
        """Start an execution and wait until it ends or blocks; answers a SignalResponse document.

        `version` None or 0 is the latest one. `returnStrategy` is read from `request`.
        """
        ...

    def get_workflow(self, workflow_id: str, *, include_tasks: bool = True) -> Document:
        """One execution, whole."""
        ...

    def workflow_status(self, workflow_id: str, *, include_output: bool, include_variables: bool) -> Document:
        """The short status document of an execution."""
        ...

    def workflow_tasks(
        self, workflow_id: str, *, start: int = 0, count: int = 15, statuses: Sequence[str] = ()
    ) -> Document:
        """A page of an execution's tasks: `{"totalHits": n, "results": [task, ...]}`."""
        ...

    def running(
        self, name: str, version: int | None = None, *, start_time: int | None = None, end_time: int | None = None
    ) -> list[str]:
        """Ids of the running executions of a workflow; times bound the start, in epoch milliseconds."""
        ...

    def by_correlation(
        self, name: str, correlation_ids: Sequence[str], *, include_closed: bool = False, include_tasks: bool = False
    ) -> dict[str, list[Document]]:
        """Executions by correlation id."""
        ...

    def pause(self, workflow_id: str) -> None:
        """Stop scheduling new tasks."""
        ...

    def resume(self, workflow_id: str) -> None:
        """Go on after a pause."""
        ...

    def terminate(self, workflow_id: str, reason: str | None = None) -> None:
        """End an execution as TERMINATED."""
        ...

    def restart(self, workflow_id: str, *, use_latest: bool = False) -> None:
        """Begin a finished execution again, with the same id."""
        ...

    def retry(self, workflow_id: str, *, resume_subworkflow_tasks: bool = False) -> None:
        """Schedule the failed tasks of a finished execution once more."""
        ...

    def rerun(self, workflow_id: str, request: Document) -> str:
        """Run a finished execution again from a task (RerunWorkflowRequest document); returns its id."""
        ...

    def skip_task(self, workflow_id: str, reference_name: str, request: Document | None = None) -> None:
        """Skip a task that is not scheduled yet (SkipTaskRequest document: taskInput, taskOutput)."""
        ...

    def remove(self, workflow_id: str, *, archive: bool = True) -> None:
        """Forget an execution."""
        ...

    def decide(self, workflow_id: str) -> None:
        """Look at an execution now."""
        ...

    def reset_callbacks(self, workflow_id: str) -> None:
        """Make the delayed tasks of an execution pollable at once."""
        ...

    def bulk(self, operation: str, workflow_ids: Sequence[str], **options: object) -> Document:
        """Do one operation on many executions; answers a BulkResponse document.

        `operation` is pause, resume, terminate, restart, retry, remove or terminate_remove; `options` are `reason`
        (terminate), `use_latest` (restart), `resume_subworkflow_tasks` (retry), `archive` (remove).
        """
        ...

    def search_workflows(
        self, query: str = "", free_text: str = "*", start: int = 0, size: int = 100, sort: str = ""
    ) -> Document:
        """Find executions: `{"totalHits": n, "results": [WorkflowSummary, ...]}`. `sort` is `field:ASC|DESC,...`."""
        ...

    def search_workflows_v2(
        self, query: str = "", free_text: str = "*", start: int = 0, size: int = 100, sort: str = ""
    ) -> Document:
        """Like `search_workflows`, with whole executions as results."""
        ...

    def search_tasks(
        self, query: str = "", free_text: str = "*", start: int = 0, size: int = 100, sort: str = ""
    ) -> Document:
        """Find tasks: `{"totalHits": n, "results": [TaskSummary, ...]}`."""
        ...

    def search_tasks_v2(
        self, query: str = "", free_text: str = "*", start: int = 0, size: int = 100, sort: str = ""
    ) -> Document:
        """Like `search_tasks`, with whole tasks as results."""
        ...

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
        """Hand out up to `count` tasks, waiting up to `timeout_ms` milliseconds for the first.

        A poll that is cancelled has taken nothing: tasks are handed out in the same step as the answer is made.
        `domain` "" is the domain with the empty name, None is no domain.
        """
        ...

    def return_task(self, task_id: str) -> None:
        """Put a task that was handed out, but could not be delivered, back to the front of its queue."""
        ...

    def update_task(self, result: Document) -> str:
        """Take a worker's TaskResult document; answers the task id, also when the task is finished (ignored)."""
        ...

    async def update_task_v2(self, result: Document) -> Document | None:
        """Take a worker's result and hand out the next task of the same type and domain, if there is one."""
        ...

    def update_by_ref(
        self, workflow_id: str, reference_name: str, status: str, output: Document, worker_id: str | None = None
    ) -> str | None:
        """Update an open task by its reference name, merging the output; None when there is no such open task."""
        ...

    def signal(self, workflow_id: str, status: str, output: Document) -> str | None:
        """Complete the task an execution is blocked in (WAIT, HUMAN); None when there is none."""
        ...

    def get_task(self, task_id: str) -> Document:
        """One task."""
        ...

    def add_log(self, task_id: str, text: str) -> None:
        """Add a line to a task's log; unknown ids are accepted."""
        ...

    def get_logs(self, task_id: str) -> list[Document]:
        """The log of a task: `[{"log", "taskId", "createdTime"}]`."""
        ...

    def queue_sizes(self, task_types: Iterable[str]) -> dict[str, int]:
        """Waiting tasks by queue name (`type` or `domain:type`)."""
        ...

    def queue_all(self) -> dict[str, int]:
        """Waiting tasks of all queues that have any."""
        ...

    def poll_data(self, task_type: str | None = None) -> list[Document]:
        """Who polled last: `[{"queueName", "domain", "workerId", "lastPollTime"}]`."""
        ...

    def requeue(self, task_type: str) -> str:
        """Make the waiting tasks of a type pollable again; answers their number as text."""
        ...

    # metadata

    def put_task_defs(self, documents: Sequence[Document]) -> None:
        """Register task definitions; existing ones are replaced."""
        ...

    def update_task_def(self, document: Document) -> None:
        """Replace an existing task definition."""
        ...

    def get_task_def(self, name: str) -> Document:
        """One task definition."""
        ...

    def list_task_defs(self) -> list[Document]:
        """All task definitions."""
        ...

    def delete_task_def(self, name: str) -> None:
        """Forget a task definition."""
        ...

    def create_workflow_def(self, document: Document, *, overwrite: bool = False) -> None:
        """Register a workflow definition."""
        ...

    def update_workflow_defs(self, documents: Sequence[Document]) -> Document:
        """Register or replace workflow definitions; answers a BulkResponse document."""
        ...

    def get_workflow_def(self, name: str, version: int | None = None) -> Document:
        """One workflow definition, the latest version unless told otherwise."""
        ...

    def list_workflow_defs(self) -> list[Document]:
        """All workflow definitions, all versions."""
        ...

    def delete_workflow_def(self, name: str, version: int) -> None:
        """Forget one version of a workflow definition."""
        ...

    # event handlers

    def event_handlers(self, event: str | None = None, *, active_only: bool = False) -> list[Document]:
        """The handlers of an event like `conductor:workflow:task`, or all."""
        ...

    def add_event_handler(self, handler: Document) -> None:
        """Store a new handler; an active one acts on the messages that have waited for it."""
        ...

    def update_event_handler(self, handler: Document) -> None:
        """Replace a handler."""
        ...

    def remove_event_handler(self, name: str) -> None:
        """Forget a handler."""
        ...

    # for plugins

    def now_ms(self) -> int:
        """The time of the engine's clock, in epoch milliseconds."""
        ...

    def send_to_task(self, task_id: str, message: Document) -> None:
        """Tell a task something that its type understands: see `SystemTask.receive`."""
        ...

    def task_record(self, task_id: str) -> TaskRecord:
        """One task with what its type remembers of it."""
        ...

    def task_records(self, task_type: str) -> list[TaskRecord]:
        """All tasks of a type, the newest first."""
        ...

    def documents(self, collection: str) -> Documents:
        """The documents that a plugin keeps under a name; names begin with the plugin's own."""
        ...
