"""``conductor top``: what the workers of one process, or of all copies of a supervisor, do at this moment."""

from __future__ import annotations

import http.client
import json
import shutil
import sys
import time
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from conductor_core.cli._output import write_json, write_text
from conductor_core.cli._top_view import as_data, as_text
from conductor_core.errors import ConductorError, InvalidArgumentError
from conductor_core.hookspecs import hookimpl
from conductor_core.interfaces import Command

if TYPE_CHECKING:
    import argparse

    from conductor_core.settings import Settings

_SECONDS: Final = 5.0
_LONGEST_INTERVAL: Final = 86400
_LAST_PORT: Final = 65535
_ANSWERS: Final = (200, 503)  # the latter when workers are down: what top is for
_CLEAR: Final = "\x1b[H\x1b[2J"


class TopCommand(Command):
    """Asks the health server of workers again and again."""

    help = "Show what running workers do, from their health server."

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Take the address and how often to look."""
        parser.add_argument("--health-url", metavar="URL", help="the workers' health server, http://127.0.0.1:9090")
        parser.add_argument("--port", type=int, metavar="PORT", help="its port on this machine")
        parser.add_argument(
            "--interval", type=float, default=2.0, metavar="SECONDS", help="how often to look (default: 2)"
        )
        parser.add_argument(
            "-n", "--count", type=int, default=0, metavar="N", help="look N times (default: until Ctrl-C)"
        )
        parser.add_argument("--json", action="store_true", help="look once, and print JSON")

    def run(self, args: argparse.Namespace, settings: Settings) -> int:
        """Look once, so often, or until Ctrl-C."""
        url = _url(args.health_url, args.port, settings)
        if not 0 < args.interval <= _LONGEST_INTERVAL:
            text = f"--interval must be more than 0 and at most {_LONGEST_INTERVAL} seconds, got {args.interval:g}"
            raise InvalidArgumentError(text)
        if args.count < 0:
            raise InvalidArgumentError(f"--count must not be negative, got {args.count}")
        document = health_of(url)
        if args.json:
            write_json(as_data(document, url))
            return 0
        try:
            _watch(url, document, args.interval, args.count)
        except KeyboardInterrupt:
            return 0  # the way to end it
        return 0


def health_of(url: str) -> dict[str, Any]:
    """Return the document of a health server.

    Raises:
        ConductorError: nobody answers there, or no health server.
    """
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    status, document = 0, None
    connection = kind(parts.hostname or "127.0.0.1", parts.port, timeout=_SECONDS)
    try:
        connection.request("GET", f"{parts.path.rstrip('/')}/health")
        answer = connection.getresponse()
        status, body = answer.status, answer.read()
        document = json.loads(body) if status in _ANSWERS else None
    except (OSError, http.client.HTTPException) as error:
        raise ConductorError(
            f"no workers answer at {url} ({error}): give them --health-port, or CONDUCTOR_WORKER_HEALTH_PORT"
        ) from None
    except ValueError:
        document = None  # no JSON
    finally:
        connection.close()
    if not isinstance(document, dict) or "workers" not in document:
        raise ConductorError(f"{url} is no health server of workers: it answered {status} without their health")
    return document  # pyright: ignore[reportUnknownVariableType] - JSON of our own server


def _watch(url: str, document: dict[str, Any], interval: float, count: int) -> None:
    """Show, wait and look again; a server that does not answer for a while is said to, and asked again."""
    shown: ConductorError | None = None
    looks = 0
    while True:
        _show(f"{shown}\n" if shown is not None else as_text(document, url, shutil.get_terminal_size().columns))
        looks += 1
        if looks == count:
            return
        time.sleep(interval)
        try:
            document, shown = health_of(url), None
        except ConductorError as error:
            shown = error


def _show(text: str) -> None:
    write_text(f"{_CLEAR if sys.stdout.isatty() else ''}{text}")
    sys.stdout.flush()


def _url(given: str | None, port: int | None, settings: Settings) -> str:
    if given is not None:
        if not _is_address(given):
            raise InvalidArgumentError(f"--health-url must be an http or https address, got {given!r}")
        return given.rstrip("/")
    if port is not None and not 0 < port <= _LAST_PORT:
        raise InvalidArgumentError(f"--port must be a number from 1 to {_LAST_PORT}, got {port}")
    port = port if port is not None else settings.health_port
    if not port:
        raise InvalidArgumentError("say where the workers' health server is: --port, or CONDUCTOR_WORKER_HEALTH_PORT")
    host = "127.0.0.1" if settings.health_host in {"0.0.0.0", "::"} else settings.health_host  # noqa: S104 - any address
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is none, or half a bracket
        return False


@hookimpl
def conductor_register_command() -> type[TopCommand]:
    """Offer the command."""
    return TopCommand
