"""The token request, what its answer means, and which refusals of other requests are about the token."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from conductor_auth_orkes._failure import Failure
from conductor_core import __version__
from conductor_core.http import REPEATABLE, HTTPError, Request, Response, TimeoutException

if TYPE_CHECKING:
    from conductor_auth_orkes._options import OrkesOptions

HEADER: Final = "X-Authorization"
TOKEN_ERRORS: Final = frozenset({"EXPIRED_TOKEN", "INVALID_TOKEN"})
_NOT_FOUND: Final = 404
_UNAUTHORIZED: Final = 401
_REFUSALS: Final = frozenset({401, 403})


@dataclass(frozen=True, slots=True)
class NoTokens:
    """There is no token endpoint at this address: the server asks nobody who they are."""

    url: str


Answer: TypeAlias = str | NoTokens | Failure


def token_request(url: str, options: OrkesOptions) -> Request:
    """Build the request that exchanges the key pair; sending it twice does no harm."""
    content = json.dumps({"keyId": options.key, "keySecret": options.secret}).encode()
    times = {"connect": options.connect_timeout} | dict.fromkeys(("read", "write", "pool"), options.timeout)
    kind = "application/json"
    headers = {"content-type": kind, "accept": kind, "user-agent": f"conductor-core/{__version__}"}
    return Request("POST", url, content=content, headers=headers, extensions={"timeout": times, REPEATABLE: True})


def answer_of(response: Response, url: str, options: OrkesOptions) -> Answer:
    """Read a token, the absence of the endpoint, or a failure without the secret in its text."""
    if response.status_code == _NOT_FOUND:
        return NoTokens(url)
    document = _document(response)
    if response.is_success:
        token = document.get("token")
        if isinstance(token, str) and token.isascii() and token.isprintable() and token.strip():
            return token.strip()
        return Failure("answer", url, status=response.status_code, reason="the answer holds no usable token")
    text = str(document.get("message") or "") or ("" if document else response.text.strip()[:500])
    message = text.replace(options.secret, "********")
    code = str(document.get("error") or "")
    return Failure("answer", url, status=response.status_code, document={"message": message, "error": code})


def failure_of(error: HTTPError, url: str) -> Failure:
    """Say why no answer arrived."""
    if isinstance(error, TimeoutException):
        return Failure("timeout", url, reason=f"no answer in time ({type(error).__name__})")
    return Failure("transport", url, reason=f"{type(error).__name__}: {error}")


def is_token_error(response: Response) -> bool:
    """Tell a refused token from a lack of permission, by the server's own code.

    A 401 that says nothing in JSON counts as a refused token, a 403 that says nothing as a lack of permission.
    """
    if response.status_code not in _REFUSALS:
        return False
    document = _document(response)
    if document:
        return document.get("error") in TOKEN_ERRORS
    return response.status_code == _UNAUTHORIZED


def _document(response: Response) -> dict[str, Any]:
    try:
        found: object = response.json()
    except ValueError:
        return {}
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}
