"""A worker as code describes it: a function, the task it serves and its options."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conductor_core.errors import WorkerError
from conductor_core.worker._config import WorkerOptions
from conductor_core.worker._env import PROCESS, THREAD
from conductor_core.worker._signature import Signature, analyse, describe
from conductor_core.worker._validation import WorkerSchemas

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conductor_core.models import TaskDef


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerDefinition:
    """One worker: what ``@worker_task`` registers, and what ``TaskHandler(workers=[...])`` takes.

    Attributes:
        name: task definition name.
        signature: the worker function and its shape.
        options: what code says about polling and execution.
        task_def: the task definition to register for it.
        missing_as_none: give None for absent parameters without a default.
        schemas: what it states of its input and output.
        source: how it was found, for the summary.
    """

    name: str
    signature: Signature
    options: WorkerOptions = field(default_factory=WorkerOptions)
    task_def: TaskDef | None = None
    missing_as_none: bool = False
    schemas: WorkerSchemas = field(default_factory=WorkerSchemas)
    source: str = "code"

    @property
    def function(self) -> Callable[..., Any]:
        """The worker function."""
        return self.signature.function

    @property
    def domain(self) -> str | None:
        """The domain that code gives, or None; an empty text is none."""
        return (self.options.domain or "").strip() or None

    @property
    def key(self) -> tuple[str, str | None]:
        """What makes a worker unique: task definition name and domain."""
        return self.name, self.domain

    @property
    def module(self) -> str:
        """The module that the function was defined in."""
        return str(getattr(self.function, "__module__", None) or describe(self.function).rpartition(".")[0])

    def input_schema(self, *, strict: bool = False) -> dict[str, Any]:
        """Return the JSON schema (draft 7) of its input: the stated one, or that of the function's parameters.

        Args:
            strict: allow no further keys, where it is made from the parameters.

        Raises:
            WorkerError: an annotation is not a type that values can be converted to.
        """
        stated = self.schemas.document("input")
        if stated is not None:
            return stated
        from conductor_core.worker._binding import Binder  # noqa: PLC0415 - loaded where schemas are wanted
        from conductor_core.worker._schema import input_schema  # noqa: PLC0415 - loads pydantic

        return input_schema(Binder(self.signature, strict=strict), strict=strict)

    def output_schema(self) -> dict[str, Any] | None:
        """Return the JSON schema (draft 7) of its output; None where nothing is said about it.

        Raises:
            WorkerError: a name in the annotation is not defined.
        """
        stated = self.schemas.document("output")
        if stated is not None:
            return stated
        from conductor_core.worker._schema import output_schema  # noqa: PLC0415 - loads pydantic

        return output_schema(self.signature)


def define_worker(
    name: str,
    function: Callable[..., Any],
    options: WorkerOptions | None = None,
    *,
    task_def: TaskDef | None = None,
    missing_as_none: bool = False,
    input_type: object = None,
    output_type: object = None,
    source: str = "code",
    caller_locals: Mapping[str, object] | None = None,
) -> WorkerDefinition:
    """Describe a worker without registering it.

    Args:
        name: task definition name.
        function: ``def`` or ``async def``, method, partial or callable object.
        options: polling and execution.
        task_def: the task definition to register for it.
        missing_as_none: give None for absent parameters without a default, instead of failing the task.
        input_type: a type, or a schema made by ``json_schema``, that the whole input shall fit.
        output_type: the same for the output.
        source: how it was found.
        caller_locals: local names that its text annotations may mention.

    Raises:
        WorkerError: the name is empty, the function cannot be called, or no other process could find one that shall run
            in a child process.
    """
    _check_name(name)
    options = options or WorkerOptions()
    signature = analyse(function, caller_locals)
    if options.isolation is not None:
        _check_isolation(name, function, options.isolation)
    return WorkerDefinition(
        name=name.strip(),
        signature=signature,
        options=options,
        task_def=task_def,
        missing_as_none=missing_as_none,
        schemas=WorkerSchemas(input_type, output_type),
        source=source,
    )


def _check_name(name: object) -> None:
    if not isinstance(name, str) or not name.strip():
        raise WorkerError(f"a worker needs the name of its task definition as text, got {name!r}")


def _check_isolation(name: str, function: Callable[..., Any], isolation: object) -> None:
    if isolation not in (THREAD, PROCESS):
        raise WorkerError(f"isolation of worker {name!r} must be 'thread' or 'process', got {isolation!r}")
    if isolation == PROCESS:
        from conductor_core.worker._isolation._address import check_function  # noqa: PLC0415 - few workers need it

        check_function(name, function)
