"""``@worker_task``: a function becomes a worker and stays a function."""

from __future__ import annotations

import functools
import inspect
import sys
from typing import TYPE_CHECKING, Any, Literal, ParamSpec, Protocol, TypeVar, cast, overload

from conductor_core.worker._call_task import SimpleTaskCall
from conductor_core.worker._config import WorkerOptions
from conductor_core.worker._registry import register_worker
from conductor_core.worker._worker import WorkerDefinition, define_worker

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conductor_core.models import TaskDef

P = ParamSpec("P")
R_co = TypeVar("R_co", covariant=True)

_DEFINITION = "__conductor_worker__"
_REFERENCE = "task_ref_name"


class DecoratedWorker(Protocol[P, R_co]):
    """A worker function: call it as it is, or with ``task_ref_name=`` for a task of a workflow definition."""

    __name__: str

    @overload
    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co: ...
    @overload
    def __call__(self, *, task_ref_name: str, **inputs: object) -> SimpleTaskCall: ...
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the function, or make a task that calls it."""
        ...


def worker_task(
    task_definition_name: str,
    *,
    poll_interval_millis: float | None = None,
    domain: str | None = None,
    worker_id: str | None = None,
    thread_count: int | None = None,
    register_task_def: bool | None = None,
    poll_timeout: int | None = None,
    task_def: TaskDef | None = None,
    overwrite_task_def: bool | None = None,
    strict_schema: bool | None = None,
    lease_extend_enabled: bool | None = None,
    register_schema: bool | None = None,
    missing_as_none: bool = False,
    input_type: object = None,
    output_type: object = None,
    isolation: Literal["thread", "process"] | None = None,
) -> Callable[[Callable[P, R_co]], DecoratedWorker[P, R_co]]:
    """Register a function as the worker of a task definition.

    The function's parameters are taken from the task's input by name and converted to their annotations; its return
    value becomes the output. It stays a plain function for everybody who calls it.

    Args:
        task_definition_name: the task definition that it serves.
        poll_interval_millis: milliseconds between polls of an empty queue; 100 by default.
        domain: task domain; None or an empty text is none.
        worker_id: how it calls itself to the server; the host name by default.
        thread_count: tasks at the same time, for ``def`` and ``async def`` alike; 1 by default.
        register_task_def: register the task definition before the first poll.
        poll_timeout: milliseconds that the server may hold an empty poll open, at most 5000; 100 by default.
        task_def: the task definition to register; its name is replaced by this worker's.
        overwrite_task_def: replace a definition that is already there; True by default.
        strict_schema: refuse input that does not fit the signature exactly, unknown keys included.
        lease_extend_enabled: send heartbeats while a task with a response timeout runs.
        register_schema: register JSON schemas made from the signature.
        missing_as_none: give None for an absent parameter without a default, instead of failing the task.
        input_type: a type, or a schema made by ``json_schema({...})``, that the whole input shall fit: it is registered in
            place of the one made from the signature, and with ``strict_schema`` each input is validated by it.
        output_type: the same for the output.
        isolation: ``process`` runs the function in child processes, one for each task at a time, so that a crash of
            one task touches no other; ``thread``, the default, runs ``async def`` on the loop and ``def`` in a thread.

    Raises:
        WorkerError: the name is empty, the function has no readable signature, or no other process could find it.
    """
    options = WorkerOptions(
        poll_interval=poll_interval_millis,
        domain=domain,
        worker_id=worker_id,
        concurrency=thread_count,
        register_task_def=register_task_def,
        poll_timeout=poll_timeout,
        overwrite_task_def=overwrite_task_def,
        strict_schema=strict_schema,
        lease_extend_enabled=lease_extend_enabled,
        register_schema=register_schema,
        isolation=isolation,
    )

    def decorate(function: Callable[P, R_co]) -> DecoratedWorker[P, R_co]:
        definition = define_worker(
            task_definition_name,
            function,
            options,
            task_def=task_def,
            missing_as_none=missing_as_none,
            input_type=input_type,
            output_type=output_type,
            source="decorator",
            caller_locals=_caller_locals(),
        )
        register_worker(definition)
        worker = _dual(definition.function, definition)
        # In the body of a class: it stays one for who calls it through an instance.
        kept: object = staticmethod(worker) if isinstance(function, staticmethod) else worker
        return cast("DecoratedWorker[P, R_co]", kept)

    return decorate


def WorkerTask(  # noqa: N802 - the older decorator's name and options
    task_definition_name: str,
    poll_interval: float | None = None,
    domain: str | None = None,
    worker_id: str | None = None,
    poll_interval_seconds: float | None = None,
    thread_count: int | None = None,
    **options: Any,
) -> Callable[[Callable[P, R_co]], DecoratedWorker[P, R_co]]:
    """Register a worker with the older decorator's arguments; see :func:`worker_task` for all others.

    Args:
        task_definition_name: the task definition that it serves.
        poll_interval: milliseconds between polls of an empty queue.
        domain: task domain.
        worker_id: how it calls itself to the server.
        poll_interval_seconds: the interval in seconds; counts when ``poll_interval`` is not given.
        thread_count: tasks at the same time.
        options: keywords of :func:`worker_task`.
    """
    if poll_interval is None and poll_interval_seconds is not None:
        poll_interval = poll_interval_seconds * 1000
    return worker_task(
        task_definition_name,
        poll_interval_millis=poll_interval,
        domain=domain,
        worker_id=worker_id,
        thread_count=thread_count,
        **options,
    )


def worker_of(candidate: object) -> WorkerDefinition | None:
    """Return the definition behind a decorated function, or None."""
    found = getattr(candidate, _DEFINITION, None)
    return found if isinstance(found, WorkerDefinition) else None


def _dual(function: Callable[P, R_co], definition: WorkerDefinition) -> DecoratedWorker[P, R_co]:
    takes_reference = any(p.name == _REFERENCE for p in definition.signature.parameters)

    @functools.wraps(function)
    def decorated(*args: P.args, **kwargs: P.kwargs) -> R_co | SimpleTaskCall:
        if _REFERENCE in kwargs and not takes_reference:
            inputs: dict[str, object] = dict(kwargs)
            return SimpleTaskCall(definition.name, str(inputs.pop(_REFERENCE) or ""), inputs)
        return function(*args, **kwargs)

    setattr(decorated, _DEFINITION, definition)
    if definition.signature.is_async and sys.version_info >= (3, 12):
        inspect.markcoroutinefunction(decorated)
    return cast("DecoratedWorker[P, R_co]", decorated)


def _caller_locals() -> Mapping[str, object]:
    """Return the local names where the decorator stands, when that is inside a function."""
    frame = sys._getframe(2)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - as the standard library does it
    return {} if frame.f_locals is frame.f_globals else frame.f_locals
