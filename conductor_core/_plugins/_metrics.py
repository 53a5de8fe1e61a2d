"""The plugins behind ``/metrics``: each process collects plain data, the one that owns the port renders all of it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conductor_core.interfaces import MetricsPage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conductor_core._plugins._hooks import Implementation

logger = logging.getLogger("conductor.plugins")


@dataclass(frozen=True, slots=True)
class MetricsPlugins:
    """What collects and what renders, by plugin name.

    Attributes:
        collecting: implementations of ``conductor_collect_metrics``.
        rendering: implementations of ``conductor_render_metrics``.
    """

    collecting: tuple[Implementation, ...] = ()
    rendering: tuple[Implementation, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.rendering)

    def collected(self) -> dict[str, Any]:
        """Return what this process has counted, by plugin name; one that fails is logged and left out."""
        found: dict[str, Any] = {}
        for one in self.collecting:
            try:
                found[one.plugin_name] = one.function()
            except Exception:
                logger.exception("%s failed in conductor_collect_metrics", one.plugin_name)
        return found

    def rendered(
        self, processes: Sequence[Mapping[str, Any]], accept: str, health: Mapping[str, Any]
    ) -> MetricsPage | None:
        """Return the page of the first plugin that has one, in declared order; None when none has.

        Args:
            processes: what :meth:`collected` returned in each process.
            accept: the request's ``Accept`` header.
            health: the document of ``/health``.
        """
        for one in self.rendering:
            own = [process[one.plugin_name] for process in processes if process.get(one.plugin_name) is not None]
            try:
                page = one.function(collected=own, accept=accept, health=health)
            except Exception:
                logger.exception("%s failed in conductor_render_metrics", one.plugin_name)
                continue
            if isinstance(page, MetricsPage):
                return page
        return None
