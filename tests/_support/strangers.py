"""Plugins as strangers write them: what they need is imported from the public modules of the core."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import threading
from typing import TYPE_CHECKING, Any, ClassVar

from conductor_core import AuthProvider, RetryPolicy, TransportFactory, hookimpl
from conductor_core.http import AsyncBaseTransport, AsyncHTTPTransport, Auth, BaseTransport, HTTPTransport

if TYPE_CHECKING:
    from collections.abc import Generator

    from conductor_core import Attempt, Settings
    from conductor_core.http import Request, Response

KEY = "key-of-the-stranger"


class SigningAuth(AuthProvider, Auth):
    """Signs method, target and body of each request, so it needs the body."""

    name = "signing"
    requires_request_body = True

    def auth(self) -> Auth:
        return self

    def auth_flow(self, request: Request) -> Generator[Request, Response, None]:
        request.headers["X-Signature"] = signature_of(request)
        yield request


def signature_of(request: Request) -> str:
    """Return what a server expects in ``X-Signature``."""
    text = request.method.encode() + request.url.raw_path + request.content
    return hmac.new(KEY.encode(), text, hashlib.sha256).hexdigest()


class TokenAuth(AuthProvider, Auth):
    """Sends a token, and takes a new one and sends once more when the server refuses it."""

    name = "token"

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._token = f"{KEY}-0"
        self.closed = 0

    def auth(self) -> Auth:
        return self

    def auth_flow(self, request: Request) -> Generator[Request, Response, None]:
        used = self._token
        request.headers["X-Token"] = used
        response = yield request
        if response.status_code == 401:
            with self._lock:
                if self._token == used:
                    self._token = f"{KEY}-{next(self._numbers)}"
            request.headers["X-Token"] = self._token
            yield request

    def close(self) -> None:
        self.closed += 1


class StampedTransport(TransportFactory):
    """A whole transport of its own: stock connections, and a header on each request."""

    name = "stamped"

    def sync_transport(self) -> BaseTransport:
        return SyncStamp(HTTPTransport(), "stamped")

    def async_transport(self) -> AsyncBaseTransport:
        return AsyncStamp(AsyncHTTPTransport(), "stamped")


class SyncStamp(BaseTransport):
    """Adds its name to ``X-Stamps`` and passes the request on."""

    def __init__(self, inner: BaseTransport, name: str) -> None:
        self._inner = inner
        self._name = name
        self.closed = 0

    def handle_request(self, request: Request) -> Response:
        _stamp(request, self._name)
        return self._inner.handle_request(request)

    def close(self) -> None:
        self.closed += 1
        self._inner.close()


class AsyncStamp(AsyncBaseTransport):
    """Adds its name to ``X-Stamps`` and passes the request on."""

    def __init__(self, inner: AsyncBaseTransport, name: str) -> None:
        self._inner = inner
        self._name = name
        self.closed = 0

    async def handle_async_request(self, request: Request) -> Response:
        _stamp(request, self._name)
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        self.closed += 1
        await self._inner.aclose()


def _stamp(request: Request, name: str) -> None:
    before = request.headers.get("X-Stamps")
    request.headers["X-Stamps"] = f"{before} {name}" if before else name


class Stamping:
    """A wrapping plugin: puts a stamp around any transport, of the right colour."""

    def __init__(self, name: str = "wrapped") -> None:
        self.name = name
        self.made: list[Any] = []

    @hookimpl
    def conductor_wrap_transport(self, next: Any, settings: Settings) -> Any:  # noqa: A002 - the hook's name for it
        blocking, asynchronous = isinstance(next, BaseTransport), isinstance(next, AsyncBaseTransport)
        kind = BothStamp if blocking and asynchronous else AsyncStamp if asynchronous else SyncStamp
        stamp: SyncStamp | AsyncStamp = kind(next, self.name)
        self.made.append(stamp)
        return stamp


class BothStamp(SyncStamp, AsyncBaseTransport):
    """For transports of both colours, as tests have them."""

    async def handle_async_request(self, request: Request) -> Response:
        _stamp(request, self._name)
        inner: Any = self._inner
        response: Response = await inner.handle_async_request(request)
        return response


class Impatient(RetryPolicy):
    """Tries again at once, twice, after 503."""

    name = "impatient"
    seen: ClassVar[list[Attempt]] = []

    def wait(self, attempt: Attempt) -> float | None:
        self.seen.append(attempt)
        return 0.0 if attempt.status == 503 and attempt.number < 3 else None


class Never(RetryPolicy):
    """Gives up at once."""

    name = "never"

    def wait(self, attempt: Attempt) -> float | None:
        return None


def offering(hook: str, kind: type[Any]) -> object:
    """Return a plugin with one hook that returns a class."""

    def register() -> type[Any]:
        return kind

    return type("Plugin", (), {hook: staticmethod(hookimpl(specname=hook)(register))})()
