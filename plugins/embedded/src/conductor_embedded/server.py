"""The development server: an engine behind HTTP, on one event loop."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import uvicorn

from conductor_core.errors import ConfigurationError
from conductor_embedded._protocol import Protocol
from conductor_embedded.api import Safety, UnsafeBindError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from conductor_embedded._assembly import Plan
    from conductor_embedded.api import EngineApp

_WILDCARDS = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - compared with, not listened on
_BACKLOG = 2048
_KEEP_ALIVE_SECONDS = 75


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerOptions:
    """Where a server listens, and whom it lets in.

    Attributes:
        host: Address to listen on.
        port: Port to listen on; 0 takes a free one.
        token: What requests must know; needed for an address that others can reach.
        allowed_hosts: Names that requests may be sent to, beside the local ones.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    token: str | None = None
    allowed_hosts: tuple[str, ...] = ()

    @property
    def safety(self) -> Safety:
        """What the server asks of a request."""
        own = () if self.host in _WILDCARDS else (_bracketed(self.host),)
        return Safety(hosts=frozenset(name.lower() for name in (*self.allowed_hosts, *own)), token=self.token)


async def serve(plan: Plan, options: ServerOptions, on_ready: Callable[[str], object]) -> None:
    """Serve an engine until SIGTERM or SIGINT.

    Args:
        plan: What the engine is made of.
        options: Where to listen, and whom to let in.
        on_ready: Is told the server's URL when it answers.

    Raises:
        ConfigurationError: The address is unsafe or in use, or the engine's file is.
    """
    safety = options.safety
    listener = _listen(options, safety)
    with listener:
        engine, app = plan.build(safety)
        try:
            await engine.start()
            url = f"http://{_bracketed(options.host)}:{listener.getsockname()[1]}/api"
            await _Server(app, lambda: on_ready(url)).serve(sockets=[listener])
        finally:
            await engine.stop()


class _Server(uvicorn.Server):
    """uvicorn, that ends waiting polls as soon as it is told to stop, and ends with exit code 0 then."""

    def __init__(self, app: EngineApp, on_ready: Callable[[], object]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                loop="asyncio",
                http=Protocol,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_keep_alive=_KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=1,
            )
        )
        self._engine_app = app
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, and say so."""
        await super().startup(sockets)
        if self.started:
            self._on_ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Stop at the first signal; without uvicorn's way of raising it again, which would be the exit code."""
        loop = asyncio.get_running_loop()
        if sys.platform == "win32":
            previous = {each: signal.signal(each, lambda *_: self._stop()) for each in (signal.SIGINT, signal.SIGBREAK)}
            try:
                yield
            finally:
                for each, handler in previous.items():
                    signal.signal(each, handler)
            return
        for each in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(each, self._stop)
        try:
            yield
        finally:
            for each in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(each)

    def _stop(self) -> None:
        self.force_exit = self.should_exit  # a second signal waits for nobody
        self.should_exit = True
        self._engine_app.waits.stop()


def _listen(options: ServerOptions, safety: Safety) -> socket.socket:
    try:
        safety.check_bind(options.host)
    except UnsafeBindError as error:
        raise ConfigurationError(str(error)) from error
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    # With the protocol named, asyncio sends answers at once; otherwise a client's delayed acknowledgement costs 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform != "win32":  # where it would let a second server take the same port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((options.host.strip("[]"), options.port))
        listener.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ConfigurationError(
            f"cannot listen on {options.host} port {options.port}: {reason}; choose another --port, 0 takes a free one"
        ) from error
    return listener


def _bracketed(host: str) -> str:
    return f"[{host.strip('[]')}]" if ":" in host else host
