"""The clients of older programs: made of a ``Configuration``, with the older names, order and names of arguments."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final

from conductor_core import Conductor
from conductor_migration._configuration import AnyConfiguration, settings_of
from conductor_migration._executor import WorkflowExecutor
from conductor_migration._methods import METHODS
from conductor_migration._older import Older

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType
    from typing import Self


class OlderClient:
    """A client by its older methods; what it has not is the method of the client behind it.

    Args:
        configuration: where the server is, or a conductor to share; the environment when None.
    """

    CLIENT: ClassVar[str]
    """The conductor's name of the client behind it."""

    def __init__(self, configuration: AnyConfiguration | Conductor = None) -> None:
        self.conductor: Conductor = (
            configuration if isinstance(configuration, Conductor) else Conductor(settings_of(configuration))
        )

    def __getattr__(self, name: str) -> Any:
        if name == "conductor" or name.startswith("__"):  # while it is copied
            raise AttributeError(name)
        method = METHODS.get(self.CLIENT, {}).get(name)
        if method is None:
            return getattr(getattr(self.conductor, self.CLIENT), name)
        return partial(self._call, method) if isinstance(method, Older) else partial(method, self.conductor)

    def _call(self, method: Older, /, *positional: Any, **keywords: Any) -> Any:
        client, _, target = method.target.rpartition(".")
        return getattr(getattr(self.conductor, client or self.CLIENT), target)(**method.bound(positional, keywords))

    def __dir__(self) -> list[str]:
        return sorted({*dir(getattr(self.conductor, self.CLIENT)), *METHODS.get(self.CLIENT, {})})


class OrkesAuthorizationClient(OlderClient):
    """Users, groups, roles, permissions and applications."""

    CLIENT: ClassVar[str] = "authorization"


class OrkesEventClient(OlderClient):
    """Event handlers."""

    CLIENT: ClassVar[str] = "events"


class OrkesIntegrationClient(OlderClient):
    """Integrations with models and vector databases."""

    CLIENT: ClassVar[str] = "integrations"


class OrkesMetadataClient(OlderClient):
    """Definitions of tasks and workflows."""

    CLIENT: ClassVar[str] = "metadata"


class OrkesPromptClient(OlderClient):
    """Prompts."""

    CLIENT: ClassVar[str] = "prompts"


class OrkesSchedulerClient(OlderClient):
    """Schedules."""

    CLIENT: ClassVar[str] = "schedules"


class OrkesSchemaClient(OlderClient):
    """Schemas."""

    CLIENT: ClassVar[str] = "schemas"


class OrkesSecretClient(OlderClient):
    """Secrets."""

    CLIENT: ClassVar[str] = "secrets"


class OrkesServiceRegistryClient(OlderClient):
    """Services that workflows call."""

    CLIENT: ClassVar[str] = "service_registry"


class OrkesTaskClient(OlderClient):
    """Tasks."""

    CLIENT: ClassVar[str] = "tasks"


class OrkesWorkflowClient(OlderClient):
    """Executions."""

    CLIENT: ClassVar[str] = "workflows"


class OrkesClients:
    """All clients of one server, on one connection and one token.

    Args:
        configuration: where the server is, or a conductor to share; the environment when None.
    """

    def __init__(self, configuration: AnyConfiguration | Conductor = None) -> None:
        self._owned = not isinstance(configuration, Conductor)
        self.conductor: Conductor = (
            configuration if isinstance(configuration, Conductor) else Conductor(settings_of(configuration))
        )

    def get_workflow_executor(self) -> WorkflowExecutor:
        """Return the executor."""
        return WorkflowExecutor(self.conductor)

    def __getattr__(self, name: str) -> Any:
        kind = _GETTERS.get(name)
        if kind is None:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return partial(kind, self.conductor)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *_GETTERS})

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


_GETTERS: Final[Mapping[str, type[OlderClient]]] = {
    "get_authorization_client": OrkesAuthorizationClient,
    "get_event_client": OrkesEventClient,
    "get_integration_client": OrkesIntegrationClient,
    "get_metadata_client": OrkesMetadataClient,
    "get_prompt_client": OrkesPromptClient,
    "get_scheduler_client": OrkesSchedulerClient,
    "get_schema_client": OrkesSchemaClient,
    "get_secret_client": OrkesSecretClient,
    "get_service_registry_client": OrkesServiceRegistryClient,
    "get_task_client": OrkesTaskClient,
    "get_workflow_client": OrkesWorkflowClient,
}
