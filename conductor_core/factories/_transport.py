"""A transport that the caller made, in the place of one that settings name."""

from __future__ import annotations

from conductor_core.errors import ConfigurationError
from conductor_core.hookspecs import hookimpl
from conductor_core.http import AsyncBaseTransport, BaseTransport, Request, Response
from conductor_core.interfaces import TransportFactory

NAME = "callers-own"


class _Blocking(BaseTransport):
    """The caller's transport; closing belongs to the caller, since several clients of one conductor share it."""

    def __init__(self, own: BaseTransport) -> None:
        self._own = own

    def handle_request(self, request: Request) -> Response:
        return self._own.handle_request(request)


class _Awaited(AsyncBaseTransport):
    def __init__(self, own: AsyncBaseTransport) -> None:
        self._own = own

    async def handle_async_request(self, request: Request) -> Response:
        return await self._own.handle_async_request(request)


class CallersTransport:
    """A plugin that offers one object as transport.

    Args:
        own: with ``handle_request``, ``handle_async_request`` or both.

    Raises:
        ConfigurationError: it has neither.
    """

    def __init__(self, own: object) -> None:
        if not isinstance(own, BaseTransport | AsyncBaseTransport):
            kind = type(own).__name__
            raise ConfigurationError(
                f"transport must be a BaseTransport or an AsyncBaseTransport of conductor_core.http, got {kind}"
            )
        self._own: BaseTransport | AsyncBaseTransport = own

    @property
    def blocks(self) -> bool:
        """Whether blocking calls can be sent with it."""
        return isinstance(self._own, BaseTransport)

    @hookimpl
    def conductor_register_transport(self) -> type[TransportFactory]:
        """Offer the object, under a name of its own."""
        own = self._own

        class Own(TransportFactory):
            name = NAME

            def sync_transport(self) -> BaseTransport:
                if isinstance(own, BaseTransport):
                    return _Blocking(own)
                raise ConfigurationError("the transport is for asyncio only: a Conductor needs one with handle_request")

            def async_transport(self) -> AsyncBaseTransport:
                if isinstance(own, AsyncBaseTransport):
                    return _Awaited(own)
                raise ConfigurationError("the transport blocks: an AsyncConductor needs one with handle_async_request")

        return Own
