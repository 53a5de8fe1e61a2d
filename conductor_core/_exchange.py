"""One call from first try to answer or error, as a generator without I/O: retries, redirects, decoding.

It yields what a driver has to do (:class:`Send` or ``Sleep``) and is told the :class:`Outcome`. Both drivers run the same
generator, so a sync and an async client cannot differ.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import quote, urlencode, urljoin, urlsplit

from conductor_core._bodies import OpenBody
from conductor_core._call import NO_BODY, Call, Sleep
from conductor_core._codec import EMPTY_BODIES, decode, encode_json, parse_or_none
from conductor_core._retry_after import seconds_of
from conductor_core.errors import (
    ApiError,
    ConductorError,
    ConnectionFailedError,
    DecodeError,
    InvalidArgumentError,
    RequestTimeoutError,
    api_error_from,
)
from conductor_core.interfaces import Attempt

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conductor_core.interfaces import Failure, RetryPolicy

_MAX_REDIRECTS = 5
_MAX_SERVER_WAIT = 60.0  # seconds; a server that asks for more gets its error reported instead
_JSON = "application/json"
_ACCEPT_JSON = f"{_JSON}, text/plain;q=0.5"
_ACCEPT: dict[object, str] = {str: f"text/plain, {_JSON}", bytes: "application/octet-stream, */*;q=0.5"}
_STREAMED = (("accept", "text/event-stream, */*;q=0.5"), ("accept-encoding", "identity"))


@dataclass(frozen=True, slots=True)
class Send:
    """What a driver sends: everything of a request, without any HTTP library's types."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    content: bytes | None
    timeout: float | None
    repeatable: bool = False
    retry_budget: float | None = None
    streamed: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one send: an answer, or the reason why there is none.

    ``headers`` have lower-case names; ``reason`` is for people and holds no secret. Where the body was asked for piece by
    piece, ``open_body`` has it, and ``body`` is empty.
    """

    status: int = 0
    headers: Mapping[str, str] | None = None
    body: bytes = b""
    failure: Failure | None = None
    reason: str = ""
    cause: BaseException | None = None
    open_body: OpenBody | None = None

    def header(self, name: str) -> str:
        """Return a header's value, or an empty text."""
        return (self.headers or {}).get(name, "")


Exchange: TypeAlias = Generator[Send | Sleep, Outcome | None, Any]


def exchange(call: Call[Any], base_url: str, policy: RetryPolicy, monotonic: Callable[[], float]) -> Exchange:
    """Run one call: send, ask the policy after a failure, wait, send again, and return the decoded answer.

    Raises:
        ConductorError: what the tree in :mod:`conductor_core.errors` says for the last try.
    """
    request = _request_of(call, base_url)
    started, number = monotonic(), 1
    while True:
        outcome = yield from _send_and_follow(request)
        error = error_of(call, request, outcome)
        if error is None:
            return _answer(call, request, outcome)
        elapsed = monotonic() - started
        wait = _wait_after(call, call.policy or policy, outcome, number, elapsed)
        if wait is None or (call.retry_budget is not None and elapsed + wait > call.retry_budget):
            raise error from outcome.cause
        yield Sleep(wait)
        number += 1


def _request_of(call: Call[Any], base_url: str) -> Send:
    streamed = call.returns is OpenBody
    headers = list(_STREAMED) if streamed else [("accept", _ACCEPT.get(call.returns, _ACCEPT_JSON))]
    content = call.content
    if content is not None:
        headers.append(("content-type", call.media_type or "application/octet-stream"))
    elif call.text is not None:
        headers.append(("content-type", call.media_type or "text/plain; charset=utf-8"))
        content = call.text.encode()
    elif call.body is not NO_BODY:
        headers.append(("content-type", _JSON))
        content = _encoded(call)
    headers.extend(call.headers)
    base = base_url.removesuffix("/api") if call.beside_api else base_url
    url = base + call.target + (f"?{encode_query(call.query)}" if call.query else "")
    return Send(call.method, url, tuple(headers), content, call.timeout, call.repeatable, call.retry_budget, streamed)


def encode_query(pairs: tuple[tuple[str, str], ...]) -> str:
    """Return pairs as a query; a space becomes ``%20``, which every server reads alike."""
    return urlencode(pairs, quote_via=quote)


def _encoded(call: Call[Any]) -> bytes:
    try:
        return encode_json(call.body)
    except ValueError as error:
        raise InvalidArgumentError(f"the body of {call.method} {call.template} has no JSON form: {error}") from error


def _send_and_follow(request: Send) -> Generator[Send | Sleep, Outcome | None, Outcome]:
    """Send, and follow a redirect only for a GET to the same origin, so credentials never leave it."""
    outcome = yield from _sent(request)
    for _ in range(_MAX_REDIRECTS):
        target = _redirect_target(request, outcome)
        if target is None:
            return outcome
        request = replace(request, url=target)
        outcome = yield from _sent(request)
    return outcome


def _sent(request: Send) -> Generator[Send | Sleep, Outcome | None, Outcome]:
    outcome = yield request
    if outcome is None:
        raise ConductorError("a driver answered a send with nothing; this is a defect of the driver")
    return outcome


def _redirect_target(request: Send, outcome: Outcome) -> str | None:
    """Return where a redirect may be followed to, or None: the server writes it, so it may be anything."""
    location = outcome.header("location")
    if not (300 <= outcome.status < 400 and location and request.method == "GET"):  # noqa: PLR2004 - the HTTP class
        return None
    try:
        target = urljoin(request.url, location)
    except ValueError:
        return None
    origin = _origin(target)
    return target if origin is not None and origin == _origin(request.url) else None


def _origin(url: str) -> tuple[str, str, int | None] | None:
    """Return scheme, host and port, or None for text that is no absolute URL, or holds a user."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname and "@" not in parts.netloc else None


def error_of(call: Call[Any], request: Send, outcome: Outcome) -> ConductorError | None:
    """Return the error that an outcome stands for, or None when it is an answer."""
    url = request.url.partition("?")[0]
    if outcome.failure == "timeout":
        return RequestTimeoutError(method=call.method, url=url, reason=outcome.reason, retryable=call.repeatable)
    if outcome.failure is not None:
        safe = call.repeatable or outcome.failure == "connect"
        return ConnectionFailedError(method=call.method, url=url, reason=outcome.reason, retryable=safe)
    if 200 <= outcome.status < 300:  # noqa: PLR2004 - the HTTP class boundaries
        return None
    if outcome.status < 400:  # noqa: PLR2004 - the HTTP class boundary
        return _redirect_error(call, url, outcome)
    error = api_error_from(
        method=call.method,
        url=url,
        status=outcome.status,
        document=parse_or_none(outcome.body),
        text=outcome.body.decode("utf-8", "replace"),
        hint=call.hint,
    )
    error.retry_after = _asked_wait(outcome)
    return error


def _redirect_error(call: Call[Any], url: str, outcome: Outcome) -> ApiError:
    origin = _origin(outcome.header("location"))
    where = f"{origin[0]}://{origin[1]}" if origin else "another path"
    message = f"a redirect to {where}, which is not followed; set server_url to the final address"
    return ApiError(method=call.method, url=url, status=outcome.status, message=message)


def _asked_wait(outcome: Outcome) -> float | None:
    return seconds_of(outcome.header("retry-after"), outcome.header("date"))


def _is_web_page(outcome: Outcome) -> bool:
    """Tell whether a page for people came back, as from a login or a proxy: what was asked for did not happen then."""
    return bool(outcome.body.strip()) and outcome.header("content-type").lower().startswith("text/html")


def _wait_after(call: Call[Any], policy: RetryPolicy, outcome: Outcome, number: int, elapsed: float) -> float | None:
    if call.retry_budget == 0:
        return None
    attempt = Attempt(
        number=number,
        method=call.method,
        template=call.template,
        repeatable=call.repeatable,
        elapsed=elapsed,
        status=outcome.status or None,
        failure=outcome.failure,
        retry_after=_asked_wait(outcome),
    )
    wait = policy.wait(attempt)
    if wait is None or attempt.retry_after is None:
        return wait
    return attempt.retry_after if attempt.retry_after <= _MAX_SERVER_WAIT else None


def _answer(call: Call[Any], request: Send, outcome: Outcome) -> Any:
    if outcome.open_body is not None:
        return outcome.open_body
    if call.returns is not bytes and _is_web_page(outcome):
        url = request.url.partition("?")[0]
        reason = (
            f"a web page answered with {outcome.status}, not the server's API: check server_url, and proxies before it"
        )
        raise DecodeError(method=call.method, url=url, reason=reason, retryable=False)
    if call.returns is None:
        return None
    if outcome.body.strip() in EMPTY_BODIES and call.none_when_empty:
        return None
    try:
        return decode(outcome.body, call.returns, outcome.header("content-type"))
    except ValueError as error:
        name = getattr(call.returns, "__name__", str(call.returns))
        reason = f"the answer of {outcome.status} is not a {name}: {error}"
        url = request.url.partition("?")[0]
        raise DecodeError(method=call.method, url=url, reason=reason, retryable=False) from error
