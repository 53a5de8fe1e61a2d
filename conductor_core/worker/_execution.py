"""Runs one worker function for one task: arguments in, outcome out, events in between."""

from __future__ import annotations

import asyncio
import functools
import importlib
import inspect
import logging
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from conductor_core.interfaces import ExecuteInput
from conductor_core.worker._binding import Arguments, Binder
from conductor_core.worker._notify import (
    TASK_EXECUTION_COMPLETED,
    TASK_EXECUTION_FAILURE,
    TASK_EXECUTION_STARTED,
    TASK_PAYLOAD_USED,
    TASK_RESULT_PAYLOAD_SIZE,
)
from conductor_core.worker._stop import is_cancelling
from conductor_core.worker._threads import Ended, WorkerThreads
from conductor_core.worker._validation import SchemaMismatchError, check_of, is_bound_strictly

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from conductor_core.interfaces import Execute
    from conductor_core.worker._config import WorkerConfig
    from conductor_core.worker._context import TaskContext
    from conductor_core.worker._isolation._execution import ProcessExecution
    from conductor_core.worker._polled import PolledTask
    from conductor_core.worker._results import Outcome
    from conductor_core.worker._services import Services
    from conductor_core.worker._worker import WorkerDefinition

logger = logging.getLogger("conductor.worker")

_STORED_INPUT: Final = "externalInputPayloadStoragePath"
_STORED_OUTPUT: Final = "externalOutputPayloadStoragePath"


class CancelledByWorkerError(Exception):
    """A worker function was cancelled, and not by the runtime."""


class _CarriedError(Exception):
    """Carries out of coroutines what means something else to them: StopIteration and GeneratorExit."""

    def __init__(self, error: BaseException) -> None:
        self.error = error
        super().__init__(repr(error))


@dataclass(frozen=True, slots=True)
class Executed:
    """How an execution ended, and how long it took."""

    outcome: Outcome
    duration_ms: float


class Execution:
    """Runs the function of one worker.

    Args:
        definition: the worker.
        config: its resolved options.
        services: what the runners of a runtime share.
        wrap: puts the plugins' wrappers around an execution.
        isolated: the child processes that run the function; None runs it in this process.

    Raises:
        WorkerError: an annotation of the function cannot be used.
    """

    def __init__(
        self,
        definition: WorkerDefinition,
        config: WorkerConfig,
        services: Services,
        wrap: Callable[[Execute], Execute],
        isolated: ProcessExecution | None = None,
    ) -> None:
        self._definition = definition
        self._config = config
        self._services = services
        self._isolated = isolated
        self._binder = Binder(
            definition.signature,
            missing_as_none=definition.missing_as_none,
            strict=is_bound_strictly(definition, config),
        )
        self._check_input = check_of(definition, config, "input")
        self._check_output = check_of(definition, config, "output")
        self._threads = WorkerThreads(f"conductor-{definition.name}")
        wrapped = wrap(self._innermost)
        self._wrapped = None if wrapped == self._innermost else wrapped

    def close(self) -> None:
        """Let the worker's threads and child processes end."""
        self._threads.close()
        if self._isolated is not None:
            self._isolated.close()

    @staticmethod
    def prepare() -> None:
        """Load what the first task needs and no poll does, so that polls begin before and tasks do not wait for it."""
        for name in ("conductor_core.worker._results", "pydantic_core"):
            importlib.import_module(name)

    async def run(self, task: PolledTask, context: TaskContext) -> Executed:
        """Run the function and return how it ended; only a cancellation by the runtime is raised.

        The caller passes what it returns to :meth:`tell` once the result is safe.

        Args:
            task: the task to run.
            context: its context, which the caller has made the current one.
        """
        from conductor_core.worker._results import COMPLETED, limited, raised, returned  # noqa: PLC0415 - see prepare()

        services, config = self._services, self._config
        leased = config.lease_extend_enabled and services.leases.track(task, config.worker_id)
        try:
            if task.document.get(_STORED_INPUT):
                await self._payload_used("READ", "TASK_INPUT")
            if services.notifier.listens(TASK_EXECUTION_STARTED):
                await services.notifier.teller.execution_started(config, task)
            started = services.now()
            ended = await self._ended(task)
            duration = services.elapsed_ms(started)
            data = context.close()
            outcome = returned(ended.value, data, task) if ended.error is None else raised(ended.error, data, task)
            if self._check_output is not None and outcome.status == COMPLETED:
                try:
                    self._check_output(outcome.output)
                except SchemaMismatchError as error:
                    outcome = raised(error, data, task)
            outcome = limited(outcome, services.max_output_bytes, task)
        finally:
            if leased:
                services.leases.untrack(task.task_id)
        return Executed(outcome, duration)

    async def _ended(self, task: PolledTask) -> Ended:
        """Build the arguments and run the function, with the plugins' wrappers around both."""
        run = self._innermost_of(task) if self._wrapped is None else self._wrapped(self._input(task))
        try:
            return Ended(await run)
        except asyncio.CancelledError:
            if is_cancelling():
                raise
            return Ended(error=CancelledByWorkerError("the worker function was cancelled"))
        except _CarriedError as carried:
            return Ended(error=carried.error)
        except GeneratorExit:  # the loop is gone, and this coroutine with it
            raise
        except BaseException as error:  # noqa: BLE001 - whatever a worker raises fails its task and nothing else
            return Ended(error=error)

    def _input(self, task: PolledTask) -> ExecuteInput:
        config, driver = self._config, self._services.client.driver
        return ExecuteInput(polled=task, worker_id=config.worker_id, domain=config.domain, driver=driver)

    async def _innermost(self, given: ExecuteInput) -> object:
        """Run the function for the task that the wrappers hand on, which may be a changed copy."""
        return await self._innermost_of(given.polled)

    async def _innermost_of(self, task: PolledTask) -> object:
        if self._check_input is not None:
            self._check_input(task.input_data)
        if self._isolated is not None:
            return await self._isolated.run(task)
        arguments = self._binder.bind(task)
        signature = self._definition.signature
        if signature.is_async:
            ended = await _in_own_task(signature.function, arguments)
        else:
            call = functools.partial(signature.function, *arguments.args, **arguments.kwargs)
            ended = await self._threads.submit(call)
            if ended.error is None and inspect.isawaitable(ended.value):
                # A plain function that returns a coroutine, such as a lambda around an async one.
                ended = await _awaited(ended.value)
        if isinstance(ended.error, StopIteration | GeneratorExit):
            raise _CarriedError(ended.error)
        if ended.error is not None:
            raise ended.error
        return ended.value

    async def tell(self, task: PolledTask, executed: Executed) -> None:
        """Tell listeners and ``on_error`` how an execution ended."""
        config, notifier, outcome = self._config, self._services.notifier, executed.outcome
        if outcome.cause is not None:
            logger.debug("task %s of type %s failed", task.task_id, self._definition.name, exc_info=outcome.cause)
            self._services.report_error(outcome.cause, task)
            if notifier.listens(TASK_EXECUTION_FAILURE):
                await notifier.teller.execution_failed(config, task, executed.duration_ms, outcome.cause)
        elif notifier.listens(TASK_EXECUTION_COMPLETED) or notifier.listens(TASK_RESULT_PAYLOAD_SIZE):
            size = outcome.output_size_bytes
            if notifier.listens(TASK_EXECUTION_COMPLETED):
                await notifier.teller.execution_completed(config, task, executed.duration_ms, size)
            if notifier.listens(TASK_RESULT_PAYLOAD_SIZE):
                await notifier.teller.result_size(config.name, size)
        if _STORED_OUTPUT in outcome.extra:
            await self._payload_used("WRITE", "TASK_OUTPUT")

    async def _payload_used(
        self, operation: Literal["READ", "WRITE"], payload_type: Literal["TASK_INPUT", "TASK_OUTPUT"]
    ) -> None:
        notifier = self._services.notifier
        if notifier.listens(TASK_PAYLOAD_USED):
            await notifier.teller.payload_used(self._config.name, operation, payload_type)


async def _in_own_task(function: Callable[..., Awaitable[object]], arguments: Arguments) -> Ended:
    """Run a coroutine in a task of its own; when the runtime cancels, it is cancelled and not waited for."""
    loop, outer = asyncio.get_running_loop(), asyncio.current_task()
    # Set by the inner task itself, which spares a turn of the loop over waiting for its end.
    done: asyncio.Future[Ended] = loop.create_future()
    # Under one name, so that the watch over the loop can tell whose function blocks it.
    name = outer.get_name() if outer is not None else None
    inner = _task(_guarded(function, arguments, done), loop, name)
    if done.done():
        return done.result()
    inner.add_done_callback(functools.partial(_end_without_result, done))
    try:
        return await done
    except asyncio.CancelledError:
        inner.cancel()
        raise


def _task(
    coroutine: Coroutine[Any, Any, None], loop: asyncio.AbstractEventLoop, name: str | None
) -> asyncio.Task[None]:
    if sys.version_info >= (3, 12):
        # It runs up to its first wait at once: one that never waits needs no turn of the loop.
        return asyncio.Task(coroutine, loop=loop, name=name, eager_start=True)
    return loop.create_task(coroutine, name=name)


async def _guarded(
    function: Callable[..., Awaitable[object]], arguments: Arguments, done: asyncio.Future[Ended]
) -> None:
    try:
        ended = Ended(await function(*arguments.args, **arguments.kwargs))
    except (asyncio.CancelledError, GeneratorExit):
        raise
    except BaseException as error:  # noqa: BLE001 - asyncio would carry SystemExit out of the loop and end the runtime
        ended = Ended(error=error)
    if not done.done():
        done.set_result(ended)


def _end_without_result(done: asyncio.Future[Ended], inner: asyncio.Task[None]) -> None:
    """End what was cancelled, by the worker itself or before it began."""
    error = None if inner.cancelled() else inner.exception()
    if not done.done():
        done.set_result(Ended(error=error or CancelledByWorkerError("the worker cancelled itself")))


async def _awaited(value: Awaitable[object]) -> Ended:
    async def value_of() -> object:
        return await value

    return await _in_own_task(value_of, Arguments((), {}))
