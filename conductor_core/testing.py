"""For tests of workers: a function runs as the runtime would run it, without a server."""

from __future__ import annotations

import asyncio
import contextvars
import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from conductor_core.errors import WorkerError
from conductor_core.models import Task, TaskResult
from conductor_core.worker._binding import Binder
from conductor_core.worker._body import decoded, encoded
from conductor_core.worker._config import resolve_config
from conductor_core.worker._context import TaskContext, activate
from conductor_core.worker._polled import PolledTask
from conductor_core.worker._results import COMPLETED, raised, returned
from conductor_core.worker._sources import definitions_of
from conductor_core.worker._validation import SchemaMismatchError, check_of, is_bound_strictly

if TYPE_CHECKING:
    from conductor_core.worker._polled import JsonObject
    from conductor_core.worker._results import Outcome
    from conductor_core.worker._worker import WorkerDefinition

__all__ = ["run_worker", "run_worker_async"]


def run_worker(worker: object, given: Task | Mapping[str, object]) -> TaskResult:
    """Run a worker for one task, and return the result that the server would get.

    Arguments, context, schemas, return value and exceptions go the way that they go in production; nothing is sent, and no
    environment variable is read. What the worker raises becomes a failed result::

        result = run_worker(charge, {"amount": "12.50"})
        assert (result.status, result.output_data) == ("COMPLETED", {"result": 1250})

    Args:
        worker: a decorated function, an object with ``execute``, or a definition.
        given: the input, or a whole task, for a worker that looks at retries, polls or other fields of it.

    Raises:
        WorkerError: it is no worker, or an event loop runs here: await :func:`run_worker_async` then.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(run_worker_async(worker, given))
    raise WorkerError("an event loop runs here: use `await run_worker_async(...)`")


async def run_worker_async(worker: object, given: Task | Mapping[str, object]) -> TaskResult:
    """Run a worker for one task on the running event loop; see :func:`run_worker`.

    Args:
        worker: a decorated function, an object with ``execute``, or a definition.
        given: the input, or a whole task.

    Raises:
        WorkerError: it is no worker.
    """
    definition = definitions_of(worker)[0]
    task = _polled(definition.name, given)
    outcome = await asyncio.create_task(_run(definition, task), context=contextvars.copy_context())
    body = encoded(outcome.document(task, resolve_config(definition.name, definition.options, {}).worker_id))
    return TaskResult.model_validate(decoded(body))


async def _run(definition: WorkerDefinition, task: PolledTask) -> Outcome:
    """Do what an execution does, in the thread of the test: its breakpoints and its patches count."""
    config = resolve_config(definition.name, definition.options, {})
    strict = is_bound_strictly(definition, config)
    binder = Binder(definition.signature, missing_as_none=definition.missing_as_none, strict=strict)
    check_input, check_output = check_of(definition, config, "input"), check_of(definition, config, "output")
    context = TaskContext(task)
    activate(context)
    try:
        if check_input is not None:
            check_input(task.input_data)
        arguments = binder.bind(task)
        value = definition.function(*arguments.args, **arguments.kwargs)
        if inspect.isawaitable(value):
            value = await value
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a worker raises fails its task
        return raised(error, context.close(), task)
    data = context.close()
    outcome = returned(value, data, task)
    if check_output is not None and outcome.status == COMPLETED:
        try:
            check_output(outcome.output)
        except SchemaMismatchError as error:
            return raised(error, data, task)
    return outcome


def _polled(name: str, given: Task | Mapping[str, object]) -> PolledTask:
    """Return the task as a poll would bring it, with ids where the test gave none."""
    if isinstance(given, Task):
        document = given.to_wire()
    elif isinstance(given, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance] - who calls it without a type checker
        document = {"inputData": dict(given)}
    else:
        raise WorkerError(f"a worker runs for a Task or for its input as a mapping, got {type(given).__name__}")
    ids = {"taskId": "test-task", "workflowInstanceId": "test-workflow", "taskType": name, "taskDefName": name}
    plain = decoded(encoded(cast("JsonObject", document)))
    return PolledTask({**ids, **{field: value for field, value in plain.items() if value not in (None, "")}})
