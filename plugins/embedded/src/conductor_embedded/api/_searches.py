"""Routes that search executions and tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from conductor_embedded.api._answers import document
from conductor_embedded.api._reading import int_query, text_query
from conductor_embedded.validation import refuse_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from conductor_embedded._engine_api import Document, EngineApi

_PAGE = 100


class SearchRoutes:
    """`/workflow/search` and `/tasks/search`, with summaries or whole documents."""

    def __init__(self, engine: EngineApi) -> None:
        self._engine = engine

    def routes(self) -> list[Route]:
        """Return the table of routes."""
        return [
            Route("/workflow/search", self._workflows, methods=["GET"]),
            Route("/workflow/search-v2", self._whole_workflows, methods=["GET"]),
            Route("/tasks/search", self._tasks, methods=["GET"]),
            Route("/tasks/search-v2", self._whole_tasks, methods=["GET"]),
        ]

    async def _workflows(self, request: Request) -> Response:
        return _search(request, self._engine.search_workflows, "searchWorkflows")

    async def _whole_workflows(self, request: Request) -> Response:
        return _search(request, self._engine.search_workflows_v2, "searchWorkflowsV2")

    async def _tasks(self, request: Request) -> Response:
        return _search(request, self._engine.search_tasks, "searchTasks")

    async def _whole_tasks(self, request: Request) -> Response:
        return _search(request, self._engine.search_tasks_v2, "searchTasksV2")


def _search(request: Request, search: Callable[[str, str, int, int, str], Document], operation: str) -> Response:
    size = int_query(request, "size", _PAGE)
    refuse_page(size, operation)
    query, free_text = text_query(request, "query"), text_query(request, "freeText", "*")
    return document(search(query, free_text, int_query(request, "start", 0), size, text_query(request, "sort")))
