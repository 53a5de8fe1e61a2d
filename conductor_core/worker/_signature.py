"""The shape of a worker function, read once when it is registered; its annotations are looked up when workers start.

Annotations may be text (``from __future__ import annotations``) and may name things that are defined after the
function, so registration keeps only what a lookup needs later.
"""

from __future__ import annotations

import functools
import inspect
import re
import sys
import typing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast

from conductor_core.errors import WorkerError
from conductor_core.worker._type_arguments import filled, parameters_by_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_BY_POSITION: Final = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
# What the first parameter of a method is called.
_OBJECTS: Final = frozenset({"self", "cls"})
_NAME: Final = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class Signature:
    """What is known about a worker function.

    Attributes:
        function: the function or callable object.
        parameters: its parameters in order; their annotations are as written.
        is_async: whether calling it gives an awaitable that belongs on the event loop.
        names: local names around the definition that its text annotations mention.
    """

    function: Callable[..., Any]
    parameters: tuple[inspect.Parameter, ...]
    is_async: bool
    names: Mapping[str, object] = field(default_factory=dict[str, object])

    @property
    def label(self) -> str:
        """The function as people know it."""
        return describe(self.function)

    def annotations(self) -> dict[str, object]:
        """Return the evaluated annotation of each annotated parameter.

        Raises:
            WorkerError: a name in an annotation is not defined.
        """
        return filled(self._evaluated({p.name: p.annotation for p in self._now().parameters.values()}), self.function)

    def returns(self) -> object:
        """Return the evaluated annotation of the return value; None without one.

        Raises:
            WorkerError: a name in it is not defined.
        """
        return self._evaluated({"return": self._now().return_annotation}).get("return")

    def _now(self) -> inspect.Signature:
        """Read the signature with its annotations, which may name what was not defined at registration."""
        try:
            return inspect.signature(self.function)
        except NameError as error:
            raise self._undefined(error) from error

    def _evaluated(self, written: Mapping[str, object]) -> dict[str, object]:
        try:
            return _evaluate(written, _namespace(self.function), parameters_by_name(self.function) | dict(self.names))
        except NameError as error:
            raise self._undefined(error) from error
        except (SyntaxError, TypeError) as error:
            raise WorkerError(f"worker function {self.label}: an annotation cannot be read: {error}") from error

    def _undefined(self, error: NameError) -> WorkerError:
        return WorkerError(
            f"worker function {self.label}: the name {error.name!r} in its annotations is not defined; "
            "import it at the top of the module, not only for type checkers"
        )


def analyse(function: Callable[..., Any], caller_locals: Mapping[str, object] | None = None) -> Signature:
    """Read a worker function's shape.

    Args:
        function: a function, bound method, partial or callable object.
        caller_locals: the local names where it is defined, when that is inside a function.

    Raises:
        WorkerError: it cannot be called, has no readable signature, or is a generator.
    """
    function = _callable(function)
    try:
        parameters = tuple(_signature(function).parameters.values())
    except (TypeError, ValueError) as error:
        raise WorkerError(
            f"worker function {describe(function)} has no readable signature: wrap it in a function"
        ) from error
    _check_method(function, parameters)
    if _is_generator(function):
        raise WorkerError(
            f"worker function {describe(function)} is a generator, and calling it would run nothing of it: "
            "return a list, or what the last step yields"
        )
    return Signature(function, parameters, is_async_callable(function), _mentioned(parameters, caller_locals or {}))


def _callable(function: object) -> Callable[..., Any]:
    """Return what is called for a task; as long as its class is being made, a static method is a wrapper of it."""
    if isinstance(function, staticmethod):
        function = cast("staticmethod[..., Any]", function).__func__
    if isinstance(function, classmethod):
        name = cast("classmethod[Any, ..., Any]", function).__func__.__qualname__
        raise WorkerError(f"worker function {name} is a class method, which needs its class: {_register_bound(name)}")
    if not callable(function):
        raise WorkerError(f"a worker needs a function, got {type(function).__name__}")
    if isinstance(function, type) and any({"execute", "__call__"} & vars(base).keys() for base in function.__mro__):
        raise WorkerError(
            f"worker {describe(function)} is a class, and calling it would only make an instance: "
            f"pass one, {function.__name__}(), or one of its methods"
        )
    return function


def _check_method(function: object, parameters: tuple[inspect.Parameter, ...]) -> None:
    """Refuse the function of a method, as a decorator in the body of a class finds it: no task has an object for it."""
    owner = getattr(function, "__qualname__", "").rpartition(".")[0]
    is_inside_class = bool(owner) and not owner.endswith("<locals>")
    if not (inspect.isfunction(function) and is_inside_class and parameters):
        return
    first = parameters[0].name
    if first in _OBJECTS:
        raise WorkerError(
            f"worker function {describe(function)} is a method, and a task has no {first!r} for it: "
            f"{_register_bound(function.__qualname__, is_instance=first == 'self')}"
        )


def _register_bound(name: str, *, is_instance: bool = False) -> str:
    owner, _, method = name.rpartition(".")
    bound = f"{owner.rpartition('.')[2]}{'()' if is_instance else ''}.{method}"
    return (
        "make it a @staticmethod or a function outside of the class, or leave the decorator out and register the bound "
        f"method after the class: worker_task(task_definition_name=...)({bound})"
    )


def is_async_callable(function: Callable[..., Any]) -> bool:
    """Tell whether a call gives a coroutine: ``async def``, also behind a partial, or an async ``__call__``.

    What a decorator has put around counts, not what is inside: it may run a coroutine function on a loop of its own.
    """
    function = _inside_partials(function)
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(getattr(function, "__call__", None))  # noqa: B004 - its kind is asked for


def _is_generator(function: Callable[..., Any]) -> bool:
    function = _inside_partials(function)
    return any(
        inspect.isgeneratorfunction(called) or inspect.isasyncgenfunction(called)
        for called in (function, getattr(function, "__call__", None))  # noqa: B004 - its kind is asked for
    )


def _inside_partials(function: Any) -> Any:
    while isinstance(function, functools.partial):
        function = function.func
    return function


def describe(function: object) -> str:
    """Return module and qualified name of a function, or the type of a callable object."""
    function = _inside_partials(function)
    name = getattr(function, "__qualname__", None) or type(function).__qualname__
    return f"{getattr(function, '__module__', '?')}.{name}"


def _signature(function: Callable[..., Any]) -> inspect.Signature:
    """Return what a function takes: what it wraps tells, unless it has parameters of its own that would not take that.

    Such a decorator hands further arguments to the function itself, a connection for instance.
    """
    found = _told(function, follow_wrapped=True)
    if not inspect.isfunction(function) or not hasattr(function, "__wrapped__"):
        return found
    by_position = [p for p in found.parameters.values() if p.kind in _BY_POSITION]
    by_name = {p.name: p for p in found.parameters.values() if p.kind is inspect.Parameter.KEYWORD_ONLY}
    for layer in _layers(function):
        own = _told(layer, follow_wrapped=False)
        try:
            own.bind(*by_position, **by_name)
        except TypeError:
            return own
    return found


def _layers(function: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """Yield the wrappers around a function, the outermost first, up to one that says itself what it takes."""
    layer: Any = function
    while inspect.isfunction(layer) and hasattr(layer, "__wrapped__") and not hasattr(layer, "__signature__"):
        yield layer
        layer = cast("Any", layer).__wrapped__


def _told(function: Callable[..., Any], *, follow_wrapped: bool) -> inspect.Signature:
    if sys.version_info >= (3, 14):
        import annotationlib  # noqa: PLC0415 - exists from this version on

        # As text, an annotation is not evaluated, so a name may still be undefined here.
        return inspect.signature(function, follow_wrapped=follow_wrapped, annotation_format=annotationlib.Format.STRING)
    return inspect.signature(function, follow_wrapped=follow_wrapped)


def _mentioned(parameters: tuple[inspect.Parameter, ...], names: Mapping[str, object]) -> dict[str, object]:
    """Keep only the local names that text annotations mention, so that a frame's other values can go."""
    if not names:
        return {}
    texts = [p.annotation for p in parameters if isinstance(p.annotation, str)]
    mentioned = {name for text in texts for name in _NAME.findall(text)}
    return {name: names[name] for name in mentioned if name in names}


def _namespace(function: Callable[..., Any]) -> dict[str, Any]:
    function = _inside_partials(function)
    function = inspect.unwrap(function)
    if not hasattr(function, "__globals__"):
        function = getattr(function, "__func__", None) or type(function).__call__
    return getattr(inspect.unwrap(function), "__globals__", {})


def _evaluate(
    written: Mapping[str, object], global_names: dict[str, Any], local_names: dict[str, Any]
) -> dict[str, object]:
    def carrier() -> None:
        """Carry annotations to the standard library's evaluator, which takes functions."""

    carrier.__annotations__ = {n: a for n, a in written.items() if a is not inspect.Parameter.empty}
    return typing.get_type_hints(carrier, global_names, local_names, include_extras=True)
