"""What the type variables of a generic class stand for in one that derives from it: ``class Pay(Handler[Order])``."""

from __future__ import annotations

import types
import typing
from typing import Any, Final, TypeAlias, TypeVar

_Known: TypeAlias = dict[object, dict[object, object]]
_GENERAL: Final = (typing.Generic, typing.Protocol)


def filled(annotations: dict[str, object], function: object) -> dict[str, object]:
    """Return the annotations of a method with the type variables of its object's class filled in.

    Args:
        annotations: evaluated annotations by name.
        function: a bound method, a callable object, or a function, to which nothing is filled in.
    """
    if not any(map(_is_open, annotations.values())):
        return annotations
    owner = _owner(function)
    if owner is None:
        return annotations
    known: _Known = {}
    _learn(getattr(owner, "__orig_class__", None), {}, known)
    _learn(owner if isinstance(owner, type) else type(owner), {}, known)
    arguments = known.get(_home(owner, getattr(function, "__name__", "__call__")), {})
    return {name: _closed(annotation, arguments) for name, annotation in annotations.items()}


def parameters_by_name(function: object) -> dict[str, object]:
    """Return the type parameters that a text annotation of a function may name, those of its class among them.

    They stand in no module: ``class Handler[T]`` and ``def pay[T](...)`` of Python 3.12.
    """
    owner, method = _owner(function), getattr(function, "__name__", "__call__")
    home: Any = _home(owner, method) if owner is not None else None
    inner: Any = function if isinstance(function, types.FunctionType | types.MethodType) else None
    given: tuple[Any, ...] = (*getattr(home, "__type_params__", ()), *getattr(inner, "__type_params__", ()))
    return {one.__name__: one for one in given}


def _owner(function: object) -> Any:
    """Return the object whose method a function is, or that is called itself."""
    found: Any = getattr(function, "__self__", None)
    return function if found is None and not isinstance(function, types.FunctionType) else found


def _home(owner: Any, method: str) -> object:
    """Return the class that defines a method: its type variables are meant."""
    cls: type[Any] = owner if isinstance(owner, type) else type(owner)
    return next((base for base in cls.__mro__ if method in vars(base)), cls)


def _is_open(annotation: object) -> bool:
    return isinstance(annotation, TypeVar) or bool(getattr(annotation, "__parameters__", ()))


def _learn(written: Any, outer: dict[object, object], known: _Known) -> None:
    """Learn what a class, or a generic one with its arguments, says of its own type variables and of those of its bases."""
    origin: Any = typing.get_origin(written) or written
    if not isinstance(origin, type) or origin in _GENERAL or origin in known:
        return
    given = [_closed(argument, outer) for argument in typing.get_args(written)]
    known[origin] = dict(zip(getattr(origin, "__parameters__", ()), given, strict=False))
    for base in vars(origin).get("__orig_bases__", origin.__bases__):
        _learn(base, known[origin], known)


def _closed(annotation: Any, known: dict[object, object]) -> Any:
    if isinstance(annotation, TypeVar):
        return known.get(annotation, annotation)
    wanted = getattr(annotation, "__parameters__", ())
    if not wanted or isinstance(annotation, type):
        return annotation
    return annotation[tuple(known.get(one, one) for one in wanted)]
