"""`OrkesClients`: a getter for each domain client, all on one connection and one token."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, overload

from conductor_core.client import AsyncConductor, Conductor
from conductor_core.errors import ConfigurationError
from conductor_core.factories._create import create_async_conductor_client, create_conductor_client

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from conductor_admin import AdminApi
    from conductor_agents import AgentApi
    from conductor_applications import ApplicationApi
    from conductor_authorization import AuthorizationApi
    from conductor_core._endpoint import Async, Sync
    from conductor_core.settings import Settings
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

C = TypeVar("C", Conductor, AsyncConductor)
T = TypeVar("T")


class Getter(Generic[C, T]):
    """A method without arguments that returns one client of the conductor behind it, typed as that conductor has it."""

    def __init__(self, pick: Callable[[C], T]) -> None:
        self._pick: Callable[[C], T] = pick
        self.__doc__ = "Return the client; where its distribution is missing, the error says what to install."

    @overload
    def __get__(self, instance: None, owner: type[object]) -> Self: ...
    @overload
    def __get__(self, instance: _Clients[C], owner: type[object]) -> Callable[[], T]: ...
    def __get__(self, instance: _Clients[C] | None, owner: type[object]) -> Self | Callable[[], T]:
        return self if instance is None else partial(self._pick, instance.conductor)


def _sync(pick: Callable[[Conductor], T]) -> Getter[Conductor, T]:
    return Getter(pick)


def _async(pick: Callable[[AsyncConductor], T]) -> Getter[AsyncConductor, T]:
    return Getter(pick)


class _Clients(Generic[C]):
    """What both faces share: the conductor, and whether it is ours to close."""

    def __init__(self, conductor: C, *, owned: bool) -> None:
        self.conductor: C = conductor
        self._owned = owned

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.conductor!r})"


class OrkesClients(_Clients[Conductor]):
    """All clients of one server, which block; they share one connection and one token.

    ::

        with OrkesClients() as clients:
            workflow_id = clients.get_workflow_client().start_workflow(request)

    Args:
        configuration: as :func:`create_conductor_client` takes it; or a conductor that is shared and stays open; the
            environment alone when None.
        options: single values, by the same names; none with a conductor.
    """

    def __init__(
        self, configuration: Settings | Mapping[str, object] | Conductor | None = None, **options: Any
    ) -> None:
        if isinstance(configuration, Conductor):
            _refuse(options)
            super().__init__(configuration, owned=False)
        else:
            super().__init__(create_conductor_client(configuration, **options), owned=True)

    @classmethod
    def from_config(cls, config: Settings | Mapping[str, object] | None = None, **options: Any) -> Self:
        """Return the clients for a configuration, as the constructor does."""
        return cls(config, **options)

    get_admin_client: Getter[Conductor, AdminApi[Sync]] = _sync(lambda conductor: conductor.admin)
    get_agent_client: Getter[Conductor, AgentApi[Sync]] = _sync(lambda conductor: conductor.agents)
    get_application_client: Getter[Conductor, ApplicationApi[Sync]] = _sync(lambda conductor: conductor.applications)
    get_authorization_client: Getter[Conductor, AuthorizationApi[Sync]] = _sync(
        lambda conductor: conductor.authorization
    )
    get_event_client: Getter[Conductor, EventApi[Sync]] = _sync(lambda conductor: conductor.events)
    get_human_task_client: Getter[Conductor, HumanTaskApi[Sync]] = _sync(lambda conductor: conductor.human_tasks)
    get_integration_client: Getter[Conductor, IntegrationsApi[Sync]] = _sync(lambda conductor: conductor.integrations)
    get_metadata_client: Getter[Conductor, MetadataApi[Sync]] = _sync(lambda conductor: conductor.metadata)
    get_prompt_client: Getter[Conductor, PromptApi[Sync]] = _sync(lambda conductor: conductor.prompts)
    get_scheduler_client: Getter[Conductor, ScheduleApi[Sync]] = _sync(lambda conductor: conductor.schedules)
    get_schema_client: Getter[Conductor, SchemaApi[Sync]] = _sync(lambda conductor: conductor.schemas)
    get_secret_client: Getter[Conductor, SecretApi[Sync]] = _sync(lambda conductor: conductor.secrets)
    get_service_registry_client: Getter[Conductor, ServiceRegistryApi[Sync]] = _sync(
        lambda conductor: conductor.service_registry
    )
    get_task_client: Getter[Conductor, TaskApi[Sync]] = _sync(lambda conductor: conductor.tasks)
    get_webhook_client: Getter[Conductor, WebhookApi[Sync]] = _sync(lambda conductor: conductor.webhooks)
    get_workflow_client: Getter[Conductor, WorkflowApi[Sync]] = _sync(lambda conductor: conductor.workflows)
    get_workflow_executor: Getter[Conductor, WorkflowApi[Sync]] = get_workflow_client

    def close(self) -> None:
        """Close the connection, unless it belongs to a conductor that was passed."""
        if self._owned:
            self.conductor.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncOrkesClients(_Clients[AsyncConductor]):
    """All clients of one server, which are awaited; arguments are those of :class:`OrkesClients`."""

    def __init__(
        self, configuration: Settings | Mapping[str, object] | AsyncConductor | None = None, **options: Any
    ) -> None:
        if isinstance(configuration, AsyncConductor):
            _refuse(options)
            super().__init__(configuration, owned=False)
        else:
            super().__init__(create_async_conductor_client(configuration, **options), owned=True)

    @classmethod
    def from_config(cls, config: Settings | Mapping[str, object] | None = None, **options: Any) -> Self:
        """Return the clients for a configuration, as the constructor does."""
        return cls(config, **options)

    get_admin_client: Getter[AsyncConductor, AdminApi[Async]] = _async(lambda conductor: conductor.admin)
    get_agent_client: Getter[AsyncConductor, AgentApi[Async]] = _async(lambda conductor: conductor.agents)
    get_application_client: Getter[AsyncConductor, ApplicationApi[Async]] = _async(
        lambda conductor: conductor.applications
    )
    get_authorization_client: Getter[AsyncConductor, AuthorizationApi[Async]] = _async(
        lambda conductor: conductor.authorization
    )
    get_event_client: Getter[AsyncConductor, EventApi[Async]] = _async(lambda conductor: conductor.events)
    get_human_task_client: Getter[AsyncConductor, HumanTaskApi[Async]] = _async(lambda conductor: conductor.human_tasks)
    get_integration_client: Getter[AsyncConductor, IntegrationsApi[Async]] = _async(
        lambda conductor: conductor.integrations
    )
    get_metadata_client: Getter[AsyncConductor, MetadataApi[Async]] = _async(lambda conductor: conductor.metadata)
    get_prompt_client: Getter[AsyncConductor, PromptApi[Async]] = _async(lambda conductor: conductor.prompts)
    get_scheduler_client: Getter[AsyncConductor, ScheduleApi[Async]] = _async(lambda conductor: conductor.schedules)
    get_schema_client: Getter[AsyncConductor, SchemaApi[Async]] = _async(lambda conductor: conductor.schemas)
    get_secret_client: Getter[AsyncConductor, SecretApi[Async]] = _async(lambda conductor: conductor.secrets)
    get_service_registry_client: Getter[AsyncConductor, ServiceRegistryApi[Async]] = _async(
        lambda conductor: conductor.service_registry
    )
    get_task_client: Getter[AsyncConductor, TaskApi[Async]] = _async(lambda conductor: conductor.tasks)
    get_webhook_client: Getter[AsyncConductor, WebhookApi[Async]] = _async(lambda conductor: conductor.webhooks)
    get_workflow_client: Getter[AsyncConductor, WorkflowApi[Async]] = _async(lambda conductor: conductor.workflows)
    get_workflow_executor: Getter[AsyncConductor, WorkflowApi[Async]] = get_workflow_client

    async def aclose(self) -> None:
        """Close the connection, unless it belongs to a conductor that was passed."""
        if self._owned:
            await self.conductor.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()


def _refuse(options: Mapping[str, object]) -> None:
    if options:
        raise ConfigurationError(f"a conductor has its settings already: {', '.join(options)} cannot be changed")
