"""Every hook that the core calls, in three shapes.

``conductor_register_*`` returns a class, ``conductor_on_*`` is told one frozen event, ``conductor_wrap_*`` is given the
next thing in line and returns what stands around it. A few others ask for plain data where processes meet. Listeners may
be ``def`` or ``async def``, all others are plain functions. A hook implementation may name fewer arguments than its spec,
so arguments can be added.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import pluggy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from conductor_core import events
    from conductor_core._endpoint import Api
    from conductor_core.http import AsyncBaseTransport, BaseTransport
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

PROJECT = "conductor"
HOOK_API_VERSION = 1
"""Version of this contract; a plugin module may set ``conductor_hook_api``, and the core takes this one and the one before."""

hookspec: pluggy.HookspecMarker = pluggy.HookspecMarker(PROJECT)
hookimpl: pluggy.HookimplMarker = pluggy.HookimplMarker(PROJECT)


class DriverSpecs:
    """Hooks that offer a replaceable part; asked once, when settings choose the entry point by name."""

    @hookspec
    def conductor_register_auth(self) -> type[AuthProvider]:
        """Return the auth provider class of this plugin.

        Runs in entry points of ``conductor.auth`` when ``settings.auth`` names them. An exception fails the start of the
        conductor, because a deployment asked for this auth.
        """
        raise NotImplementedError

    @hookspec
    def conductor_register_transport(self) -> type[TransportFactory]:
        """Return the transport factory class of this plugin.

        Runs in entry points of ``conductor.transport`` when ``settings.transport`` names them.
        """
        raise NotImplementedError

    @hookspec
    def conductor_register_retry(self) -> type[RetryPolicy]:
        """Return the retry policy class of this plugin.

        Runs in entry points of ``conductor.retry`` when ``settings.retry`` names them.
        """
        raise NotImplementedError

    @hookspec
    def conductor_register_client(self) -> type[Api[Any]]:
        """Return the domain client class of this plugin.

        Runs in entry points of ``conductor.clients`` on the first access of ``conductor.NAME``.
        """
        raise NotImplementedError

    @hookspec
    def conductor_register_command(self) -> type[Command]:
        """Return the command class of this plugin.

        Runs in entry points of ``conductor.commands`` when the command is typed.
        """
        raise NotImplementedError


class ListenerSpecs:
    """Hooks that are told what the task runner does; they can never change an outcome.

    Each runs once per event, in declared order, on the worker's loop (a slow one moves to a thread of its own). What a
    listener raises is logged with the plugin's name and counted.
    """

    @hookspec
    def conductor_register_listeners(self, settings: Settings) -> Iterable[object]:
        """Return objects that listen, made for these settings; none when the settings switch them off.

        Runs once when workers start, before anything is polled. An object has methods like
        ``on_task_execution_completed(event)``, or the hooks below. An exception is logged, and the plugin listens to nothing.
        """
        raise NotImplementedError

    @hookspec
    def conductor_on_poll_started(self, event: events.PollStarted) -> None:
        """Run when a poll request is about to be sent."""

    @hookspec
    def conductor_on_poll_completed(self, event: events.PollCompleted) -> None:
        """Run when a poll was answered, also with no task."""

    @hookspec
    def conductor_on_poll_failure(self, event: events.PollFailure) -> None:
        """Run when a poll failed."""

    @hookspec
    def conductor_on_task_paused(self, event: events.TaskPaused) -> None:
        """Run each time a paused runner looks and does not poll."""

    @hookspec
    def conductor_on_task_queue_full(self, event: events.TaskQueueFull) -> None:
        """Run when a runner has no free slot and stops polling, once until one is free again."""

    @hookspec
    def conductor_on_worker_restarted(self, event: events.WorkerRestarted) -> None:
        """Run when a poll loop died and is started again."""

    @hookspec
    def conductor_on_task_execution_started(self, event: events.TaskExecutionStarted) -> None:
        """Run before a worker function is called."""

    @hookspec
    def conductor_on_task_execution_completed(self, event: events.TaskExecutionCompleted) -> None:
        """Run after a worker function returned, before the result is sent."""

    @hookspec
    def conductor_on_task_execution_failure(self, event: events.TaskExecutionFailure) -> None:
        """Run after a worker function raised, before the failure is sent."""

    @hookspec
    def conductor_on_task_update_completed(self, event: events.TaskUpdateCompleted) -> None:
        """Run when the server took a result."""

    @hookspec
    def conductor_on_task_update_failure(self, event: events.TaskUpdateFailure) -> None:
        """Run when the last try to report a result failed; the event holds the whole result."""

    @hookspec
    def conductor_on_workers_stopped(self, event: events.WorkersStopped) -> None:
        """Run when all workers of a handler have stopped, after every other event."""

    @hookspec
    def conductor_on_task_result_payload_size(self, event: events.TaskResultPayloadSize) -> None:
        """Run when a result is about to be sent, with the size of its output."""

    @hookspec
    def conductor_on_task_payload_used(self, event: events.TaskPayloadUsed) -> None:
        """Run when a task's input or output is kept outside of the server."""

    @hookspec
    def conductor_on_workflow_started(self, event: events.WorkflowStarted) -> None:
        """Run when a client has asked for the start of a workflow, with or without success; a plain function."""

    @hookspec
    def conductor_on_workflow_input_payload_size(self, event: events.WorkflowInputPayloadSize) -> None:
        """Run when a client has started a workflow, with the size of its input; a plain function."""

    @hookspec
    def conductor_on_workflow_payload_used(self, event: events.WorkflowPayloadUsed) -> None:
        """Run when a client meets a workflow's input or output that is kept outside of the server; a plain function."""


AnyTransport = TypeVar("AnyTransport", "BaseTransport", "AsyncBaseTransport")


class WrapSpecs:
    """Hooks that stand around something; the order is declared with :func:`conductor_core.ordered`."""

    @hookspec
    def conductor_wrap_transport(self, next: AnyTransport, settings: Settings) -> AnyTransport:  # noqa: A002 - the contract's name
        """Return a transport around ``next``, of the same colour: blocking or asynchronous.

        Runs when a conductor or handler makes its transport. Every request passes it: calls, polls, updates and
        heartbeats. An exception fails the start, because silently losing a wrapper could lose a signature.
        """
        raise NotImplementedError

    @hookspec
    def conductor_wrap_call(self, next: CallSteps, settings: Settings) -> CallSteps:  # noqa: A002 - the contract's name
        """Return a callable around ``next``, which turns one :class:`~conductor_core.Call` into its steps.

        Runs at the first call of a conductor; workers' polls and updates are told to listeners instead. The steps are a
        generator without I/O that both faces share: it yields what is sent and how long is waited, is sent what came of it,
        and returns the answer. ``return next`` costs nothing. A complete wrapper::

            @hookimpl
            def conductor_wrap_call(next):
                def counted(call):
                    counter[call.template] += 1
                    return (yield from next(call))

                return counted

        An exception fails the call, because silently losing a wrapper could lose what it adds.
        """
        raise NotImplementedError

    @hookspec
    def conductor_wrap_execute(self, next: Execute, settings: Settings) -> Execute:  # noqa: A002 - the contract's name
        """Return an ``async`` callable around ``next``, which runs one worker function.

        Runs once when workers start; ``return next`` costs nothing. The callable takes an :class:`~conductor_core.interfaces.ExecuteInput`; context
        variables that it sets are seen by the worker function, also in a thread.
        """
        raise NotImplementedError


class ProcessSpecs:
    """Hooks for what crosses to another process, where a worker has ``isolation="process"``.

    Wrappers and listeners stay in the parent; these two let the worker function see what a wrapper has set. An exception
    is logged with the plugin's name and changes nothing.
    """

    @hookspec
    def conductor_carry_context(self, carrier: dict[str, str]) -> None:
        """Put what the child process needs into ``carrier``, a trace context for instance; keys and values are text.

        Runs in the parent before each task that goes to a child, inside the wrappers of ``conductor_wrap_execute``.
        """

    @hookspec
    def conductor_restore_context(self, carrier: Mapping[str, str]) -> AbstractContextManager[object] | None:
        """Return a context manager that makes current what the carrier holds; it is entered around the worker function.

        Runs in the child, whose plugins are made from the same settings; plugins made in code are in the parent only.
        """


class MetricsSpecs:
    """Hooks behind ``/metrics`` of the health server; both sides of a plugin are called on the same object.

    With several processes each of them collects, and the one that owns the port renders, so figures can be added up.
    """

    @hookspec
    def conductor_collect_metrics(self) -> object:
        """Return what this process has counted so far, as plain data that JSON can express.

        Runs in each process of workers at each scrape, on a thread of its own. An exception is logged and leaves this
        process out.
        """

    @hookspec
    def conductor_render_metrics(
        self, collected: Sequence[Any], accept: str, health: Mapping[str, Any]
    ) -> MetricsPage | None:
        """Return the page for a scrape; None leaves it to another plugin.

        Runs in the process that owns the port. ``collected`` holds what this plugin's ``conductor_collect_metrics``
        returned, once for each process; ``accept`` is the request's ``Accept`` header. ``health`` is the document of
        ``/health``, for gauges of what is now: the size of the outbox and the age of its oldest result, tasks in hand.
        """


SPECS: tuple[type, ...] = (DriverSpecs, ListenerSpecs, WrapSpecs, ProcessSpecs, MetricsSpecs)
