"""What runs in a child process: find the function, then one task after the other until the pipe ends."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json

from conductor_core import _plugins
from conductor_core.settings import Settings
from conductor_core.worker._binding import Binder
from conductor_core.worker._channel import Channel
from conductor_core.worker._context import ContextData, TaskContext, TaskInProgress, activate, deactivate
from conductor_core.worker._isolation import _messages as wire
from conductor_core.worker._isolation._address import Address, function_at
from conductor_core.worker._json import to_json_object
from conductor_core.worker._log_records import Forwarder
from conductor_core.worker._polled import PolledTask
from conductor_core.worker._results import Outcome, is_final, raised, returned, text_of
from conductor_core.worker._signature import analyse
from conductor_core.worker._with_parent import deaf_to_stop_signals, end_with_parent

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from conductor_core.worker._channel import Message
    from conductor_core.worker._isolation._messages import Request
    from conductor_core.worker._polled import JsonObject


def main(connection: Connection[Any, Any], spec: bytes) -> None:
    """Serve one worker function until the parent closes the pipe, or ends.

    Args:
        connection: the child's end of the pipe.
        spec: what to serve, as JSON; see ``ProcessSlots``.
    """
    end_with_parent()
    deaf_to_stop_signals()
    channel = Channel(connection)
    described = from_json(spec)
    Forwarder(lambda data: channel.send({"kind": wire.RECORD, "record": data})).install(described["levels"])
    with contextlib.suppress(OSError, EOFError):
        try:
            worker = ChildWorker(described)
        except BaseException as error:  # noqa: BLE001 - a user's module may raise anything when it is imported
            channel.send({"kind": wire.REFUSED, "reason": f"{type(error).__name__}: {error}"})
            return
        channel.send({"kind": wire.READY, "pid": os.getpid()})
        worker.serve(channel)


class ChildWorker:
    """One worker function in its child process.

    Args:
        described: address, settings and options, as plain data.

    Raises:
        ImportError: the function's module cannot be imported.
        AttributeError: the module has no such function.
        ConductorError: its annotations, or the settings, cannot be used.
    """

    def __init__(self, described: Message) -> None:
        self._signature = analyse(function_at(Address.from_data(described["address"])))
        self._binder = Binder(self._signature, missing_as_none=described["missing_as_none"], strict=described["strict"])
        self._carriers = _plugins.Plugins.from_settings(Settings(**described["settings"])).carriers()
        self._runner: asyncio.Runner | None = None

    def serve(self, channel: Channel) -> None:
        """Run tasks until the pipe ends.

        Raises:
            EOFError: the parent closed the pipe.
            OSError: the same, on some systems.
        """
        try:
            while True:
                channel.send(self._answer(wire.Request.from_data(channel.receive()), channel))
        finally:
            if self._runner is not None:
                self._runner.close()

    def _answer(self, request: Request, channel: Channel) -> Message:
        task = PolledTask(request.task)
        context = PipedContext(task, request.context, channel)
        token = activate(context)
        try:
            with self._carriers.restored(request.carrier):
                value = self._value(task)
        except BaseException as error:  # noqa: BLE001 - whatever a worker raises fails its task and nothing else
            return _raised(error, context.close(), task)
        else:
            return _returned(value, context.close(), task)
        finally:
            deactivate(token)

    def _value(self, task: PolledTask) -> object:
        arguments = self._binder.bind(task)
        value = self._signature.function(*arguments.args, **arguments.kwargs)
        return self._awaited(value) if inspect.isawaitable(value) else value

    def _awaited(self, value: Any) -> object:
        """Await on one loop for all tasks, so that what a worker keeps for its loop stays usable."""
        if self._runner is None:
            self._runner = asyncio.Runner()

        async def wait() -> object:
            return await value

        return self._runner.run(wait())


class PipedContext(TaskContext):
    """A task's context whose log lines reach the parent at once, so that a crash does not take them along."""

    __slots__ = ("_channel",)

    def __init__(self, task: PolledTask, before: ContextData, channel: Channel) -> None:
        super().__init__(task)
        self._channel = channel
        self.adopt(before)

    def append_log(self, entry: JsonObject) -> bool:
        """Keep a line, and send it."""
        kept = super().append_log(entry)
        if kept:
            self._channel.send({"kind": wire.TASK_LOG, "entry": entry})
        return kept


def _returned(value: object, data: ContextData, task: PolledTask) -> Message:
    """Describe a returned value as plain data; one that has no JSON form becomes an error, or a text that says so."""
    outcome = returned(value, ContextData(), task)
    if outcome.cause is not None:
        return _raised(outcome.cause, data, task)
    try:
        output = _plain_output(data)
    except Exception as error:  # noqa: BLE001 - converting an object may run any code of it
        return _raised(error, replace(data, output=None), task)
    form, plain = _plain(value, outcome)
    return {
        "kind": wire.RETURNED,
        "form": form,
        "value": plain,
        "context": wire.context_as_data(replace(data, output=output)),
    }


def _plain_output(data: ContextData) -> JsonObject | None:
    return None if data.output is None else to_json_object(data.output)


def _plain(value: object, outcome: Outcome) -> tuple[str, object]:
    from conductor_core.models import TaskResult  # noqa: PLC0415 - most workers never need it

    if isinstance(value, TaskInProgress):
        return wire.IN_PROGRESS, {
            "callback_after_seconds": outcome.callback_after_seconds,
            "output": outcome.output,
        }
    if isinstance(value, TaskResult):
        return wire.RESULT, {
            **outcome.extra,
            "status": outcome.status,
            "outputData": outcome.output,
            "reasonForIncompletion": outcome.reason,
            "callbackAfterSeconds": outcome.callback_after_seconds,
            "logs": list(outcome.logs),
        }
    result = outcome.output.get("result")
    if (
        len(outcome.output) == 1
        and "result" in outcome.output
        and not (isinstance(value, dict) or isinstance(result, dict))
    ):
        return wire.PLAIN, result
    return wire.PLAIN, outcome.output


def _raised(error: BaseException, data: ContextData, task: PolledTask) -> Message:
    failed = raised(error, ContextData(), task)
    try:
        output = _plain_output(data)
    except Exception:  # noqa: BLE001 - output that cannot be sent must not hide the error itself
        output = None
    return {
        "kind": wire.RAISED,
        "type": type(error).__name__,
        "module": type(error).__module__,
        "text": text_of(error),
        "terminal": is_final(error),
        "traceback": failed.logs[-1]["log"],
        "context": wire.context_as_data(replace(data, output=output)),
    }
