"""The forms of an answer, with the content types of the real server."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Mapping

_ENCODER: Final = json.JSONEncoder(separators=(",", ":"), allow_nan=False)
_JSON: Final = {"content-type": "application/json"}
_TEXT: Final = {"content-type": "text/plain;charset=UTF-8"}


def document(value: object, status: int = 200) -> Response:
    """Answer a JSON document."""
    return Response(_ENCODER.encode(value), status, _JSON)


def plain(text: str) -> Response:
    """Answer a text, as the server does with ids."""
    return Response(text.encode("utf-8", "replace"), 200, _TEXT)


def nothing() -> Response:
    """Answer that it is done: 200 with an empty body."""
    return Response(b"", 200)


def no_content() -> Response:
    """Answer that there is nothing: 204."""
    return Response(status_code=204)


def refusal(
    status: int,
    message: str,
    *,
    retryable: bool = False,
    validation_errors: list[Mapping[str, object]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Answer the server's error document; a validation has its list of errors, all others have an instance."""
    body: dict[str, object] = {"status": status, "message": message}
    if validation_errors is None:
        body["instance"] = "conductor-embedded"
    body["retryable"] = retryable
    if validation_errors is not None:
        body["validationErrors"] = validation_errors
    answer = document(body, status)
    answer.headers.update(headers or {})
    return answer
