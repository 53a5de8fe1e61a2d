"""Access to domain clients by name: typed for those this project knows, found at run time for all.

The only module of the core that names plugins, and only for type checkers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conductor_core._plugins import _known
from conductor_core._settings_fields import suggestion
from conductor_core.errors import ClientNotInstalledError

if TYPE_CHECKING:
    from conductor_core._endpoint import Async, Sync
    from conductor_core._plugins import Plugins
    from conductor_human_tasks import HumanTaskApi
    from conductor_metadata import MetadataApi
    from conductor_tasks import TaskApi
    from conductor_workflows import WorkflowApi


class _ClientAccess:
    """Loads the plugin behind ``conductor.NAME`` on first access, and keeps the client."""

    if TYPE_CHECKING:
        plugins: Plugins
        _driver: Any

    def _client_by_name(self, name: str) -> Any:
        if name.startswith("_") or "plugins" not in self.__dict__:  # the latter while it is made, or copied
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        try:
            client = self.plugins.client(name)(self._driver)
        except ClientNotInstalledError:
            if name in _known.CLIENT_NAMES:
                raise
            raise ClientNotInstalledError(self._no_such(name)) from None
        self.__dict__[name] = client
        return client

    def _no_such(self, name: str) -> str:
        offered = self.plugins.names(_known.CLIENTS)
        hint = suggestion(name, {*offered, *_known.CLIENT_NAMES}, otherwise="")
        installed = ", ".join(offered) or "none"
        return f"{type(self).__name__} has no attribute or client {name!r}{hint}; installed clients: {installed}"


class SyncClients(_ClientAccess):
    """Domain clients whose methods block."""

    if TYPE_CHECKING:

        @property
        def human_tasks(self) -> HumanTaskApi[Sync]:
            """Tasks of people and their forms (distribution conductor-human-tasks)."""
            ...

        @property
        def metadata(self) -> MetadataApi[Sync]:
            """Task and workflow definitions (distribution conductor-metadata)."""
            ...

        @property
        def tasks(self) -> TaskApi[Sync]:
            """Tasks, polls and results (distribution conductor-tasks)."""
            ...

        @property
        def workflows(self) -> WorkflowApi[Sync]:
            """Executions (distribution conductor-workflows)."""
            ...

    else:

        def __getattr__(self, name: str) -> Any:
            return self._client_by_name(name)


class AsyncClients(_ClientAccess):
    """Domain clients whose methods are awaited."""

    if TYPE_CHECKING:

        @property
        def human_tasks(self) -> HumanTaskApi[Async]:
            """Tasks of people and their forms (distribution conductor-human-tasks)."""
            ...

        @property
        def metadata(self) -> MetadataApi[Async]:
            """Task and workflow definitions (distribution conductor-metadata)."""
            ...

        @property
        def tasks(self) -> TaskApi[Async]:
            """Tasks, polls and results (distribution conductor-tasks)."""
            ...

        @property
        def workflows(self) -> WorkflowApi[Async]:
            """Executions (distribution conductor-workflows)."""
            ...

    else:

        def __getattr__(self, name: str) -> Any:
            return self._client_by_name(name)
