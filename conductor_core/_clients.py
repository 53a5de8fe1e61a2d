"""Access to domain clients by name: typed for those this project knows, found at run time for all.

The only module of the core that names plugins, and only for type checkers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conductor_core._plugins import _known
from conductor_core._settings_fields import suggestion
from conductor_core.errors import ClientNotInstalledError

if TYPE_CHECKING:
    from conductor_admin import AdminApi
    from conductor_agents import AgentApi
    from conductor_applications import ApplicationApi
    from conductor_authorization import AuthorizationApi
    from conductor_core._endpoint import Async, Sync
    from conductor_core._plugins import Plugins
    from conductor_events import EventApi
    from conductor_human_tasks import HumanTaskApi
    from conductor_integrations import IntegrationsApi
    from conductor_metadata import MetadataApi
    from conductor_prompts import PromptApi
    from conductor_schedules import ScheduleApi
    from conductor_schemas import SchemaApi
    from conductor_secrets import SecretApi
    from conductor_service_registry import ServiceRegistryApi
    from conductor_tasks import TaskApi
    from conductor_webhooks import WebhookApi
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
            from conductor_core.factories._resources import client_of  # noqa: PLC0415 - old names only

            current = client_of(name)
            if current is not None:
                return getattr(self, current)
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
        def admin(self) -> AdminApi[Sync]:
            """Health, version, limits, queues and repairs of a server (distribution conductor-admin)."""
            ...

        @property
        def agents(self) -> AgentApi[Sync]:
            """Agents and their executions (distribution conductor-agents)."""
            ...

        @property
        def applications(self) -> ApplicationApi[Sync]:
            """Applications, their access keys and their roles (distribution conductor-applications)."""
            ...

        @property
        def authorization(self) -> AuthorizationApi[Sync]:
            """Users, groups, roles and grants (distribution conductor-authorization)."""
            ...

        @property
        def events(self) -> EventApi[Sync]:
            """Event handlers, what they did, and queues (distribution conductor-events)."""
            ...

        @property
        def human_tasks(self) -> HumanTaskApi[Sync]:
            """Tasks for people, and their forms (distribution conductor-human-tasks)."""
            ...

        @property
        def integrations(self) -> IntegrationsApi[Sync]:
            """Integrations with providers of models and others (distribution conductor-integrations)."""
            ...

        @property
        def metadata(self) -> MetadataApi[Sync]:
            """Task and workflow definitions (distribution conductor-metadata)."""
            ...

        @property
        def prompts(self) -> PromptApi[Sync]:
            """Prompt templates (distribution conductor-prompts)."""
            ...

        @property
        def schedules(self) -> ScheduleApi[Sync]:
            """Schedules that start workflows (distribution conductor-schedules)."""
            ...

        @property
        def schemas(self) -> SchemaApi[Sync]:
            """Schemas of inputs and outputs (distribution conductor-schemas)."""
            ...

        @property
        def secrets(self) -> SecretApi[Sync]:
            """Secrets and environment variables (distribution conductor-secrets)."""
            ...

        @property
        def service_registry(self) -> ServiceRegistryApi[Sync]:
            """Services and their circuit breakers (distribution conductor-service-registry)."""
            ...

        @property
        def tasks(self) -> TaskApi[Sync]:
            """Tasks, polls and results (distribution conductor-tasks)."""
            ...

        @property
        def webhooks(self) -> WebhookApi[Sync]:
            """Webhooks that start and continue workflows (distribution conductor-webhooks)."""
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
        def admin(self) -> AdminApi[Async]:
            """Health, version, limits, queues and repairs of a server (distribution conductor-admin)."""
            ...

        @property
        def agents(self) -> AgentApi[Async]:
            """Agents and their executions (distribution conductor-agents)."""
            ...

        @property
        def applications(self) -> ApplicationApi[Async]:
            """Applications, their access keys and their roles (distribution conductor-applications)."""
            ...

        @property
        def authorization(self) -> AuthorizationApi[Async]:
            """Users, groups, roles and grants (distribution conductor-authorization)."""
            ...

        @property
        def events(self) -> EventApi[Async]:
            """Event handlers, what they did, and queues (distribution conductor-events)."""
            ...

        @property
        def human_tasks(self) -> HumanTaskApi[Async]:
            """Tasks for people, and their forms (distribution conductor-human-tasks)."""
            ...

        @property
        def integrations(self) -> IntegrationsApi[Async]:
            """Integrations with providers of models and others (distribution conductor-integrations)."""
            ...

        @property
        def metadata(self) -> MetadataApi[Async]:
            """Task and workflow definitions (distribution conductor-metadata)."""
            ...

        @property
        def prompts(self) -> PromptApi[Async]:
            """Prompt templates (distribution conductor-prompts)."""
            ...

        @property
        def schedules(self) -> ScheduleApi[Async]:
            """Schedules that start workflows (distribution conductor-schedules)."""
            ...

        @property
        def schemas(self) -> SchemaApi[Async]:
            """Schemas of inputs and outputs (distribution conductor-schemas)."""
            ...

        @property
        def secrets(self) -> SecretApi[Async]:
            """Secrets and environment variables (distribution conductor-secrets)."""
            ...

        @property
        def service_registry(self) -> ServiceRegistryApi[Async]:
            """Services and their circuit breakers (distribution conductor-service-registry)."""
            ...

        @property
        def tasks(self) -> TaskApi[Async]:
            """Tasks, polls and results (distribution conductor-tasks)."""
            ...

        @property
        def webhooks(self) -> WebhookApi[Async]:
            """Webhooks that start and continue workflows (distribution conductor-webhooks)."""
            ...

        @property
        def workflows(self) -> WorkflowApi[Async]:
            """Executions (distribution conductor-workflows)."""
            ...

    else:

        def __getattr__(self, name: str) -> Any:
            return self._client_by_name(name)
