"""The section of one plugin below ``[conductor.options]``, checked against the plugin's dataclass of options."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Final, TypeVar

from conductor_core._settings_fields import suggestion
from conductor_core.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from dataclasses import Field

    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")

# What a value must be, by the text of the field's annotation; other annotations are left to the dataclass.
_KINDS: Final[dict[str, tuple[type, str]]] = {
    "bool": (bool, "true or false"),
    "int": (int, "a whole number"),
    "float": (float, "a number"),
    "str": (str, "text"),
}


def read_section(
    plugin: str, section: Mapping[str, object], kind: type[T], source: str, given: Mapping[str, object]
) -> T:
    """Make a plugin's options from its section.

    Args:
        plugin: name of the section.
        section: what it holds.
        kind: the dataclass; its fields are the keys, their annotations the types.
        source: where the section came from, for messages.
        given: values of fields that the section may not set.

    Raises:
        ConfigurationError: an unknown key, a wrong type, a missing value, or one that the dataclass refuses; the message
            names key and source, and of a value of a wrong type nothing but its type, since it may be a secret.
    """
    known = {item.name: item for item in fields(kind) if item.init and item.name not in given}
    for name in section:
        if name not in known:
            hint = suggestion(str(name), known) if known else "; it takes none"
            raise ConfigurationError(f"unknown option {plugin}.{name} ({source}){hint}")
    for name, item in known.items():
        if name not in section and item.default is MISSING and item.default_factory is MISSING:
            raise ConfigurationError(f"{plugin}.{name} must be set in the options of {plugin!r} ({source})")
    values = {name: _typed(value, known[name], f"{plugin}.{name} ({source})") for name, value in section.items()}
    try:
        return kind(**values, **given)
    except ConfigurationError as error:
        raise ConfigurationError(f"{error} ({source})") from error


def _typed(value: object, item: Field[object], where: str) -> object:
    annotation = item.type if isinstance(item.type, str) else getattr(item.type, "__name__", "")
    wanted, words = _KINDS.get(annotation, (object, ""))
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, wanted) and not (wanted is int and isinstance(value, bool)):
        return value
    raise ConfigurationError(f"{where} must be {words}, got {type(value).__name__}")
