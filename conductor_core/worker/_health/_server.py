"""The health server: four paths over HTTP, on threads of its own, so that a blocked event loop does not silence it."""

from __future__ import annotations

import contextlib
import logging
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import TYPE_CHECKING, Any, Final, cast

from conductor_core._logging import logging_as_here
from conductor_core.errors import ConfigurationError

if TYPE_CHECKING:
    from conductor_core.worker._health._answers import Answer, HealthAnswers

logger = logging.getLogger("conductor.worker")

# Seconds that a client may take to send its request, and to read the answer.
_CLIENT_SECONDS: Final = 5.0
_MOST_CONNECTIONS: Final = 32
# How long closing may have to wait for the server's thread.
_STOP_SECONDS: Final = 0.05


class HealthServer:
    """Serves health on one address.

    Args:
        host: address to listen on.
        port: 0 takes any free port.
        answers: what to say.

    Raises:
        ConfigurationError: the address cannot be listened on.
    """

    def __init__(self, host: str, port: int, answers: HealthAnswers) -> None:
        try:
            self._server = _Server((host, port), answers)
        except OSError as error:
            raise ConfigurationError(
                f"the health server cannot listen on {host}:{port}: {error.strerror or error}; set "
                "CONDUCTOR_WORKER_HEALTH_PORT to a free port, or unset it for no health server"
            ) from error
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_STOP_SECONDS,), name="conductor-health", daemon=True
        )
        self._thread.start()
        logger.info("health on http://%s:%d/health, /livez, /readyz and /metrics", host, self.port)

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], answers: HealthAnswers) -> None:
        self.answers = answers
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self._room = threading.BoundedSemaphore(_MOST_CONNECTIONS)
        self._serve = logging_as_here(super().process_request_thread)
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        """Bind without asking the name service for this host's own name, which may take seconds."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: Any) -> None:
        """Serve a connection on a thread, or close it when there are too many."""
        if self._room.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: socket.socket | tuple[bytes, socket.socket], client_address: Any) -> None:
        """Serve one connection."""
        try:
            self._serve(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, request: object, client_address: Any) -> None:  # noqa: ARG002 - the standard library's signature
        """Log what a handler raised; a client that went away is nobody's concern."""
        logger.debug("a request to the health server from %s failed: %r", client_address, sys.exc_info()[1])


class _Handler(BaseHTTPRequestHandler):
    timeout = _CLIENT_SECONDS
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer with a body."""
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        """Answer without the body."""
        self._answer(with_body=False)

    def version_string(self) -> str:
        """Name no versions to strangers."""
        return "conductor"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the standard library's name
        """Keep probes out of the logs, but for debugging."""
        logger.debug(format, *args)

    def _answer(self, *, with_body: bool) -> None:
        answer = self._answered()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Cache-Control", "no-store")
        # One request a connection: a probe that keeps its connection would keep a thread.
        self.send_header("Connection", "close")
        self.end_headers()
        if with_body:
            with contextlib.suppress(OSError):
                self.wfile.write(answer.body)

    def _answered(self) -> Answer:
        from conductor_core.worker._health._answers import TEXT, Answer  # noqa: PLC0415 - a cycle otherwise

        try:
            return cast("_Server", self.server).answers.answer(
                self.path.partition("?")[0], self.headers.get("Accept", "")
            )
        except Exception:
            logger.exception("the health server could not answer %s", self.path)
            return Answer(500, b"this could not be answered; the log says why\n", TEXT)
