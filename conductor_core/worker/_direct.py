"""The short way for requests that are sent a million times: prepared bytes, straight into a lean transport.

Whoever has a say in a request still has it. The way is taken only while the transport is one that offers it, no wrapper
stands around it, no test library stands in for it, and the auth, if there is one, offers headers that may stand for its
flow. Whatever is not a plain success goes on the ordinary way: the retry policy, redirects and the auth flow see it there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from conductor_core import http
from conductor_core._http_client import answered, failed
from conductor_core._sending import USER_AGENT, Refused
from conductor_core._unpacking import read

if TYPE_CHECKING:
    from typing import TypeAlias

    from conductor_core._drivers import AsyncDriver
    from conductor_core._exchange import Outcome
    from conductor_core.http1._parser import Answer
    from conductor_core.http1._request import Origin, Timeouts
    from conductor_core.interfaces import StaticHeaders

    Sent: TypeAlias = Answer | Outcome | Refused

_OK: Final = 200
_NO_CONTENT: Final = 204
_REFUSED: Final = frozenset({401, 403})
_ENCODING_LENGTH: Final = len(b"content-encoding")
_TYPE_LENGTH: Final = len(b"content-type")
_ACCEPT: Final = (b"Accept", b"application/json, text/plain;q=0.5")
_JSON: Final = (b"Content-Type", b"application/json")


class Lean(Protocol):
    """A transport that takes prepared requests, as :class:`~conductor_core.http1.AsyncHttp1Transport` does."""

    @property
    def intercepted(self) -> bool:
        """Whether requests have to go the ordinary way right now."""
        ...

    async def exchange(
        self,
        origin: Origin,
        method: bytes,
        target: bytes,
        headers: bytes,
        body: bytes = b"",
        *,
        timeouts: Timeouts = ...,
        repeatable: bool = False,
    ) -> Answer:
        """Send one prepared request."""
        ...


class DirectLane:
    """Sends prepared requests of one driver.

    Args:
        driver: whose transport, auth and address are used.
    """

    def __init__(self, driver: AsyncDriver) -> None:
        from conductor_core.http1._request import Timeouts, origin_of  # noqa: PLC0415 - loads the parser

        parts = driver.parts
        self._driver = driver
        self._auth = parts.auth_provider if parts.auth is not None else None
        self._address = http.URL(parts.base_url)
        self._origin = origin_of(self._address)
        self._path = self._address.raw_path.rstrip(b"/")
        connect, usual = parts.settings.connect_timeout, parts.settings.request_timeout
        self._connect = connect
        self.usual = Timeouts(connect, usual, usual, usual)
        self._kind: type[http.AsyncBaseTransport] | None = None
        self._offered = False
        self._version: int | None = None
        self._get_head = b""
        self._post_head = b""

    def timeouts(self, seconds: float) -> Timeouts:
        """Return the limits of a request that has its own time."""
        return type(self.usual)(min(self._connect, seconds), seconds, seconds, seconds)

    def target(self, path: str, query: str = "") -> bytes:
        """Return what stands in the request line for a path below the server's address."""
        return self._path + (f"{path}?{query}" if query else path).encode("ascii")

    def transport(self) -> Lean | None:
        """Return the transport when the short way is open, with the headers prepared; else None."""
        transport = http.async_transport_of(self._driver.client(), self._address)
        if type(transport) is not self._kind:
            self._kind = type(transport)
            self._offered = _takes_prepared(self._kind)
        found: Any = transport
        if not self._offered or found.intercepted or not self._prepare():
            return None
        lean: Lean = found
        return lean

    async def get(self, transport: Lean, target: bytes, timeouts: Timeouts) -> Sent:
        """Send a GET that is never repeated; what is no success is an outcome, or refused where an auth flow has a say."""
        version = self._version
        try:
            answer = await transport.exchange(self._origin, b"GET", target, self._get_head, timeouts=timeouts)
        except http.HTTPError as error:
            return self._driver.parts.failed(error)
        return self._judged(answer, version)

    async def post(self, transport: Lean, target: bytes, body: bytes, timeouts: Timeouts, *, repeatable: bool) -> Sent:
        """Send a POST with a JSON body; the answer is as for :meth:`get`."""
        version = self._version
        try:
            answer = await transport.exchange(
                self._origin, b"POST", target, self._post_head, body, timeouts=timeouts, repeatable=repeatable
            )
        except http.HTTPError as error:
            return self._driver.parts.failed(error)
        return self._judged(answer, version)

    def _judged(self, answer: Answer, version: int | None) -> Sent:
        status = answer.status
        if status in (_OK, _NO_CONTENT) and _is_usual(answer):
            return answer
        if status in _REFUSED and self._auth is not None:
            try:
                return Refused(version, _response(answer))
            except http.HTTPError as error:
                return failed(error)
        return outcome_of(answer)

    def _prepare(self) -> bool:
        """Prepare the headers anew when those of the auth have changed; False when it has none to give."""
        static: StaticHeaders | None = (0, {}) if self._auth is None else self._auth.static_headers()
        if static is None:
            return False
        version, headers = static
        if version != self._version:
            self._version = version
            common = [
                (b"Host", self._address.netloc),
                (b"User-Agent", USER_AGENT.encode("ascii")),
                _ACCEPT,
                *((name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()),
            ]
            from conductor_core.http1._request import header_block  # noqa: PLC0415 - loaded by the constructor

            self._get_head = header_block(common)
            self._post_head = header_block([*common, _JSON])
        return True


def _takes_prepared(kind: type[http.AsyncBaseTransport]) -> bool:
    """Whether a class offers the short way for the requests that it handles itself.

    The class is asked, since a wrapper may forward what it has not to the transport inside; and a subclass that handles
    requests in its own way has to say what that means for prepared ones, or they would pass it by.
    """
    for owner in kind.__mro__:
        if "exchange" in vars(owner):
            return True
        if "handle_async_request" in vars(owner):
            return False
    return False


def outcome_of(answer: Answer) -> Outcome:
    """Return an answer as the ordinary way sees it."""
    try:
        return answered(_response(answer))
    except http.HTTPError as error:
        return failed(error)


def _response(answer: Answer) -> http.Response:
    return read(http.Response(answer.status, headers=answer.headers, stream=http.ByteStream(answer.body)))


def _is_usual(answer: Answer) -> bool:
    """Tell whether a body is what it seems: neither compressed nor a web page, which the ordinary way takes care of."""
    for name, value in answer.headers:
        length = len(name)  # so that few names are lowered
        if length == _ENCODING_LENGTH and name.lower() == b"content-encoding":
            return False
        if length == _TYPE_LENGTH and value[:9].lower() == b"text/html" and name.lower() == b"content-type":
            return False
    return True
