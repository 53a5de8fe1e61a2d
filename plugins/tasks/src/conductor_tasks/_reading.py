"""How tasks are looked at."""

from __future__ import annotations

from conductor_core import Api, Call, Face, Flow, Stream, all_pages, endpoint, get, stream
from conductor_core.models import Task, TaskExecLog
from conductor_tasks.models import ExternalStorageLocation, PayloadOperation, PayloadType, SearchResult, TaskSummary


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

    @endpoint
    def search_v2(
        self,
        query: str | None = None,
        *,
        free_text: str = "*",
        start: int = 0,
        size: int = 100,
        sort: str | None = None,
    ) -> Call[SearchResult[Task]]:
        """Find tasks as :meth:`search` does, and return them whole."""
        page = {"start": start, "size": size, "sort": sort, "freeText": free_text, "query": query}
        return get("/tasks/search-v2", query=page, returns=SearchResult[Task], hint="use search, and get_task for each")

    @stream
    def search_all(
        self, query: str | None = None, *, free_text: str = "*", sort: str | None = None, page_size: int = 100
    ) -> Stream[TaskSummary]:
        """Give every task that a search finds, page after page.

        Args:
            query: conditions, as for :meth:`search`.
            free_text: words to look for.
            sort: a field, and ``:ASC`` or ``:DESC``.
            page_size: hits that one call fetches.
        """
        search = Reading.search.call
        return all_pages(lambda start: search(self, query, free_text=free_text, start=start, size=page_size, sort=sort))

    @endpoint
    def get_external_storage_location(
        self,
        path: str,
        operation: PayloadOperation = PayloadOperation.WRITE,
        payload_type: PayloadType = PayloadType.TASK_OUTPUT,
    ) -> Call[ExternalStorageLocation]:
        """Ask where a payload that is too big for the server is to be written to or read from."""
        query = {"path": path, "operation": operation, "payloadType": payload_type}
        hint = "this server keeps all payloads itself"
        return get("/tasks/externalstoragelocation", query=query, returns=ExternalStorageLocation, hint=hint)
