"""Acme's requests leave through a gateway, which wants to know the program they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core import TransportFactory, hookimpl
from conductor_core.http import AsyncBaseTransport, AsyncHTTPTransport, BaseTransport, HTTPTransport
from conductor_core.tls import tls_context

if TYPE_CHECKING:
    from conductor_core.http import Request, Response

HEADER = "X-Acme-Program"


class Gateway(BaseTransport):
    """For code that blocks."""

    def __init__(self, inner: BaseTransport, program: str) -> None:
        self._inner = inner
        self._program = program

    def handle_request(self, request: Request) -> Response:
        """Name the program, and send the request."""
        request.headers[HEADER] = self._program
        return self._inner.handle_request(request)

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()


class AsyncGateway(AsyncBaseTransport):
    """The same for asyncio."""

    def __init__(self, inner: AsyncBaseTransport, program: str) -> None:
        self._inner = inner
        self._program = program

    async def handle_async_request(self, request: Request) -> Response:
        """Name the program, and send the request."""
        request.headers[HEADER] = self._program
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


class AcmeGateway(TransportFactory):
    """Takes the program's name from the section ``[conductor.options.acme]`` of the settings."""

    name = "acme-gateway"

    def sync_transport(self) -> Gateway:
        """Return a transport for blocking calls."""
        return Gateway(HTTPTransport(verify=tls_context(self.settings)), self._program())

    def async_transport(self) -> AsyncGateway:
        """Return a transport for the running event loop."""
        return AsyncGateway(AsyncHTTPTransport(verify=tls_context(self.settings)), self._program())

    def _program(self) -> str:
        return str(self.settings.options_of("acme").get("program", "unnamed"))


@hookimpl
def conductor_register_transport() -> type[TransportFactory]:
    """Offer the transport named ``acme-gateway``."""
    return AcmeGateway
