"""The one place that names httpx types.

Plugins and the core take the HTTP vocabulary from here, so that the library behind it can change in one file.
"""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from types import ModuleType

_IS_FIRST: Final = "httpx" not in sys.modules
if _IS_FIRST:
    # Its command line would load click, rich and pygments where they are installed, 50 ms of each start. It comes when it is called.
    sys.modules["httpx._main"] = cast("ModuleType", None)

from httpx import (  # noqa: E402 - only now
    URL,
    ASGITransport,
    AsyncBaseTransport,
    AsyncByteStream,
    AsyncClient,
    AsyncHTTPTransport,
    Auth,
    BaseTransport,
    ByteStream,
    Client,
    CloseError,
    ConnectError,
    ConnectTimeout,
    Headers,
    HTTPError,
    HTTPTransport,
    InvalidURL,
    Limits,
    LocalProtocolError,
    MockTransport,
    PoolTimeout,
    Proxy,
    ProxyError,
    ReadError,
    ReadTimeout,
    RemoteProtocolError,
    Request,
    Response,
    StreamError,
    SyncByteStream,
    Timeout,
    TimeoutException,
    TransportError,
    UnsupportedProtocol,
    WriteError,
    WriteTimeout,
    create_ssl_context,
)

__all__ = [
    "MAX_BODY_BYTES",
    "REPEATABLE",
    "RETRY_BUDGET",
    "STREAMED",
    "URL",
    "ASGITransport",
    "AsyncBaseTransport",
    "AsyncByteStream",
    "AsyncClient",
    "AsyncHTTPTransport",
    "Auth",
    "BaseTransport",
    "ByteStream",
    "Client",
    "CloseError",
    "ConnectError",
    "ConnectTimeout",
    "HTTPError",
    "HTTPTransport",
    "Headers",
    "InvalidURL",
    "Limits",
    "LocalProtocolError",
    "MockTransport",
    "PoolTimeout",
    "Proxy",
    "ProxyError",
    "ReadError",
    "ReadTimeout",
    "RemoteProtocolError",
    "Request",
    "Response",
    "StreamError",
    "SyncByteStream",
    "Timeout",
    "TimeoutException",
    "TransportError",
    "UnsupportedProtocol",
    "WriteError",
    "WriteTimeout",
    "async_stock_is_replaced",
    "async_transport_of",
    "create_ssl_context",
    "stock_is_replaced",
    "transport_of",
]

REPEATABLE: Final = "conductor_repeatable"
"""Request extension: whether a transport may send the request again when a kept connection turns out to be closed.

Without it the method decides; a poll is a GET that must not be sent twice, since each one takes tasks.
"""

RETRY_BUDGET: Final = "conductor_retry_budget"
"""Request extension: seconds that the call may spend on further tries; 0 means one try, None means no bound.

An auth flow that waits before it asks for a token again keeps to it.
"""

STREAMED: Final = "conductor_streamed"
"""Request extension: the body of the answer is read while it comes, and may have no end.

A transport returns the response as soon as it has the headers, and reads on only when it is asked for more. One that reads
answers whole hands such a request to one that does not.
"""

MAX_BODY_BYTES: Final = "conductor_max_body_bytes"
"""Response extension: most bytes that the body may have once it is unpacked, when the transport has such a limit."""


def _command_line() -> object:
    """Run the command line of httpx."""
    return importlib.import_module("httpx._main").main()


if _IS_FIRST:
    del sys.modules["httpx._main"]
    vars(sys.modules["httpx"])["main"] = _command_line

_ASYNC_HANDLER: Final = AsyncHTTPTransport.handle_async_request
_HANDLER: Final = HTTPTransport.handle_request
_genuine: dict[str, object] = {}


def transport_of(client: Client, address: URL) -> BaseTransport:
    """Return the transport that a client would take for an address, also when a test has replaced the choice."""
    return client._transport_for_url(address)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - what respx patches


def async_transport_of(client: AsyncClient, address: URL) -> AsyncBaseTransport:
    """Return the transport that an asyncio client would take for an address, also when a test has replaced the choice."""
    return client._transport_for_url(address)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - what respx patches


def async_stock_is_replaced() -> bool:
    """Whether a test library stands in for the stock asyncio transport, or for the pool below it.

    Such libraries (respx in its default mode is one) replace methods of those classes. A transport that is not built on
    them asks here, and hands its requests to a stock one while that is so, or a mocked test would reach the network.
    """
    if _below_observers(AsyncHTTPTransport.handle_async_request) is not _ASYNC_HANDLER:
        return True
    return _is_replaced("httpcore._async.connection_pool", "AsyncConnectionPool", "handle_async_request")


def stock_is_replaced() -> bool:
    """Whether a test library stands in for the stock blocking transport, or for the pool below it."""
    if _below_observers(HTTPTransport.handle_request) is not _HANDLER:
        return True
    return _is_replaced("httpcore._sync.connection_pool", "ConnectionPool", "handle_request")


def _below_observers(function: object) -> object:
    """Return the method that instrumentation has wrapped: it watches requests of the stock transport, and answers none.

    OpenTelemetry's instrumentation of httpx is one. It wraps with wrapt, and what stands in for a method does not.
    """
    wrapt = cast("Any", sys.modules.get("wrapt"))  # where nobody loaded it, nothing is wrapped with it
    while wrapt and isinstance(function, wrapt.BoundFunctionWrapper):
        function = cast("Any", function).__wrapped__
    return function


def _is_replaced(module_name: str, class_name: str, method: str) -> bool:
    """Whether a method is another one than its class was written with; what nobody imported, nobody replaced."""
    module = sys.modules.get(module_name)
    if module is None:
        return False
    owner = cast("type[object]", getattr(module, class_name))
    function = _below_observers(getattr(owner, method))
    if function is _genuine.get(module_name):
        return False
    # The class may have been replaced before anybody looked, so its origin counts and not what was seen first.
    code, own = getattr(function, "__code__", None), owner.__init__.__code__
    if code is None or code.co_filename != own.co_filename:
        return True
    _genuine[module_name] = function
    return False
