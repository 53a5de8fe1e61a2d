"""How tasks are looked at."""

from __future__ import annotations

from conductor_core import Api, Call, Face, Flow, endpoint, get
from conductor_core.models import Task, TaskExecLog
from conductor_tasks.models import SearchResult, TaskSummary


class Reading(Api[Face]):
    """Tasks and their logs, by id and by search."""

    @endpoint
    def get_task(self, task_id: str) -> Call[Task]:
        """Fetch one task."""
        return get("/tasks/{}", task_id, returns=Task)

    @endpoint
    def get_task_logs(self, task_id: str) -> Flow[list[TaskExecLog]]:
        """Fetch the lines of a task's log, oldest first; a task without a log gives an empty list."""
        lines = yield from get("/tasks/{}/log", task_id, returns=list[TaskExecLog], none_when_empty=True)
        return lines or []

    @endpoint
    def search(
        self,
        query: str | None = None,
        *,
        free_text: str = "*",
        start: int = 0,
        size: int = 100,
        sort: str | None = None,
    ) -> Call[SearchResult[TaskSummary]]:
        """Find tasks by a query like ``taskType='charge' AND status IN (FAILED)`` and by free text.

        Args:
            query: conditions on fields; None is no condition.
            free_text: words to look for, or a search like ``workerId:x``; ``*`` is everything.
            start: number of hits to skip.
            size: most hits to return.
            sort: a field, and ``:ASC`` or ``:DESC``.
        """
        page = {"start": start, "size": size, "sort": sort, "freeText": free_text, "query": query}
        return get("/tasks/search", query=page, returns=SearchResult[TaskSummary])
