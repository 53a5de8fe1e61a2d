"""What this distribution adds to an embedded engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core.hookspecs import hookimpl
from conductor_human_tasks._embedded._routes import HumanTaskRoutes
from conductor_human_tasks._embedded._task import PersonsTask
from conductor_human_tasks._embedded._template_routes import TemplateRoutes
from conductor_human_tasks._embedded._templates import TemplateStore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.routing import BaseRoute

    from conductor_embedded import EngineApi, SystemTask


@hookimpl
def conductor_embedded_routes(engine: EngineApi) -> Sequence[BaseRoute]:
    """Add `/human/tasks` and `/human/template`."""
    templates = TemplateStore(engine)
    return [*HumanTaskRoutes(engine, templates).routes(), *TemplateRoutes(engine, templates).routes()]


@hookimpl
def conductor_embedded_system_tasks() -> Sequence[SystemTask]:
    """Let HUMAN tasks have assignees and claimants."""
    return [PersonsTask()]
