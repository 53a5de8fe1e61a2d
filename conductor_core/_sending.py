"""One request on the wire and its answer back: through auth and every wrapper, without the HTTP client's own layers.

The client's layers (merging URLs, cookies, redirects, timing) cost several times what the transport does, and nothing here
needs them: a target is complete, an API client keeps no cookies, and redirects are the exchange's business. The transport is
asked of the client, so that tests which replace a client's transport still see every request.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from conductor_core import http
from conductor_core._unpacking import ACCEPTED, aread, read
from conductor_core._version import __version__

if TYPE_CHECKING:
    from conductor_core._exchange import Send
    from conductor_core.interfaces import StaticHeaders


class Refused(NamedTuple):
    """The answer to a request that somebody else sent with static headers, and which version of them it refuses."""

    version: int | None
    response: http.Response


USER_AGENT = f"conductor-core/{__version__}"

_REFUSALS = frozenset({401, 403})

# Polls and updates repeat a few addresses and header sets; parsing one costs more than sending it.
_url = lru_cache(maxsize=1024)(http.URL)


@lru_cache(maxsize=4096)
def _headers(address: http.URL, pairs: tuple[tuple[str, str], ...], length: int | None) -> http.Headers:
    fixed = [("host", address.netloc.decode("ascii")), ("user-agent", USER_AGENT)]
    if not any(name == "accept-encoding" for name, _ in pairs):
        fixed.append(("accept-encoding", ACCEPTED))
    size = [] if length is None else [("content-length", str(length))]
    return http.Headers([*fixed, *pairs, *size])


def request_of(send: Send, usual: http.Timeout, static: StaticHeaders | None = None) -> http.Request:
    """Build the request; ``usual`` holds the timeouts of calls that bring none of their own, ``static`` further headers."""
    address = _url(send.url)
    content = send.content
    length = len(content) if content is not None else None if send.method in ("GET", "HEAD", "DELETE") else 0
    pairs = send.headers if static is None else (*send.headers, *static[1].items())
    request = http.Request(
        send.method,
        address,
        headers=_headers(address, pairs, length),
        stream=http.ByteStream(content or b""),
        extensions={
            "timeout": _timeouts(send.timeout, usual),
            http.REPEATABLE: send.repeatable,
            http.RETRY_BUDGET: send.retry_budget,
        },
    )
    if send.streamed:
        request.extensions[http.STREAMED] = True
    request.read()  # wrappers and auth flows may look at the body
    return request


def _timeouts(wanted: float | None, usual: http.Timeout) -> dict[str, float | None]:
    if wanted is None:
        return usual.as_dict()
    connect = wanted if usual.connect is None else min(usual.connect, wanted)
    return {"connect": connect, "read": wanted, "write": wanted, "pool": wanted}


def answer_to(
    client: http.Client, auth: http.Auth | None, request: http.Request, *, prepared: bool = False
) -> http.Response:
    """Send on a blocking client, with the auth flow around it; the body of the answer is read.

    A failure is thrown into the flow too, which may survive that of a request of its own. A ``prepared`` request has the
    provider's static headers: the flow is driven only once such a request is refused, and then told that answer.
    """
    if auth is None:
        return send_once(client, request)
    known = _Known(request, send_once(client, request)) if prepared else None
    if known is not None and known.is_final:
        return known.response
    flow = auth.sync_auth_flow(request)
    try:
        request = next(flow)
        while True:
            try:
                response = _Known.answer(known, request) or send_once(client, request)
            except http.HTTPError as error:
                request = flow.throw(error)
                continue
            finally:
                known = None
            try:
                request = flow.send(response)
            except StopIteration:
                return response
            except BaseException:
                response.close()
                raise
            response.close()
    finally:
        flow.close()


async def async_answer_to(
    client: http.AsyncClient,
    auth: http.Auth | None,
    request: http.Request,
    *,
    prepared: bool = False,
    sent: http.Response | None = None,
) -> http.Response:
    """Send on an asyncio client, as :func:`answer_to` does on a blocking one.

    ``sent`` is the answer to a prepared request that was sent already.
    """
    if auth is None:
        return await async_send_once(client, request)
    known = _Known(request, await async_send_once(client, request) if sent is None else sent) if prepared else None
    if known is not None and known.is_final:
        return known.response
    flow = auth.async_auth_flow(request)
    try:
        request = await anext(flow)
        while True:
            try:
                response = _Known.answer(known, request) or await async_send_once(client, request)
            except http.HTTPError as error:
                request = await flow.athrow(error)
                continue
            finally:
                known = None
            try:
                request = await flow.asend(response)
            except StopAsyncIteration:
                return response
            except BaseException:
                await response.aclose()
                raise
            await response.aclose()
    finally:
        await flow.aclose()


class _Known:
    """The answer to a request that was sent before its flow; a flow that would send just the same need not."""

    __slots__ = ("_headers", "_request", "response")

    def __init__(self, request: http.Request, response: http.Response) -> None:
        self._request = request
        self._headers = sorted(request.headers.multi_items())  # a flow that sets a header again moves it
        self.response = response

    @property
    def is_final(self) -> bool:
        """Whether the answer says nothing about who is calling."""
        return self.response.status_code not in _REFUSALS

    @staticmethod
    def answer(known: _Known | None, request: http.Request) -> http.Response | None:
        """Return the answer, when there is one to just this request."""
        if known is None or request is not known._request:  # noqa: SLF001 - own class
            return None
        return known.response if sorted(request.headers.multi_items()) == known._headers else None  # noqa: SLF001 - own class


def is_left_open(response: http.Response) -> bool:
    """Whether the body is to be read piece by piece: that of a good answer to a request that asked for it."""
    return http.STREAMED in response.request.extensions and response.is_success


def send_once(client: http.Client, request: http.Request) -> http.Response:
    """Send one request without auth, and read the body of its answer, unless it is to be left open."""
    response = http.transport_of(client, request.url).handle_request(request)
    response.request = request
    if is_left_open(response):
        return response
    try:
        answer = read(response)
    except BaseException:
        response.close()
        raise
    answer.request = request
    return answer


async def async_send_once(client: http.AsyncClient, request: http.Request) -> http.Response:
    """Send one request without auth on an asyncio client, as :func:`send_once` does on a blocking one."""
    response = await http.async_transport_of(client, request.url).handle_async_request(request)
    response.request = request
    if is_left_open(response):
        return response
    try:
        answer = await aread(response)
    except BaseException:
        await response.aclose()
        raise
    answer.request = request
    return answer
