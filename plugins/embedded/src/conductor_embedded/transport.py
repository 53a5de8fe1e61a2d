"""The transport `embedded`: requests go to an engine in this process instead of over a network."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, ClassVar

from conductor_core.http import (
    AsyncBaseTransport,
    BaseTransport,
    ReadTimeout,
    Request,
    Response,
)
from conductor_core.interfaces import TransportFactory
from conductor_embedded._delivery import Delivery
from conductor_embedded._json import is_object
from conductor_embedded.address import Address
from conductor_embedded.runtime import ENGINES, HOST

if TYPE_CHECKING:
    from conductor_core.settings import Settings
    from conductor_embedded.runtime import EngineRuntime


class EmbeddedTransport(BaseTransport):
    """Blocking calls to an engine, from any thread but its own."""

    def __init__(self, runtime: EngineRuntime) -> None:
        self._runtime = runtime

    def handle_request(self, request: Request) -> Response:
        """Send a request and wait for its answer, for as long as its read timeout says.

        Raises:
            ReadTimeout: No answer came in time; what the answer gave away is taken back.
            ConnectError: The engine is closed.
            RuntimeError: The engine's own thread calls it, which would wait for itself.
        """
        if self._runtime.is_own_thread:
            raise RuntimeError(
                "a blocking call on the engine's own thread would wait for ever; call the engine directly"
            )
        delivery = Delivery(self._runtime, request, request.read())
        try:
            return delivery.future.result(_read_timeout(request))
        except TimeoutError:
            delivery.abandon()
            raise ReadTimeout("the embedded engine did not answer in time", request=request) from None
        except BaseException:  # Ctrl-C, or whatever a signal handler raises
            delivery.abandon()
            raise


class AsyncEmbeddedTransport(AsyncBaseTransport):
    """Calls to an engine from any event loop; cancelling one cancels the engine's work for it."""

    def __init__(self, runtime: EngineRuntime) -> None:
        self._runtime = runtime

    async def handle_async_request(self, request: Request) -> Response:
        """Send a request and wait for its answer, for as long as its read timeout says.

        Raises:
            ReadTimeout: No answer came in time; what the answer gave away is taken back.
            ConnectError: The engine is closed.
        """
        delivery = Delivery(self._runtime, request, await request.aread())
        try:
            async with asyncio.timeout(_read_timeout(request)):
                return await asyncio.wrap_future(delivery.future)
        except TimeoutError:
            delivery.abandon()
            raise ReadTimeout("the embedded engine did not answer in time", request=request) from None
        except asyncio.CancelledError:
            delivery.abandon()
            raise


class EmbeddedTransportFactory(TransportFactory):
    """Makes transports to the engine that `server_url` names.

    `embedded://memory/NAME` is an engine in memory, `embedded:///ABSOLUTE/FILE` one that keeps its data in a file; all who
    name the same one in a process share it. Any other URL stands for `embedded://memory/default`.

    Raises:
        ConfigurationError: The URL is neither; or the file is in use by another process, or cannot be opened.
    """

    name: ClassVar[str] = "embedded"

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.address: Address = Address.parse(settings.server_url)
        self._lock = threading.Lock()
        self._runtime: EngineRuntime | None = None

    def sync_transport(self) -> EmbeddedTransport:
        """Return a transport for blocking calls, from any thread."""
        return EmbeddedTransport(self._engine())

    def async_transport(self) -> AsyncEmbeddedTransport:
        """Return a transport for the running event loop."""
        return AsyncEmbeddedTransport(self._engine())

    def base_url(self) -> str:
        """Return the URL of requests inside the process."""
        return f"http://{HOST}/api"

    def close(self) -> None:
        """Leave the engine; the last one to leave closes it."""
        with self._lock:
            if self._runtime is not None:
                self._runtime = None
                ENGINES.leave(self.address)

    def _engine(self) -> EngineRuntime:
        with self._lock:
            if self._runtime is None:
                self._runtime = ENGINES.enter(self.address, self.settings)
            return self._runtime


def _read_timeout(request: Request) -> float | None:
    timeout = request.extensions.get("timeout")
    read = timeout.get("read") if is_object(timeout) else None
    return read if isinstance(read, (int, float)) else None
