"""Bytes of request bodies, and values from answers; pydantic is imported when the first one is needed."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from conductor_core._json import is_collection, is_object

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import TypeAdapter, ValidationError

_SCALARS = frozenset({str, int, float, bool})
EMPTY_BODIES = frozenset({b"", b"null"})


def encode_json(value: object) -> bytes:
    """Return a JSON body: models by alias without their unset fields, plain values as they are.

    Raises:
        ValueError: something in the value has no JSON form, or is not a number JSON knows (NaN, infinity).
    """
    from pydantic_core import to_json  # noqa: PLC0415 - a heavy import, paid by the first request with a body

    try:
        body = to_json(_plain(value), by_alias=True, inf_nan_mode="constants")
    except RecursionError:
        raise ValueError("it contains itself, or is nested too deeply") from None
    if b"NaN" in body or b"Infinity" in body:  # perhaps only inside a text, so look closely
        json.loads(body, parse_constant=_refuse_constant)
    return body


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON number")


def _plain(value: object) -> object:
    """Turn models into documents; a dict's own None values are data and stay."""
    if value is None or type(value) in _SCALARS:
        return value
    to_wire: Callable[[], object] | None = getattr(value, "to_wire", None)
    if to_wire is not None:
        return to_wire()
    if is_collection(value):
        return [_plain(item) for item in value]
    if is_object(value):
        return {name: _plain(item) for name, item in value.items()}
    return value


def decode(body: bytes, returns: Any, content_type: str) -> Any:
    """Read an answer's body as the type that its call promised.

    Raises:
        ValueError: the body is not what was promised.
    """
    if returns is bytes:
        return body
    if returns is str:
        return _decode_text(body, content_type)
    from pydantic import ValidationError  # noqa: PLC0415 - a heavy import, paid by the first answer that is a model

    try:
        return _adapter(returns).validate_json(body)
    except ValidationError as error:
        raise ValueError(_problems(error)) from None


def _problems(error: ValidationError) -> str:
    """Say what is wrong without the values: an answer may hold secrets, and errors are logged."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    shown = [f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}".removeprefix(": ") for problem in found[:3]]
    return "; ".join(shown) + (f"; and {len(found) - 3} more" if len(found) > 3 else "")  # noqa: PLR2004 - three are shown


def _decode_text(body: bytes, content_type: str) -> str:
    text = body.decode("utf-8")
    if "json" in content_type and text.startswith('"'):
        return str(json.loads(text))
    return text


@lru_cache(maxsize=512)
def _adapter(returns: Any) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter  # noqa: PLC0415 - a heavy import, paid by the first answer that is a model

    return TypeAdapter(returns)


def parse_or_none(body: bytes) -> object:
    """Return the JSON document of an error answer, or None when it is something else."""
    try:
        return json.loads(body)
    except ValueError:
        return None
