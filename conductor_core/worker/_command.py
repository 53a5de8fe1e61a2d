"""``conductor worker run MODULE...``: a program that serves the decorated workers of some modules."""

from __future__ import annotations

import logging
import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conductor_core.errors import WorkerError
from conductor_core.hookspecs import hookimpl
from conductor_core.interfaces import Command

if TYPE_CHECKING:
    import argparse

    from conductor_core.settings import Settings


class WorkerCommand(Command):
    """Serves workers until SIGTERM or SIGINT."""

    help = "Run decorated workers."

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add ``run`` and ``list`` with their arguments."""
        actions = parser.add_subparsers(dest="worker_action", required=True, metavar="run|list")
        run = actions.add_parser("run", help="serve the workers of modules until SIGTERM")
        run.add_argument(
            "modules", nargs="+", metavar="MODULE", help="module that decorates functions with @worker_task"
        )
        run.add_argument(
            "--stop-timeout",
            type=_seconds,
            default=30.0,
            metavar="SECONDS",
            help="how long running tasks may take to finish (default: 30)",
        )
        run.add_argument(
            "--processes",
            type=_count,
            metavar="N",
            help="serve from N processes, and start those again that die (default: this process alone)",
        )
        run.add_argument(
            "--max-restarts",
            type=int,
            default=0,
            metavar="N",
            help="restarts of one process, or of a poll loop, after which it stays down (default: 0, no limit)",
        )
        run.add_argument("--health-port", type=int, metavar="PORT", help="serve /livez, /readyz, /health and /metrics")
        run.add_argument("--health-host", metavar="HOST", help="address for it (default: 127.0.0.1)")
        listing = actions.add_parser("list", help="show the workers of modules without serving them")
        listing.add_argument("modules", nargs="+", metavar="MODULE", help="module or package to look into")

    def run(self, args: argparse.Namespace, settings: Settings) -> int:
        """Serve, or list; the exit code is 1 when a task was given back or a result was not delivered."""
        _allow_local_modules()
        if args.worker_action == "list":
            return _list(args.modules)
        _show_what_happens()
        settings = _with_health(settings, args.health_port, args.health_host)
        if args.processes is not None:
            from conductor_core.worker._copies._program import run_copies  # noqa: PLC0415 - few programs need it

            return run_copies(
                settings,
                args.modules,
                processes=args.processes,
                stop_timeout=args.stop_timeout,
                max_restarts=args.max_restarts,
            )
        from conductor_core.worker._handler import TaskHandler  # noqa: PLC0415 - help must not load HTTP and models

        handler = TaskHandler(
            settings,
            import_modules=args.modules,
            handle_signals=True,
            stop_timeout=args.stop_timeout,
            max_restarts=args.max_restarts,
        )
        if not handler.workers:
            raise WorkerError(f"no workers in {', '.join(args.modules)}: decorate functions with @worker_task there")
        with handler:
            handler.join()
        return 0 if handler.report is None or handler.report.clean else 1


def _show_what_happens() -> None:
    """Log the workers' own lines unless the user chose a level: a program that only serves should say that it does."""
    if not os.environ.get("CONDUCTOR_LOG_LEVEL", "").strip():
        logging.getLogger("conductor").setLevel(logging.INFO)


def _count(text: str) -> int:
    import argparse  # noqa: PLC0415 - loaded already by whoever reads arguments

    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 on, got {text!r}")
    return int(text)


def _seconds(text: str) -> float:
    import argparse  # noqa: PLC0415 - the same

    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"must be a number of seconds, got {text!r}")
    return seconds


def _with_health(settings: Settings, port: int | None, host: str | None) -> Settings:
    changes: dict[str, Any] = {"health_port": port, "health_host": host}
    given = {name: value for name, value in changes.items() if value is not None}
    return replace(settings, **given) if given else settings


def _list(modules: list[str]) -> int:
    from conductor_core.worker._discovery import WorkerLoader  # noqa: PLC0415 - help must not load it

    loader = WorkerLoader()
    loader.scan_packages(modules)
    loader.print_summary()
    return 0


def _allow_local_modules() -> None:
    """Find modules beside the caller, as ``python -m`` does; an installed script does not by itself."""
    here = os.getcwd()  # noqa: PTH109 - a plain text for sys.path
    if here not in sys.path and "" not in sys.path:
        sys.path.insert(0, here)


@hookimpl
def conductor_register_command() -> type[WorkerCommand]:
    """Offer the command."""
    return WorkerCommand
