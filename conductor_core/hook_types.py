"""One protocol for each group of hooks, so that type checkers look at a plugin the way the core will.

The mark ``@hookimpl`` says nothing about arguments, and the core looks at them only when it loads a plugin. A line in the
plugin lets a checker look before::

    from conductor_core.hook_types import WrapsExecute


    class Timed:
        @hookimpl
        def conductor_wrap_execute(self, next: Execute, settings: Settings) -> Execute: ...


    _checked: type[WrapsExecute] = Timed

A module is checked the same way, from outside: ``_checked: RegistersAuth = acme.hooks``. An implementation that leaves out
arguments works all the same; the protocols ask for all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from conductor_core import events
    from conductor_core._endpoint import Api
    from conductor_core.hookspecs import AnyTransport
    from conductor_core.interfaces import (
        AuthProvider,
        CallSteps,
        Command,
        Execute,
        MetricsPage,
        RetryPolicy,
        TransportFactory,
    )
    from conductor_core.settings import Settings


class RegistersAuth(Protocol):
    """Offers an auth provider."""

    def conductor_register_auth(self) -> type[AuthProvider]: ...  # noqa: D102 - said by the hook's specification


class RegistersTransport(Protocol):
    """Offers a transport factory."""

    def conductor_register_transport(self) -> type[TransportFactory]: ...  # noqa: D102 - the same


class RegistersRetry(Protocol):
    """Offers a retry policy."""

    def conductor_register_retry(self) -> type[RetryPolicy]: ...  # noqa: D102 - the same


class RegistersClient(Protocol):
    """Offers a domain client."""

    def conductor_register_client(self) -> type[Api[Any]]: ...  # noqa: D102 - the same


class RegistersCommand(Protocol):
    """Offers a command."""

    def conductor_register_command(self) -> type[Command]: ...  # noqa: D102 - the same


class RegistersListeners(Protocol):
    """Makes listeners for the settings."""

    def conductor_register_listeners(self, settings: Settings) -> Iterable[object]: ...  # noqa: D102 - the same


class WrapsTransport(Protocol):
    """Stands around the transports of both colours."""

    def conductor_wrap_transport(self, next: AnyTransport, settings: Settings) -> AnyTransport: ...  # noqa: A002, D102 - the same


class WrapsCall(Protocol):
    """Stands around the steps of calls."""

    def conductor_wrap_call(self, next: CallSteps, settings: Settings) -> CallSteps: ...  # noqa: A002, D102 - the same


class WrapsExecute(Protocol):
    """Stands around executions of worker functions."""

    def conductor_wrap_execute(self, next: Execute, settings: Settings) -> Execute: ...  # noqa: A002, D102 - the same


class CarriesContext(Protocol):
    """Hands something to worker processes along with each task."""

    def conductor_carry_context(self, carrier: dict[str, str]) -> None: ...  # noqa: D102 - the same

    def conductor_restore_context(self, carrier: Mapping[str, str]) -> AbstractContextManager[object] | None: ...  # noqa: D102 - the same


class ServesMetrics(Protocol):
    """Collects metrics in each process, and renders them in one."""

    def conductor_collect_metrics(self) -> object: ...  # noqa: D102 - the same

    def conductor_render_metrics(  # noqa: D102 - the same
        self, collected: Sequence[Any], accept: str, health: Mapping[str, Any]
    ) -> MetricsPage | None: ...


class ListensToPollStarted(Protocol):
    """Is told, at once or when it is awaited."""

    def conductor_on_poll_started(self, event: events.PollStarted) -> object: ...  # noqa: D102 - the same


class ListensToPollCompleted(Protocol):
    """Is told, at once or when it is awaited."""

    def conductor_on_poll_completed(self, event: events.PollCompleted) -> object: ...  # noqa: D102 - the same


class ListensToPollFailure(Protocol):
    """Is told, at once or when it is awaited."""

    def conductor_on_poll_failure(self, event: events.PollFailure) -> object: ...  # noqa: D102 - the same


class ListensToTaskPaused(Protocol):
    """Is told, at once or when it is awaited."""

    def conductor_on_task_paused(self, event: events.TaskPaused) -> object: ...  # noqa: D102 - the same


class ListensToTaskQueueFull(Protocol):
    """Is told, at once or when it is awaited."""

    def conductor_on_task_queue_full(self, event: events.TaskQueueFull) -> object: ...  # noqa: D102 - the same


class ListensToWorkerRestarted(Protocol):
    """Is told, at once or when it is awaited."""

    def conductor_on_worker_restarted(self, event: events.WorkerRestarted) -> object: ...  # noqa: D102 - the same


class ListensToTaskExecutionStarted(Protocol):
    """Is told, at once or when it is awaited."""

    def conductor_on_task_execution_started(self, event: events.TaskExecutionStarted) -> object: ...  # noqa: D102 - the same


class ListensToTaskExecutionCompleted(Protocol):
    """Is told, at once or when it is awaited."""

    def conductor_on_task_execution_completed(self, event: events.TaskExecutionCompleted) -> object: ...  # noqa: D102 - the same


class ListensToTaskExecutionFailure(Protocol):
    """Is told, at once or when it is awaited."""

    def conductor_on_task_execution_failure(self, event: events.TaskExecutionFailure) -> object: ...  # noqa: D102 - the same


class ListensToTaskUpdateCompleted(Protocol):
    """Is told, at once or when it is awaited."""

    def conductor_on_task_update_completed(self, event: events.TaskUpdateCompleted) -> object: ...  # noqa: D102 - the same


class ListensToTaskUpdateFailure(Protocol):
    """Is told, at once or when it is awaited."""

    def conductor_on_task_update_failure(self, event: events.TaskUpdateFailure) -> object: ...  # noqa: D102 - the same


class ListensToWorkersStopped(Protocol):
    """Is told, at once or when it is awaited."""

    def conductor_on_workers_stopped(self, event: events.WorkersStopped) -> object: ...  # noqa: D102 - the same


class ListensToTaskResultPayloadSize(Protocol):
    """Is told, at once or when it is awaited."""

    def conductor_on_task_result_payload_size(self, event: events.TaskResultPayloadSize) -> object: ...  # noqa: D102 - the same


class ListensToTaskPayloadUsed(Protocol):
    """Is told, at once or when it is awaited."""

    def conductor_on_task_payload_used(self, event: events.TaskPayloadUsed) -> object: ...  # noqa: D102 - the same


class ListensToWorkflowStarted(Protocol):
    """Is told, at once or when it is awaited."""

    def conductor_on_workflow_started(self, event: events.WorkflowStarted) -> object: ...  # noqa: D102 - the same


class ListensToWorkflowInputPayloadSize(Protocol):
    """Is told, at once or when it is awaited."""

    def conductor_on_workflow_input_payload_size(self, event: events.WorkflowInputPayloadSize) -> object: ...  # noqa: D102 - the same


class ListensToWorkflowPayloadUsed(Protocol):
    """Is told, at once or when it is awaited."""

    def conductor_on_workflow_payload_used(self, event: events.WorkflowPayloadUsed) -> object: ...  # noqa: D102 - the same
