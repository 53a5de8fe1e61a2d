"""Parameters that pydantic's ``Field`` describes: it means here what it means to ``pydantic.validate_call``.

pydantic is not loaded to find out that a parameter has none: whoever wrote one has loaded it.
"""

from __future__ import annotations

import dataclasses
import inspect
import sys
import typing
from typing import TYPE_CHECKING, Annotated, Any, Final, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic import AliasPath
    from pydantic.fields import FieldInfo

MISSING: Final = object()
_SHOWN: Final = ("title", "description", "examples", "json_schema_extra", "discriminator")


@dataclasses.dataclass(frozen=True, slots=True)
class Made:
    """A default that is made anew for each task.

    Attributes:
        make: makes it.
        checked: it is converted as an input is (``validate_default=True``).
    """

    make: Callable[[], object]
    checked: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Described:
    """What is known of one parameter once its ``Field`` is read.

    Attributes:
        annotation: its type, with the constraints.
        default: ``inspect.Parameter.empty``, a value or a :class:`Made`.
        key: the input key that it takes; None where only ``elsewhere`` knows.
        elsewhere: finds the value in an input that has not the key, or returns :data:`MISSING`.
        keys: every key of the input that it may read.
    """

    annotation: object
    default: object
    key: str | None
    elsewhere: Callable[[Mapping[str, Any]], object] | None = None
    keys: tuple[str, ...] = ()


def is_field(default: object) -> bool:
    """Tell whether a default is a description of the parameter and no value."""
    kind = _kind()
    return isinstance(default, dataclasses.Field) or (kind is not None and isinstance(default, kind))


def described(name: str, annotation: object, default: object = inspect.Parameter.empty) -> Described:
    """Read a parameter with the ``Field`` that its default or its annotation may hold.

    Args:
        name: the parameter's name.
        annotation: its evaluated annotation, or ``inspect.Parameter.empty``.
        default: its default, or ``inspect.Parameter.empty``.

    Raises:
        TypeError: its default needs other arguments, or the ``Field`` contradicts itself.
    """
    if not (is_field(default) or _is_annotated_by_field(annotation)):
        return Described(annotation, default, name, keys=(name,))
    from pydantic.fields import FieldInfo  # noqa: PLC0415 - loaded by whoever made the description

    written: Any = Any if annotation is inspect.Parameter.empty else annotation
    field = (
        FieldInfo.from_annotation(written)
        if default is inspect.Parameter.empty
        else FieldInfo.from_annotated_attribute(written, default)
    )
    key, elsewhere, keys = _places(name, field)
    return Described(_constrained(field), _default(field), key, elsewhere, keys)


def _kind() -> type[FieldInfo] | None:
    """Return pydantic's class, where somebody has loaded it."""
    found: type[FieldInfo] | None = getattr(sys.modules.get("pydantic.fields"), "FieldInfo", None)
    return found


def _is_annotated_by_field(annotation: object) -> bool:
    return typing.get_origin(annotation) is Annotated and any(map(is_field, typing.get_args(annotation)[1:]))


def _constrained(field: FieldInfo) -> object:
    """Return the type with what bears on values and on their schema; of the rest a lone type would know nothing."""
    from pydantic import Field  # noqa: PLC0415 - the same

    shown: Any = {name: value for name in _SHOWN if (value := getattr(field, name)) is not None}
    metadata: list[object] = [*field.metadata, *([Field(**shown)] if shown else [])]
    return Annotated[(field.annotation, *metadata)] if metadata else field.annotation


def _default(field: FieldInfo) -> object:
    if field.is_required():
        return inspect.Parameter.empty
    if field.default_factory is not None and field.default_factory_takes_validated_data:
        raise TypeError("its default_factory takes other arguments' values: compute it in the function")
    checked = bool(field.validate_default)
    value: object = field.default
    if field.default_factory is None and not checked and _cannot_change(value):
        return value
    return Made(lambda: cast("object", field.get_default(call_default_factory=True)), checked)


def _cannot_change(value: object) -> bool:
    """Tell whether all tasks may share a default, which pydantic judges in the same way."""
    try:
        hash(value)
    except TypeError:
        return False
    return True


def _places(
    name: str, field: FieldInfo
) -> tuple[str | None, Callable[[Mapping[str, Any]], object] | None, tuple[str, ...]]:
    from pydantic import AliasChoices, AliasPath  # noqa: PLC0415 - the same

    alias = field.validation_alias
    if alias is None or isinstance(alias, str):
        return alias or name, None, (alias or name,)
    choices = alias.choices if isinstance(alias, AliasChoices) else [alias]
    first = choices[0] if choices and isinstance(choices[0], str) else None
    paths = [AliasPath(one) if isinstance(one, str) else one for one in choices[first is not None :]]
    roots = [str(one.path[0]) for one in paths]
    keys = dict.fromkeys([first, *roots] if first is not None else roots)
    return first, _search(paths) if paths else None, tuple(keys)


def _search(paths: list[AliasPath]) -> Callable[[Mapping[str, Any]], object]:
    from pydantic_core import PydanticUndefined  # noqa: PLC0415 - the same

    def search(given: Mapping[str, Any]) -> object:
        whole: Any = dict(given)
        found = (cast("Any", path).search_dict_for_path(whole) for path in paths)
        return next((value for value in found if value is not PydanticUndefined), MISSING)

    return search
