"""What definitions refuse before anything is sent; the messages name the field and say what to do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from conductor_core.errors import InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
# How a header names a credential: ${NAME}, or a field of one that holds JSON, ${NAME.field}.
_PLACEHOLDER: Final = re.compile(r"\$\{([A-Za-z_]\w*)[^}]*\}")


def check_name(kind: str, name: object) -> None:
    """Refuse a name that the server cannot make task names of.

    Raises:
        InvalidArgumentError: it is no text, or has other characters than letters, digits, ``_`` and ``-``.
    """
    if not isinstance(name, str) or _NAME.fullmatch(name) is None:
        raise InvalidArgumentError(
            f"the name of {kind} must start with a letter or underscore and hold only letters, digits, "
            f"underscores and hyphens, got {name!r}"
        )


def check_choice(field: str, value: object, choices: Iterable[str]) -> None:
    """Refuse a value that is none of the choices.

    Raises:
        InvalidArgumentError: it is another one.
    """
    known = tuple(choices)
    if value not in known:
        raise InvalidArgumentError(f"{field} must be one of {', '.join(known)}, got {value!r}")


def check_at_least(field: str, value: float | None, least: float) -> None:
    """Refuse a number that is too small; None is fine.

    Raises:
        InvalidArgumentError: it is smaller.
    """
    if value is not None and value < least:
        raise InvalidArgumentError(f"{field} must be at least {least}, got {value}")


def check_text(field: str, value: object) -> None:
    """Refuse what is no text, or an empty one.

    Raises:
        InvalidArgumentError: it is.
    """
    if not isinstance(value, str):
        raise InvalidArgumentError(f"{field} must be a text, got {type(value).__name__}")
    if not value.strip():
        raise InvalidArgumentError(f"{field} must not be empty")


def check_unique(what: str, names: Iterable[str]) -> None:
    """Refuse two of one name.

    Raises:
        InvalidArgumentError: a name comes twice.
    """
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise InvalidArgumentError(f"{what} {name!r} comes twice: give each a name of its own")
        seen.add(name)


def check_declared(headers: Mapping[str, str], credentials: Iterable[str]) -> None:
    """Refuse headers that name a credential which is not declared: the server would send the placeholder as it is.

    Raises:
        InvalidArgumentError: one is not.
    """
    declared = {name.partition(".")[0] for name in credentials}
    missing = sorted({found for text in headers.values() for found in _PLACEHOLDER.findall(text)} - declared)
    if missing:
        raise InvalidArgumentError(
            f"headers name {', '.join('${' + name + '}' for name in missing)}: add it to credentials=[...]"
        )
