"""From a task's input to the arguments of a worker function."""

from __future__ import annotations

import inspect
import types
import typing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, Optional

from conductor_core.errors import NonRetryableException, WorkerError
from conductor_core.worker._context import TaskContext, get_task_context
from conductor_core.worker._converter import ConversionError, Converter, without_names
from conductor_core.worker._fields import MISSING, Made, described, is_field
from conductor_core.worker._known_models import is_model_type
from conductor_core.worker._polled import PolledTask

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conductor_core.models import Task
    from conductor_core.worker._signature import Signature

# What a wrapper's parameters are annotated with when it takes those of any function.
_OF_ANY_FUNCTION: Final = (typing.ParamSpecArgs, typing.ParamSpecKwargs)
_VARIADIC: Final = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
_LEFT_OUT: Final = object()
# Stands where a value is only found by a path through the input.
_NO_KEY: Final = "\0"


class InvalidInputError(NonRetryableException):
    """A task's input does not fit its worker function; trying again cannot help.

    Attributes:
        path: the parameter or input key at fault.
    """

    def __init__(self, message: str, path: str) -> None:
        self.path = path
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class _Argument:
    """How one parameter gets its value.

    ``default`` is used for an absent key, which some are left out for; ``adapter`` is None where the raw value is handed over.
    ``key`` is the input's, mostly the name; where that is absent ``elsewhere`` may find the value; ``keys`` are all that may be read.
    """

    name: str
    adapter: Converter | None
    default: object
    by_keyword: bool
    wants_task: Callable[[PolledTask], object] | None = None
    key: str = ""
    elsewhere: Callable[[Mapping[str, Any]], object] | None = None
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of one call."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any]


class Binder:
    """Builds the arguments of one worker function; made once, when workers start.

    Args:
        signature: the function's shape.
        missing_as_none: give None for an absent parameter that has no default, instead of failing the task.
        strict: refuse keys that no parameter takes, and values whose JSON type is another one.

    Raises:
        WorkerError: an annotation is not a type that values can be converted to.
    """

    def __init__(self, signature: Signature, *, missing_as_none: bool = False, strict: bool = False) -> None:
        self._label = signature.label
        self._missing_as_none = missing_as_none
        self._strict = strict
        annotations = signature.annotations()
        self._alone = _takes_whole_task(signature, annotations)
        only = signature.parameters[0] if self._alone is not None else None
        self._alone_name = only.name if only is not None and only.kind is inspect.Parameter.KEYWORD_ONLY else None
        named = [p for p in signature.parameters if p.kind not in _VARIADIC]
        self._named = () if self._alone else tuple(self._argument(p, annotations) for p in named)
        unpacked = self._unpacked(signature, annotations)
        self._named += unpacked
        self._names = frozenset(key for a in self._named for key in a.keys)
        # The function has these already: an input key of the same name would be a second value.
        self._given = frozenset(p.name for p in named if p.kind is not inspect.Parameter.POSITIONAL_ONLY) - self._names
        self._rest = self._variadic(signature, annotations, inspect.Parameter.VAR_POSITIONAL)
        by_name = None if unpacked else self._variadic(signature, annotations, inspect.Parameter.VAR_KEYWORD)
        self._rest_by_name = by_name

    def bind(self, task: PolledTask) -> Arguments:
        """Return the arguments for one task.

        Raises:
            InvalidInputError: a required value is absent, or one cannot be converted.
        """
        if self._alone is not None:
            whole = self._alone(task)
            return Arguments((whole,), {}) if self._alone_name is None else Arguments((), {self._alone_name: whole})
        args: list[object] = []
        kwargs: dict[str, object] = {}
        for argument in self._named:
            value = self._value(argument, task)
            if value is _LEFT_OUT:
                continue
            if argument.by_keyword:
                kwargs[argument.name] = value
            else:
                args.append(value)
        self._bind_rest(task, args, kwargs)
        return Arguments(tuple(args), kwargs)

    @property
    def inputs(self) -> tuple[tuple[str, Converter | None, bool], ...]:
        """Key, adapter and whether it is required, for each input key that a parameter takes."""
        return tuple(
            (key, a.adapter if key == a.key else None, a.default is MISSING and len(a.keys) == 1)
            for a in self._named
            for key in a.keys
        )

    @property
    def takes_any_input(self) -> bool:
        """Whether keys that no parameter names are wanted: by ``*args``, ``**kwargs`` or a parameter for the task."""
        return self._alone is not None or self._rest is not None or self._rest_by_name is not None

    def _value(self, argument: _Argument, task: PolledTask) -> object:
        if argument.wants_task is not None:
            return argument.wants_task(task)
        value: object = task.input_data.get(argument.key, MISSING)
        if value is not MISSING:
            return self._converted(argument.name, argument.adapter, value)
        if argument.elsewhere is not None and (value := argument.elsewhere(task.input_data)) is not MISSING:
            return self._converted(argument.name, argument.adapter, value)
        default = argument.default
        if default is not MISSING:
            return default.make() if type(default) is Made else default
        if self._missing_as_none:
            return None
        sought = "such key" if argument.keys == (argument.name,) else f"key {' or '.join(map(repr, argument.keys))}"
        raise InvalidInputError(
            f"parameter {argument.name!r} of {self._label} is required, and the task's input has no {sought}",
            argument.keys[0],
        )

    def _converted(self, name: str, adapter: Converter | None, value: object) -> object:
        if adapter is None or (value is None and self._missing_as_none):
            return value
        try:
            return adapter.convert(value, strict=self._strict)
        except ConversionError as error:
            raise self._misfit(name, adapter, value, error) from None

    def _misfit(self, name: str, adapter: Converter, value: object, error: ConversionError) -> InvalidInputError:
        return InvalidInputError(
            f"parameter {name!r} of {self._label}: expected {adapter.expected}, got {type(value).__name__}: {error}",
            name,
        )

    def _checked(self, name: str, adapter: Converter, made: Made) -> Made:
        """Let a default be converted each time; code wrote it, so strictness about types of the input is not meant for it."""

        def make() -> object:
            value = made.make()
            try:
                return adapter.convert(value)
            except ConversionError as error:
                raise self._misfit(name, adapter, value, error) from None

        return Made(make)

    def _bind_rest(self, task: PolledTask, args: list[object], kwargs: dict[str, object]) -> None:
        """Give what no parameter names to ``**kwargs`` by name, or else to ``*args`` in order."""
        rest = {name: value for name, value in task.input_data.items() if name not in self._names}
        if self._rest_by_name is not None:
            adapter = self._rest_by_name.adapter
            by_name = (item for item in rest.items() if item[0] not in self._given)
            kwargs.update((name, self._converted(name, adapter, value)) for name, value in by_name)
        elif self._rest is not None:
            adapter = self._rest.adapter
            args.extend(self._converted(name, adapter, value) for name, value in rest.items())
        elif rest and self._strict:
            unknown = next(iter(rest))
            raise InvalidInputError(
                f"the task's input has the key {unknown!r}, which no parameter of {self._label} takes "
                "(strict_schema is on)",
                unknown,
            )

    def _argument(self, parameter: inspect.Parameter, annotations: dict[str, object]) -> _Argument:
        annotation = annotations.get(parameter.name, inspect.Parameter.empty)
        by_keyword = parameter.kind is inspect.Parameter.KEYWORD_ONLY
        wants = _task_of(annotation)
        if wants is not None:
            return _Argument(parameter.name, None, parameter.default, by_keyword, wants)
        return self._input(parameter.name, annotation, parameter.default, by_keyword=by_keyword)

    def _input(self, name: str, annotation: object, default: object, *, by_keyword: bool) -> _Argument:
        """Return how a parameter gets its value out of the input."""
        try:
            found = described(name, annotation, default)
        except TypeError as error:
            raise WorkerError(f"parameter {name!r} of worker function {self._label}: {error}") from error
        annotation, default = found.annotation, found.default
        if default is inspect.Parameter.empty:
            default = None if _is_optional(annotation) else MISSING
        elif default is None and not _is_any_of(annotation, inspect.Parameter.empty, object, Any):
            # ``x: int = None`` takes what it falls back to, also when the input says it.
            annotation = annotation if _is_optional(annotation) else Optional[annotation]  # noqa: UP045 - made at run time, of anything
        adapter = self._adapter(name, annotation)
        if isinstance(default, Made) and default.checked and adapter is not None:
            default = self._checked(name, adapter, default)
        key = _NO_KEY if found.key is None else found.key
        return _Argument(name, adapter, default, by_keyword, None, key, found.elsewhere, found.keys)

    def _variadic(self, signature: Signature, annotations: dict[str, object], kind: object) -> _Argument | None:
        for parameter in signature.parameters:
            if parameter.kind is kind:
                annotation = annotations.get(parameter.name, inspect.Parameter.empty)
                return _Argument(parameter.name, self._adapter(parameter.name, annotation), MISSING, by_keyword=False)
        return None

    def _unpacked(self, signature: Signature, annotations: dict[str, object]) -> tuple[_Argument, ...]:
        """Return an argument for each member of ``**options: Unpack[SomeTypedDict]``."""
        keywords = [
            p.name for p in signature.parameters if p.kind is inspect.Parameter.VAR_KEYWORD and p.name in annotations
        ]
        if not keywords:
            return ()
        from conductor_core.worker._taught import unpacked  # noqa: PLC0415 - loads pydantic

        return tuple(
            self._input(name, hint, inspect.Parameter.empty if required else _LEFT_OUT, by_keyword=True)
            for name, (hint, required) in (unpacked(annotations[keywords[0]]) or {}).items()
        )

    def _adapter(self, name: str, annotation: object) -> Converter | None:
        if _is_any_of(annotation, inspect.Parameter.empty, object, Any) or isinstance(annotation, _OF_ANY_FUNCTION):
            return None
        try:
            return Converter(annotation)
        except (TypeError, NameError) as error:
            raise WorkerError(f"parameter {name!r} of worker function {self._label}: {error}") from error


def _takes_whole_task(signature: Signature, annotations: dict[str, object]) -> Callable[[PolledTask], object] | None:
    """Tell whether the function's only parameter is the task: annotated as one, as object, or not at all."""
    if len(signature.parameters) != 1 or signature.parameters[0].kind in _VARIADIC:
        return None
    if is_field(signature.parameters[0].default):
        return None
    annotation = annotations.get(signature.parameters[0].name, inspect.Parameter.empty)
    return _full_task if _is_any_of(annotation, inspect.Parameter.empty, object) else _task_of(annotation)


def _full_task(task: PolledTask) -> Task:
    return task.task()


def _slim_task(task: PolledTask) -> PolledTask:
    return task


def _context_of_task(_task: PolledTask) -> TaskContext:
    return get_task_context()


def _task_of(annotation: object) -> Callable[[PolledTask], object] | None:
    """Return what a parameter annotated as a task, or its context, gets; None for any other annotation."""
    annotation = without_names(annotation)
    origin = typing.get_origin(annotation)
    if origin is Annotated:
        return _task_of(typing.get_args(annotation)[0])
    if origin in (typing.Union, types.UnionType):
        kinds = [part for part in typing.get_args(annotation) if part is not type(None)]
        return _task_of(kinds[0]) if len(kinds) == 1 else None
    if is_model_type(annotation, "Task"):
        return _full_task
    if not isinstance(annotation, type):
        return None
    if issubclass(annotation, TaskContext):
        return _context_of_task
    return _slim_task if issubclass(annotation, PolledTask) else None


def _is_optional(annotation: object) -> bool:
    annotation = without_names(annotation)
    if annotation is None or annotation is type(None):
        return True
    origin = typing.get_origin(annotation)
    if origin is Annotated:
        return _is_optional(typing.get_args(annotation)[0])
    return origin in (typing.Union, types.UnionType) and type(None) in typing.get_args(annotation)


def _is_any_of(annotation: object, *candidates: object) -> bool:
    return any(annotation is candidate for candidate in candidates)
