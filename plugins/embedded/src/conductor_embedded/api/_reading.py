"""What an endpoint reads from its request; what does not fit is refused with the real server's status."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NoReturn, cast

from conductor_embedded._json import is_list, is_object
from conductor_embedded.errors import EngineError, InternalError

if TYPE_CHECKING:
    from starlette.requests import Request

DEPTH_LIMIT: Final = 200
"""Levels of nesting a body may have; what an execution makes of it can be deeper and must still be written."""
_TRUE = frozenset({"true", "on", "yes", "1"})
_FALSE = frozenset({"false", "off", "no", "0"})


async def json_body(request: Request) -> object:
    """Return the JSON value of the body.

    Raises:
        EngineError: 415 for a body that says it is something else (the real server answers 500 to that, and so would
            run what a page of another site sends as a plain text), 500 for no body or broken JSON.
    """
    body = await optional_json_body(request)
    if body is None:
        raise InternalError("Required request body is missing")
    return body


async def optional_json_body(request: Request) -> object:
    """Return the JSON value of the body, None when it is empty."""
    content = await request.body()
    if not content:
        return None
    _require_json(request)
    try:
        value = cast("object", json.loads(content, parse_constant=_no_constant))
        _require_text(content, value)
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:
        raise InternalError(f"JSON parse error: {error}") from None
    if content.count(b"[") + content.count(b"{") > DEPTH_LIMIT and _depth(value) > DEPTH_LIMIT:
        raise _too_deep()
    return value


async def text_body(request: Request) -> str:
    """Return the body as text, whatever it says it is.

    Raises:
        EngineError: There is none (500).
    """
    content = await request.body()
    if not content:
        raise InternalError("Required request body is missing")
    return content.decode("utf-8", "replace")


def part(request: Request, name: str) -> str:
    """Return a part of the path."""
    return str(request.path_params[name])


def text_query(request: Request, name: str, default: str = "") -> str:
    """Return a query parameter."""
    return request.query_params.get(name, default)


def required_query(request: Request, name: str) -> str:
    """Return a query parameter that must be there.

    Raises:
        EngineError: It is not (500).
    """
    value = request.query_params.get(name)
    if value is None:
        raise InternalError(f"Required request parameter '{name}' is not present")
    return value


def list_query(request: Request, name: str) -> list[str]:
    """Return all values of a query parameter, given several times or with commas."""
    return [item for value in request.query_params.getlist(name) for item in value.split(",") if item]


def optional_int(request: Request, name: str) -> int | None:
    """Return a query parameter that is a whole number, None when it is left out or empty."""
    value = request.query_params.get(name)
    return None if not value else whole_number(name, value)


def int_query(request: Request, name: str, default: int) -> int:
    """Return a query parameter that is a whole number."""
    value = optional_int(request, name)
    return default if value is None else value


def bool_query(request: Request, name: str, *, default: bool) -> bool:
    """Return a query parameter that is true or false."""
    value = request.query_params.get(name)
    if not value:
        return default
    if value.lower() in _TRUE | _FALSE:
        return value.lower() in _TRUE
    raise InternalError(f"Method parameter '{name}': Invalid boolean value [{value}]")


def whole_number(name: str, value: str) -> int:
    """Read a number of the path or the query.

    Raises:
        EngineError: It is none (500).
    """
    try:
        return int(value)
    except ValueError:
        raise InternalError(f"Method parameter '{name}': '{value}' is not a whole number") from None


def _require_json(request: Request) -> None:
    given = request.headers.get("content-type", "")
    media_type = given.partition(";")[0].strip().lower()
    if media_type != "application/json" and not (
        media_type.startswith("application/") and media_type.endswith("+json")
    ):
        shown = f"'{given}'" if given else "None"
        raise EngineError(415, f"Content-Type {shown} is not supported; send application/json")


def _require_text(content: bytes, value: object) -> None:
    """Refuse half a character: JSON can escape one, but no store or answer can hold it."""
    if b"\\ud" in content.lower():
        try:
            json.dumps(value, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise ValueError("a text holds half of a surrogate pair") from None


def _depth(value: object) -> int:
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        current, depth = waiting.pop()
        deepest = max(deepest, depth)
        children = current.values() if is_object(current) else current if is_list(current) else ()
        waiting.extend((child, depth + 1) for child in children if isinstance(child, (dict, list)))
    return deepest


def _too_deep() -> InternalError:
    return InternalError(f"JSON parse error: the document is nested more than {DEPTH_LIMIT} levels deep")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"Non-standard token '{name}'")
