"""Reads executions and tasks: by id, by correlation id, by search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_embedded._documents import task_document, task_summary, workflow_document, workflow_summary
from conductor_embedded._engine_api import TaskRecord
from conductor_embedded._query import parse_query
from conductor_embedded.errors import NotFound
from conductor_embedded.store import TASK_COLUMNS, WORKFLOW_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conductor_embedded._core import Core
    from conductor_embedded._state import Execution, TaskState
    from conductor_embedded._values import Document


class Finder:
    """Everything that only reads."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def workflow(self, workflow_id: str, *, include_tasks: bool) -> Document:
        """Return one execution."""
        return workflow_document(self._core.get(workflow_id), include_tasks=include_tasks)

    def status(self, workflow_id: str, *, include_output: bool, include_variables: bool) -> Document:
        """Return the short status document of an execution."""
        execution = self._core.get(workflow_id)
        document: Document = {"workflowId": execution.workflow_id, "correlationId": execution.correlation_id}
        if include_output:
            document["output"] = execution.output
        if include_variables:
            document["variables"] = execution.variables
        document["status"] = str(execution.status)
        return {key: value for key, value in document.items() if value is not None}

    def tasks(self, workflow_id: str, start: int, count: int, statuses: Sequence[str]) -> Document:
        """Return a page of an execution's tasks."""
        execution = self._core.get(workflow_id)
        tasks = [task for task in execution.tasks if not statuses or str(task.status) in statuses]
        page = tasks[max(0, start) : max(0, start) + max(0, count)]
        return {"totalHits": len(tasks), "results": [task_document(execution, task) for task in page]}

    def task(self, task_id: str) -> Document:
        """Return one task."""
        found = self._core.find_task(task_id)
        if found is None:
            raise NotFound(f"Task not found for taskId: {task_id}")
        return task_document(*found)

    def record(self, task_id: str) -> TaskRecord:
        """Return one task with what its type remembers of it."""
        found = self._core.find_task(task_id)
        if found is None:
            raise NotFound(f"Task not found for taskId: {task_id}")
        return TaskRecord(task_document(*found), found[1].extra)

    def records(self, task_type: str) -> list[TaskRecord]:
        """Return all tasks of a type, the newest first."""
        found = [self._core.find_task(task_id) for task_id in self._core.store.tasks_of_type(task_type)]
        return [TaskRecord(task_document(*item), item[1].extra) for item in found if item is not None]

    def running(self, name: str, begin: int | None, end: int | None) -> list[str]:
        """Return the ids of the open executions of a workflow, of whatever version."""
        return self._core.store.search.running(name, begin, end)

    def by_correlation(
        self, name: str, correlation_ids: Sequence[str], *, include_closed: bool, include_tasks: bool
    ) -> dict[str, list[Document]]:
        """Return executions by correlation id."""
        search = self._core.store.search
        return {
            correlation_id: [
                self.workflow(workflow_id, include_tasks=include_tasks)
                for workflow_id in search.by_correlation(name, correlation_id, include_closed=include_closed)
            ]
            for correlation_id in correlation_ids
        }

    def search_workflows(  # the parameters of the server's search
        self, query: str, free_text: str, start: int, size: int, sort: str, *, whole: bool
    ) -> Document:
        """Search executions; `whole` gives them as Workflow documents, else as summaries."""
        page = self._core.store.search.workflows(parse_query(WORKFLOW_COLUMNS, query, free_text, start, size, sort))
        found = [self._core.get(workflow_id) for workflow_id in page.ids]
        write = workflow_document if whole else workflow_summary
        return {"totalHits": page.total, "results": [write(execution) for execution in found]}

    def search_tasks(  # the parameters of the server's search
        self, query: str, free_text: str, start: int, size: int, sort: str, *, whole: bool
    ) -> Document:
        """Search tasks; `whole` gives them as Task documents, else as summaries."""
        page = self._core.store.search.tasks(parse_query(TASK_COLUMNS, query, free_text, start, size, sort))
        found: list[tuple[Execution, TaskState] | None] = [self._core.find_task(task_id) for task_id in page.ids]
        write = task_document if whole else task_summary
        return {"totalHits": page.total, "results": [write(*item) for item in found if item is not None]}
