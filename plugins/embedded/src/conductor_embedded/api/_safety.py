"""What keeps strangers out: other hosts' names, pages of other sites, missing tokens, endless bodies."""

from __future__ import annotations

import hmac
import ipaddress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

from conductor_embedded.api._answers import refusal

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_LIMIT: Final = 10 * 1024 * 1024
"""Bytes that a request body may have."""
LOCAL_HOSTS: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
"""Names that a request may always be sent to."""
_OPEN_PATHS: Final = frozenset({"/health", "/api/health"})


class UnsafeBindError(ValueError):
    """The server would be reachable by others without asking for a token."""


@dataclass(frozen=True, slots=True)
class Safety:
    """What a server asks of a request.

    Attributes:
        hosts: Names, beside the local ones, that the `Host` header may have.
        token: What a request must know, or None for no such demand; never shown.
        body_limit: Bytes that a body may have.
    """

    hosts: frozenset[str] = frozenset()
    token: str | None = field(default=None, repr=False)
    body_limit: int = BODY_LIMIT

    def check_bind(self, host: str) -> None:
        """Refuse to listen on an address that others can reach, unless there is a token.

        Raises:
            UnsafeBindError: There is none.
        """
        if not self.token and not is_loopback(host):
            raise UnsafeBindError(
                f"refusing to listen on {host} without a token: others could reach the server; "
                "listen on 127.0.0.1, or name the environment variable of a token with --token-env"
            )

    def refuse(self, headers: Headers, path: str) -> Response | None:
        """Return the answer to a request that must not be served, None when it may be."""
        host = headers.get("host", "")
        if _host_name(host) not in LOCAL_HOSTS | self.hosts:
            return refusal(403, f"Host '{host:.100}' is not allowed; start the server with --allow-host to allow it")
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
            return refusal(403, f"Origin '{origin:.100}' is not allowed")
        if self.token and path not in _OPEN_PATHS and not self._knows_token(headers):
            return refusal(401, "A token is needed: send it as X-Authorization, or as Authorization: Bearer")
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > self.body_limit:
            return _too_large(self.body_limit)
        return None

    def _knows_token(self, headers: Headers) -> bool:
        bearer = headers.get("authorization", "")
        given = headers.get("x-authorization") or (bearer[7:].strip() if bearer[:7].lower() == "bearer " else "")
        return hmac.compare_digest(given.encode(), (self.token or "").encode())


class SafetyMiddleware:
    """An ASGI app in front of another one that lets only safe requests pass."""

    def __init__(self, app: ASGIApp, safety: Safety) -> None:
        self._app = app
        self._safety = safety

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refused = self._safety.refuse(Headers(scope=scope), scope["path"])
        if refused is not None:
            await refused(scope, receive, send)
            return
        await self._app(scope, _Counted(receive, self._safety.body_limit), send)


class _Counted:
    """Counts the bytes of a body that did not say its length."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._limit = limit
        self._seen = 0

    async def __call__(self) -> Message:
        message = await self._receive()
        self._seen += len(message.get("body", b""))
        if self._seen > self._limit:
            raise HTTPException(413, _too_large_text(self._limit))
        return message


def is_loopback(host: str) -> bool:
    """Tell whether an address can be reached from this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _host_name(host: str) -> str:
    """Return a `Host` header without its port."""
    if host.startswith("["):
        return host.partition("]")[0].lower() + "]"
    return host.partition(":")[0].lower()


def _too_large(limit: int) -> Response:
    return refusal(413, _too_large_text(limit))


def _too_large_text(limit: int) -> str:
    return f"The body is larger than {limit} bytes"
