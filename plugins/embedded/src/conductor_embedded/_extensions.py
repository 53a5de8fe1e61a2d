"""What plugins add to an engine: the built-in ones, those of entry points, and those given in code."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from conductor_core import Plugins, ordered
from conductor_core.settings import Settings
from conductor_embedded import builtin
from conductor_embedded.hookspecs import ENTRY_POINT_GROUP, EmbeddedSpecs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from starlette.routing import BaseRoute

    from conductor_embedded._engine_api import EngineApi
    from conductor_embedded.system_tasks import SystemTask

_FIRST = 1_000_000


class Extensions:
    """The server halves of all distributions, asked one by one: one that fails is logged and left out.

    Args:
        settings: Say which entry points may be loaded; None loads none, for an engine of a test's own.
        plugins: Further modules or objects with hook implementations.

    Raises:
        PluginError: Two distributions offer a plugin of one name, or one given in code cannot be used.
    """

    def __init__(self, settings: Settings | None = None, plugins: Iterable[object] = ()) -> None:
        chosen = Plugins(settings if settings is not None else Settings(load_plugins=()))
        own = ordered(priority=_FIRST)(builtin)
        self._extensions = chosen.extensions(ENTRY_POINT_GROUP, EmbeddedSpecs, plugins=[own, *plugins])

    def routes(self, engine: EngineApi) -> list[BaseRoute]:
        """Return all routes, the engine's own first."""
        return [
            route
            for found in self._extensions.ask("conductor_embedded_routes", engine=engine)
            for route in cast("Sequence[BaseRoute]", found)
        ]

    def system_tasks(self) -> list[SystemTask]:
        """Return all task types."""
        return [
            task
            for found in self._extensions.ask("conductor_embedded_system_tasks")
            for task in cast("Sequence[SystemTask]", found)
        ]
