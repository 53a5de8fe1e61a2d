"""The engine's own routes and task types, registered by the same hooks as those of other distributions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core.hookspecs import hookimpl
from conductor_embedded.api import engine_routes
from conductor_embedded.system_tasks import builtin_system_tasks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.routing import BaseRoute

    from conductor_embedded._engine_api import EngineApi
    from conductor_embedded.system_tasks import SystemTask


@hookimpl
def conductor_embedded_routes(engine: EngineApi) -> Sequence[BaseRoute]:
    """Add the routes of executions, tasks, queues and definitions."""
    return engine_routes(engine)


@hookimpl
def conductor_embedded_system_tasks() -> Sequence[SystemTask]:
    """Add all types that the engine runs itself."""
    return builtin_system_tasks()
