"""`Conductor` and its awaitable twin: settings, plugins and a driver, and the domain clients on top of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar

from conductor_core._clients import AsyncClients, SyncClients
from conductor_core._logging import as_logger, routed_to
from conductor_core._views import Views
from conductor_core.errors import ConfigurationError
from conductor_core.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from conductor_core._call import Call, Flow
    from conductor_core._endpoint import Async, Driver, Sync
    from conductor_core._http_client import ClientParts
    from conductor_core._logging import Logger
    from conductor_core._plugins import Plugins
    from conductor_core._server import ServerInfo

T = TypeVar("T")
A = TypeVar("A")


def _parts(
    settings: Settings | None, plugins: Plugins | None, logger: object | None, arguments: dict[str, Any]
) -> ClientParts:
    if settings is not None and arguments:
        raise ConfigurationError(f"pass either settings or single values ({', '.join(arguments)}), not both")
    chosen = settings or (plugins.settings if plugins and not arguments else Settings.load(**arguments))
    # What building needs and naming does not: httpx, and the plugin machinery.
    from conductor_core._http_client import ClientParts  # noqa: PLC0415
    from conductor_core._plugins import Plugins  # noqa: PLC0415

    if plugins is None:
        plugins = Plugins.from_settings(chosen, logger=logger)
    parts = ClientParts.choose(chosen, plugins, logger=plugins.logger if logger is None else as_logger(logger))
    with routed_to(parts.logger):
        plugins.announce()
    return parts


class Conductor(Views, SyncClients):
    """A connection to a Conductor server, for code that blocks; safe to share between threads.

    ::

        with Conductor() as conductor:
            workflow_id = conductor.workflows.start_workflow(StartWorkflowRequest(name="orders"))

    Args:
        settings: where and how to connect; resolved from the environment when None.
        plugins: a plugin set to share with others; made from the settings when None.
        logger: an object with ``debug``, ``info`` and ``error``; that of the plugin set, or the library's own, when None. It
            reaches drivers and auth, and workers that share :attr:`plugins`.
        arguments: single settings instead of ``settings``, for example ``server_url=...``.

    Raises:
        ConfigurationError: a setting cannot be used.
        PluginError: a driver that the settings name is missing, disabled or broken.
    """

    _awaits = False

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        plugins: Plugins | None = None,
        logger: object | None = None,
        **arguments: Any,
    ) -> None:
        self._parts = _parts(settings, plugins, logger, arguments)
        self.settings: Settings = self._parts.settings
        self.plugins: Plugins = self._parts.plugins
        self.logger: Logger = self._parts.logger
        from conductor_core._drivers import SyncDriver  # noqa: PLC0415 - what naming a conductor need not load

        self._driver: SyncDriver = SyncDriver(self._parts, wrapped=True)
        self._base = self._driver
        self._closed = False

    def client(self, api: Callable[[Driver[Sync]], A]) -> A:
        """Return a client of any :class:`~conductor_core.Api` class, typed as its sync face."""
        return api(self._driver)

    def run(self, step: Call[T] | Flow[T]) -> T:
        """Run a call or a flow that was built by hand."""
        return self._driver.run(step)

    def authentication_headers(self) -> dict[str, str]:
        """Return the headers that say who is calling, for a request that goes another way: a stream, an upload.

        They hold for as long as the auth says; a token is asked for first when there is none. Their text shows no value.

        Raises:
            ConductorError: there is no token to be had.
        """
        return self._base.auth_headers()

    def server_info(self, *, refresh: bool = False) -> ServerInfo:
        """Return what the server is: open source, Orkes or the embedded engine, its version, and how its clock goes.

        It is asked once, by two small requests that the auth signs like any other; then the answer is kept.

        Args:
            refresh: ask again, for example after an upgrade.

        Raises:
            ConductorError: the server did not answer.
        """
        return self._base.server_info(refresh=refresh)

    def close(self) -> None:
        """End all waits, close the connections and release the plugins; closing twice does nothing."""
        if not self._closed:
            self._closed = True
            try:
                self._driver.close()
            finally:
                self._parts.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(server_url={self.settings.server_url!r}, transport={self.settings.transport!r})"


class AsyncConductor(Views, AsyncClients):
    """A connection to a Conductor server for asyncio code: :class:`Conductor` with every method awaited.

    ::

        async with AsyncConductor() as conductor:
            workflow_id = await conductor.workflows.start_workflow(StartWorkflowRequest(name="orders"))

    One conductor belongs to the event loop of its first call. Arguments and errors are those of :class:`Conductor`.
    """

    _awaits = True

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        plugins: Plugins | None = None,
        logger: object | None = None,
        **arguments: Any,
    ) -> None:
        self._parts = _parts(settings, plugins, logger, arguments)
        self.settings: Settings = self._parts.settings
        self.plugins: Plugins = self._parts.plugins
        self.logger: Logger = self._parts.logger
        from conductor_core._drivers import AsyncDriver  # noqa: PLC0415 - what naming a conductor need not load

        self._driver: AsyncDriver = AsyncDriver(self._parts, wrapped=True)
        self._base = self._driver
        self._closed = False

    def client(self, api: Callable[[Driver[Async]], A]) -> A:
        """Return a client of any :class:`~conductor_core.Api` class, typed as its async face."""
        return api(self._driver)

    async def run(self, step: Call[T] | Flow[T]) -> T:
        """Run a call or a flow that was built by hand."""
        return await self._driver.run(step)

    async def authentication_headers(self) -> dict[str, str]:
        """Return the headers that say who is calling, for a request that goes another way: a stream, an upload.

        They hold for as long as the auth says; a token is asked for first when there is none. Their text shows no value.

        Raises:
            ConductorError: there is no token to be had.
        """
        return await self._base.auth_headers()

    async def server_info(self, *, refresh: bool = False) -> ServerInfo:
        """Return what the server is: open source, Orkes or the embedded engine, its version, and how its clock goes.

        It is asked once, by two small requests that the auth signs like any other; then the answer is kept.

        Args:
            refresh: ask again, for example after an upgrade.

        Raises:
            ConductorError: the server did not answer.
        """
        return await self._base.server_info(refresh=refresh)

    async def aclose(self) -> None:
        """End all waits, close the connections and release the plugins; closing twice does nothing."""
        if not self._closed:
            await self._driver.aclose()
            self._closed = True
            self._parts.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(server_url={self.settings.server_url!r}, transport={self.settings.transport!r})"
