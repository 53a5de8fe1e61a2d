"""The command `conductor server`."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, ClassVar

from conductor_core.errors import ConfigurationError
from conductor_core.interfaces import Command

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from conductor_core.settings import Settings
    from conductor_embedded.server import ServerOptions

_LAST_PORT = 65535


class ServerCommand(Command):
    """Serves an embedded engine on a port of this machine."""

    help: ClassVar[str] = "Serve the embedded engine on a port of this machine, for development."

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the options of the server."""
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
        parser.add_argument("--port", type=int, default=8080, help="port, 0 for a free one (default: %(default)s)")
        parser.add_argument(
            "--db", metavar="FILE", help="keep everything in this file, in a folder that exists (default: in memory)"
        )
        parser.add_argument(
            "--token-env",
            metavar="NAME",
            help="ask requests for the token in this environment variable; needed for an address that others can reach",
        )
        parser.add_argument(
            "--allow-host",
            metavar="NAME",
            action="append",
            default=[],
            help="a name that requests may be sent to, beside localhost; may be repeated",
        )

    def run(self, args: argparse.Namespace, settings: Settings) -> int:
        """Serve until SIGTERM or SIGINT.

        Raises:
            ConfigurationError: An option cannot be used, or the address or the file is in use.
        """
        from conductor_embedded._assembly import Plan  # noqa: PLC0415 - `conductor --help` needs none of it
        from conductor_embedded.address import Address  # noqa: PLC0415
        from conductor_embedded.server import serve  # noqa: PLC0415

        options = _options(args, os.environ)
        if args.db is not None and not args.db.strip():  # an unset variable: to serve from memory would lose everything
            raise ConfigurationError("--db must name a file, got an empty text; without --db everything is in memory")
        address = Address.of_file(args.db) if args.db else Address(name="server")

        def announce(url: str) -> None:
            print(f"Conductor embedded server on {url} (db: {address})", flush=True)  # noqa: T201 - the command's output

        asyncio.run(serve(Plan(address=address, settings=settings), options, announce))
        return 0


def _options(args: argparse.Namespace, environ: Mapping[str, str]) -> ServerOptions:
    from conductor_embedded.server import ServerOptions  # noqa: PLC0415 - `conductor --help` needs none of it

    if not 0 <= args.port <= _LAST_PORT:
        raise ConfigurationError(f"--port must be a number from 0 to {_LAST_PORT}, got {args.port}")
    token = environ.get(args.token_env, "").strip() if args.token_env else None
    if args.token_env and not token:
        raise ConfigurationError(
            f"--token-env names {args.token_env}, but that environment variable is empty or not set"
        )
    return ServerOptions(host=args.host, port=args.port, token=token, allowed_hosts=tuple(args.allow_host))
