"""The hooks that the engine offers to other distributions, and uses itself for its own routes and task types.

A distribution implements them in a module that its entry point in the group `conductor.embedded` names:

    [project.entry-points."conductor.embedded"]
    human_tasks = "conductor_human_tasks._embedded.hooks"
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core.hookspecs import hookspec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.routing import BaseRoute

    from conductor_embedded._engine_api import EngineApi
    from conductor_embedded.system_tasks import SystemTask

ENTRY_POINT_GROUP = "conductor.embedded"


class EmbeddedSpecs:
    """Asked once for each engine, when it is made. An exception of an implementation keeps that plugin out."""

    @hookspec
    def conductor_embedded_routes(self, engine: EngineApi) -> Sequence[BaseRoute]:
        """Return the Starlette routes that this plugin adds below `/api`.

        Their endpoints run on the engine's event loop, so they may call the engine directly. What an endpoint raises as
        `EngineError` becomes the server's error document.

        Args:
            engine: The service behind the routes.
        """
        raise NotImplementedError

    @hookspec
    def conductor_embedded_system_tasks(self) -> Sequence[SystemTask]:
        """Return the task types that the engine runs itself instead of handing them to workers."""
        raise NotImplementedError
