"""All routes that the engine itself brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_embedded.api._bulk import BulkRoutes
from conductor_embedded.api._event_handlers import EventHandlerRoutes
from conductor_embedded.api._health import HealthRoutes
from conductor_embedded.api._metadata import TaskDefinitionRoutes, WorkflowDefinitionRoutes
from conductor_embedded.api._operations import OperationRoutes
from conductor_embedded.api._queues import QueueRoutes
from conductor_embedded.api._searches import SearchRoutes
from conductor_embedded.api._tasks import TaskRoutes
from conductor_embedded.api._workflows import WorkflowRoutes
from conductor_embedded.evaluators import Evaluators
from conductor_embedded.validation import Validation

if TYPE_CHECKING:
    from starlette.routing import Route

    from conductor_embedded._engine_api import EngineApi


def engine_routes(engine: EngineApi) -> list[Route]:
    """Return the routes of executions, tasks, queues, definitions and event handlers.

    Of two routes that fit a path the first one answers, so those with fixed words come before those with names.
    """
    validation = Validation(Evaluators().syntax_error)
    tables = (
        QueueRoutes(engine),
        SearchRoutes(engine),
        TaskRoutes(engine),
        BulkRoutes(engine),
        WorkflowRoutes(engine, validation),
        OperationRoutes(engine),
        TaskDefinitionRoutes(engine, validation),
        WorkflowDefinitionRoutes(engine, validation),
        EventHandlerRoutes(engine),
        HealthRoutes(engine),
    )
    return [route for table in tables for route in table.routes()]
