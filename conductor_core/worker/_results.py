"""From what a worker function returned or raised to the result that is sent."""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, cast

from conductor_core._quoted_inputs import without_inputs
from conductor_core.errors import NonRetryableException
from conductor_core.worker._body import encoded, sendable
from conductor_core.worker._context import ContextData, TaskInProgress
from conductor_core.worker._isolation._remote import RemoteError
from conductor_core.worker._json import UnserializableError, fields_of, to_json_object, to_json_value
from conductor_core.worker._known_models import is_model

if TYPE_CHECKING:
    from types import TracebackType

    from conductor_core.models import TaskResult
    from conductor_core.worker._polled import JsonObject, JsonValue, PolledTask

logger = logging.getLogger("conductor.worker")

COMPLETED: Final = "COMPLETED"
FAILED: Final = "FAILED"
TERMINAL: Final = "FAILED_WITH_TERMINAL_ERROR"
IN_PROGRESS: Final = "IN_PROGRESS"
MAX_REASON_LENGTH: Final = 500
_HINT: Final = "the value has no JSON form; return a dict, dataclass, pydantic model, list, text or number"


@dataclass(slots=True, kw_only=True)
class Outcome:
    """How one execution ended, ready to be sent.

    Attributes:
        status: one of the task result statuses.
        output: output data, JSON throughout.
        reason: why it failed, at most 500 characters.
        callback_after_seconds: when to hand an unfinished task out again.
        logs: lines for the task's execution log.
        extra: further fields of a result document that the worker made itself, its worker id among them.
        cause: what the function raised.
        output_size_bytes: size of the output's JSON, once :func:`limited` has looked at it.
    """

    status: str = COMPLETED
    output: JsonObject = field(default_factory=dict[str, "JsonValue"])
    reason: str | None = None
    callback_after_seconds: int | None = None
    logs: list[JsonObject] = field(default_factory=list["JsonObject"])
    extra: JsonObject = field(default_factory=dict[str, "JsonValue"])
    cause: BaseException | None = None
    output_size_bytes: int = 0

    def document(self, task: PolledTask, worker_id: str) -> JsonObject:
        """Return the body of the update, with nothing in it that is not set."""
        document: JsonObject = {
            **self.extra,
            "taskId": task.task_id,
            "workflowInstanceId": task.workflow_instance_id,
            "workerId": self.extra.get("workerId") or worker_id,
            "status": self.status,
            "outputData": self.output,
        }
        if self.reason is not None:
            document["reasonForIncompletion"] = self.reason
        if self.callback_after_seconds is not None:
            document["callbackAfterSeconds"] = self.callback_after_seconds
        if self.logs:
            document["logs"] = list(self.logs)
        return document


def returned(value: object, context: ContextData, task: PolledTask) -> Outcome:
    """Make the outcome of a worker function that returned.

    A value that cannot be sent gives a failed outcome that says so; this never raises for one.
    """
    try:
        outcome = _outcome_of(value, task)
        own = outcome.output
        if context.output:
            outcome.output = {**to_json_object(context.output), **own}
    except Exception as error:  # noqa: BLE001 - a returned object may run any code while it is converted
        return raised(error, context, task)
    outcome.logs.extend(context.logs)
    if outcome.callback_after_seconds is None:
        outcome.callback_after_seconds = context.callback_after_seconds
    return outcome


def raised(error: BaseException, context: ContextData, task: PolledTask) -> Outcome:
    """Make the outcome of a worker function that raised, or whose input could not be used."""
    text = _message(error)
    logs = list(context.logs)
    if len(text) > MAX_REASON_LENGTH:
        logs.append(log_entry(text, task))
    path = getattr(error, "path", None) if isinstance(error, NonRetryableException) else None
    if isinstance(path, str):
        logs.append(log_entry(f"{getattr(error, 'side', 'input')} at fault: {path}", task))
    logs.append(log_entry(_traceback(error), task))
    return Outcome(
        status=TERMINAL if is_final(error) else FAILED,
        output=_context_output(context),
        reason=text[:MAX_REASON_LENGTH],
        callback_after_seconds=context.callback_after_seconds,
        logs=logs,
        cause=error,
    )


def is_final(error: BaseException) -> bool:
    """Tell whether trying again cannot help: so the error says, or each one of the group that it is.

    A task group puts whatever its tasks raise into a group. With any other error beside, the task is tried again: it may
    be cured by then, and what is final will say so alone.
    """
    if isinstance(error, BaseExceptionGroup):
        return all(map(is_final, cast("BaseExceptionGroup[BaseException]", error).exceptions))
    return isinstance(error, NonRetryableException)


class OutputTooLargeError(NonRetryableException):
    """The output of a worker is larger than the configured limit; another try would make the same."""


def limited(outcome: Outcome, limit: int, task: PolledTask) -> Outcome:
    """Return the outcome with its size, or a failure that names both sizes where its output is larger than the limit.

    Args:
        outcome: how the execution ended.
        limit: most bytes of the output's JSON.
        task: the task.
    """
    size = len(encoded(outcome.output))
    if size <= limit:
        outcome.output_size_bytes = size
        return outcome
    text = f"the output has {size} bytes, more than the limit of {limit} bytes (setting max_output_bytes): store it elsewhere and return where"
    return raised(OutputTooLargeError(text), ContextData(logs=tuple(outcome.logs)), task)


def given_back(reason: str, task: PolledTask) -> Outcome:
    """Make the outcome of a task that this process cannot finish: another worker may take it at once.

    It says again what earlier calls of the task have put out, since an update replaces the output as a whole.
    """
    before = task.document.get("outputData")
    output = before if isinstance(before, dict) else {}
    return Outcome(status=IN_PROGRESS, output=output, callback_after_seconds=0, cause=asyncio.CancelledError(reason))


def log_entry(text: str, task: PolledTask) -> JsonObject:
    """Return one line of a task's execution log, stamped in milliseconds."""
    return {"log": text, "createdTime": time.time_ns() // 1_000_000, "taskId": task.task_id}


def _outcome_of(value: object, task: PolledTask) -> Outcome:
    if type(value) is dict:
        return Outcome(output=_object(cast("dict[object, object]", value)))
    if is_model(value, "TaskResult"):
        return _own_result(cast("TaskResult", value), task)
    if isinstance(value, TaskInProgress):
        return Outcome(
            status=IN_PROGRESS,
            callback_after_seconds=value.callback_after_seconds,
            output=_object(value.output),
        )
    fields = fields_of(value)
    if fields is not None:
        return Outcome(output=_object(fields))
    return Outcome(output=_wrapped(value))


def _object(fields: object) -> JsonObject:
    """Convert an object's parts, each for itself: one without a JSON form is described and spoils no other."""
    parts = fields_of(fields) or {}
    try:
        return to_json_object(parts)
    except UnserializableError:
        pass  # the parts one by one, which takes longer
    return {key: value for name, item in parts.items() for key, value in _part(name, item).items()}


def _part(name: object, item: object) -> JsonObject:
    try:
        return to_json_object({name: item})
    except UnserializableError as error:
        return to_json_object({name: _described(item, error)})


def _wrapped(value: object) -> JsonObject:
    try:
        return {"result": to_json_value(value)}
    except UnserializableError as error:
        return _described(value, error)


def _described(value: object, error: UnserializableError) -> JsonObject:
    logger.warning("a worker returned a value of type %s that cannot be sent: %s", type(value).__name__, error)
    return {"result": to_json_value(str(value)), "type": type(value).__name__, "error": f"{error}: {_HINT}"}


def _own_result(result: TaskResult, task: PolledTask) -> Outcome:
    """Use a result that the worker made itself; what it cannot contain fails the task."""
    # The output is converted here: the model's own dump would turn NaN into null without a word.
    output = to_json_object(result.output_data)
    document = to_json_object(result.model_copy(update={"output_data": {}}).to_wire())
    document.pop("outputData", None)
    logs = document.pop("logs", None)
    callback = document.pop("callbackAfterSeconds", None)
    reason = document.pop("reasonForIncompletion", None)
    status = document.pop("status", None)
    entries = [entry for entry in logs if isinstance(entry, dict)] if isinstance(logs, list) else []
    return Outcome(
        status=str(status or COMPLETED),
        output=output,
        reason=str(reason) if reason is not None else None,
        callback_after_seconds=int(callback) if isinstance(callback, int | float) else None,
        logs=[{"taskId": task.task_id, **entry} for entry in entries],
        extra=document,
    )


def _context_output(context: ContextData) -> JsonObject:
    try:
        return to_json_object(context.output or {})
    except Exception:  # noqa: BLE001 - the same; the task has failed for another reason already
        return {}


def text_of(error: BaseException) -> str:
    """Return what an error says, which may be nothing; a group says what its members do, since its own text tells nobody."""
    try:
        text = str(error).strip()
    except Exception:  # noqa: BLE001 - an exception's own __str__ may fail; the task's failure must still be told
        text = ""
    if isinstance(error, BaseExceptionGroup):
        members = cast("BaseExceptionGroup[BaseException]", error).exceptions
        text += ": " + "; ".join(map(_message, members))
    return without_inputs(sendable(text))


def _message(error: BaseException) -> str:
    return text_of(error) or type(error).__name__


def _traceback(error: BaseException) -> str:
    """Return the traceback from the worker function on, without the runtime's own frames."""
    if isinstance(error, RemoteError):
        return error.remote_traceback
    text = "".join(traceback.format_exception(type(error), error, _outside(error.__traceback__)))
    return without_inputs(sendable(text))


def _outside(frames: TracebackType | None) -> TracebackType | None:
    own = __name__.rpartition(".")[0]
    while frames is not None and str(frames.tb_frame.f_globals.get("__name__", "")).startswith(own):
        frames = frames.tb_next
    return frames
