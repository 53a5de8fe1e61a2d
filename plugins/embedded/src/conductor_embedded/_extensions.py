"""What plugins add to an engine: the built-in ones, those of entry points, and those given in code."""

from __future__ import annotations

import logging
import re
from importlib.metadata import EntryPoint, entry_points
from itertools import pairwise
from typing import TYPE_CHECKING, cast

import pluggy

from conductor_core.errors import ConfigurationError
from conductor_core.hookspecs import PROJECT
from conductor_embedded import builtin
from conductor_embedded.hookspecs import ENTRY_POINT_GROUP, EmbeddedSpecs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from starlette.routing import BaseRoute

    from conductor_core.settings import Settings
    from conductor_embedded._engine_api import EngineApi
    from conductor_embedded.system_tasks import SystemTask

_LOG = logging.getLogger(__name__)
_ALL = "*"


class Extensions:
    """The server halves of all distributions, asked one by one: one that fails is logged and left out.

    Args:
        settings: Say which entry points may be loaded; None loads none, for an engine of a test's own.
        plugins: Further modules or objects with hook implementations.

    Raises:
        ConfigurationError: Two distributions offer a plugin of one name.
    """

    def __init__(self, settings: Settings | None = None, plugins: Iterable[object] = ()) -> None:
        self._manager = pluggy.PluginManager(PROJECT)
        self._manager.add_hookspecs(EmbeddedSpecs)
        self._manager.register(builtin, "embedded:builtin")
        for plugin in plugins:
            self._manager.register(plugin)
        for entry in _allowed(settings):
            self._load(entry)
        self._manager.check_pending()

    def routes(self, engine: EngineApi) -> list[BaseRoute]:
        """Return all routes, the engine's own first."""
        return [
            route
            for found in self._ask("conductor_embedded_routes", engine=engine)
            for route in cast("Sequence[BaseRoute]", found)
        ]

    def system_tasks(self) -> list[SystemTask]:
        """Return all task types."""
        return [
            task
            for found in self._ask("conductor_embedded_system_tasks")
            for task in cast("Sequence[SystemTask]", found)
        ]

    def _ask(self, hook: str, **arguments: object) -> Iterable[object]:
        # pluggy calls the last one registered first; here the order of registration is the order of answers.
        for implementation in cast("pluggy.HookCaller", getattr(self._manager.hook, hook)).get_hookimpls():
            wanted = {name: arguments[name] for name in implementation.argnames}
            try:
                yield implementation.function(**wanted)
            except Exception:  # noqa: BLE001 - a stranger's plugin may raise anything
                _LOG.exception("%s failed in %s and is left out", implementation.plugin_name, hook)

    def _load(self, entry: EntryPoint) -> None:
        try:
            self._manager.register(entry.load(), f"embedded:{entry.name}")
        except Exception:  # noqa: BLE001 - a stranger's module may raise anything
            _LOG.exception("The engine plugin %r of %s cannot be loaded and is left out", entry.name, _owner(entry))


def _allowed(settings: Settings | None) -> list[EntryPoint]:
    if settings is None or _ALL in settings.disabled_plugins:
        return []
    found = sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda entry: entry.name)
    wanted, refused = settings.load_plugins, settings.disabled_plugins
    allowed = [
        entry for entry in found if (wanted is None or _is_named(entry, wanted)) and not _is_named(entry, refused)
    ]
    for first, second in pairwise(allowed):
        if first.name == second.name:
            raise ConfigurationError(
                f"{ENTRY_POINT_GROUP} {first.name!r} is offered twice: by {_owner(first)} and by {_owner(second)}; "
                "uninstall or disable one of them"
            )
    return allowed


def _is_named(entry: EntryPoint, names: Iterable[str]) -> bool:
    own = {entry.name, f"embedded:{entry.name}", entry.dist.name if entry.dist else entry.name}
    return bool({_canonical(name) for name in own} & {_canonical(name) for name in names})


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _owner(entry: EntryPoint) -> str:
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist else entry.value
