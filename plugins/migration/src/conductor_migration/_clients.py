"""``OrkesClients`` for programs that pass a ``Configuration``, with the older names of client methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from conductor_core import Conductor
from conductor_migration._configuration import AnyConfiguration, settings_of
from conductor_migration._executor import WorkflowExecutor

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType
    from typing import Self

Client = TypeVar("Client")

_NAMES: Final[Mapping[str, Mapping[str, str]]] = {
    "integrations": {
        "delete_integration": "delete_integration_provider",
        "get_integration": "get_integration_provider",
        "get_tags_for_integration_provider": "get_provider_tags",
        "save_integration": "save_integration_provider",
    },
    "metadata": {
        "get_task_def": "get_task",
        "register_task_def": "register_task",
        "unregister_task_def": "unregister_task",
        "unregister_workflow_def": "unregister_workflow",
        "update_task_def": "update_task",
    },
    "prompts": {
        "delete_tag_for_prompt_template": "delete_prompt_tags",
        "get_tags_for_prompt_template": "get_prompt_tags",
        "update_tag_for_prompt_template": "set_prompt_tags",
    },
    "schedules": {"get_next_few_schedule_execution_times": "get_next_few_schedules"},
    "service_registry": {"add_or_update_method": "add_or_update_service_method"},
    "tasks": {"batch_poll_tasks": "batch_poll"},
    "workflows": {
        "get_by_correlation_ids": "get_by_correlation_ids_of_workflow",
        "get_by_correlation_ids_in_batch": "get_by_correlation_ids",
        "pause_workflow": "pause",
        "remove_workflow": "delete_workflow",
        "rerun_workflow": "rerun",
        "restart_workflow": "restart",
        "resume_workflow": "resume",
        "retry_workflow": "retry",
        "terminate_workflow": "terminate",
    },
}
"""Older names of methods whose arguments come in the same order, by client."""


class Renamed(Generic[Client]):
    """A client that answers to the older names of its methods too.

    Args:
        client: the client behind it.
        names: its own name of a method, by the older one.
    """

    def __init__(self, client: Client, names: Mapping[str, str]) -> None:
        self._client = client
        self._names = names

    def __getattr__(self, name: str) -> Any:
        if name in {"_client", "_names"}:  # while it is copied
            raise AttributeError(name)
        return getattr(self._client, self._names.get(name, name))

    def __dir__(self) -> list[str]:
        return sorted({*dir(self._client), *self._names})


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
        client = _GETTERS.get(name)
        if client is None:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return lambda: Renamed(getattr(self.conductor, client), _NAMES.get(client, {}))

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


_GETTERS: Final = {
    "get_authorization_client": "authorization",
    "get_event_client": "events",
    "get_integration_client": "integrations",
    "get_metadata_client": "metadata",
    "get_prompt_client": "prompts",
    "get_scheduler_client": "schedules",
    "get_schema_client": "schemas",
    "get_secret_client": "secrets",
    "get_service_registry_client": "service_registry",
    "get_task_client": "tasks",
    "get_workflow_client": "workflows",
}
