"""What an endpoint reads from its request; what does not fit is refused with the real server's status."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NoReturn, cast

from conductor_embedded._json import why_unfit
from conductor_embedded.errors import EngineError, InternalError

if TYPE_CHECKING:
    from starlette.requests import Request

_WHOLE_NUMBER = re.compile(r"\s*[+-]?[0-9]{1,19}\s*")
_LARGEST_NUMBER = 2**63 - 1
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
    except RecursionError:
        raise InternalError("JSON parse error: it is nested too deeply") from None
    except ValueError as error:
        raise InternalError(f"JSON parse error: {error}") from None
    brackets = content.count(b"[") + content.count(b"{")
    unfit = why_unfit(value, brackets=brackets, has_surrogates=b"\\ud" in content.lower())
    if unfit is not None:
        raise InternalError(f"JSON parse error: {unfit}")
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
        EngineError: It is none, or above what the server counts with (500).
    """
    if not _WHOLE_NUMBER.fullmatch(value) or abs(int(value)) > _LARGEST_NUMBER:
        raise InternalError(f"Method parameter '{name}': '{value:.100}' is not a whole number")
    return int(value)


def _require_json(request: Request) -> None:
    given = request.headers.get("content-type", "")
    media_type = given.partition(";")[0].strip().lower()
    if media_type != "application/json" and not (
        media_type.startswith("application/") and media_type.endswith("+json")
    ):
        shown = f"'{given}'" if given else "None"
        raise EngineError(415, f"Content-Type {shown} is not supported; send application/json")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"Non-standard token '{name}'")
