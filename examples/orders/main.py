"""Send the orders of a file through a workflow, and say what became of them.

    python examples/orders/main.py                                        # on the embedded engine, in a file
    python examples/orders/main.py --orders my.csv
    python examples/orders/main.py --server http://localhost:8080/api     # on a Conductor server

Exit codes: 0 when all orders ended as the file demands, 1 when one did not or the server cannot be used, 2 when the file
cannot be used, 130 after Ctrl-C.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from conductor_core import ConductorError, Settings
from orders_demo import report
from orders_demo.orders_file import OrdersFileError, read_orders
from orders_demo.outcomes import Kind
from orders_demo.progress import display_for
from orders_demo.run import OrderRun

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE = Path(__file__).resolve().parent
DATABASE = Path(".demo/orders.db")
PATIENCE_SECONDS = 300.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the example and return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        rows = read_orders(options.orders)
    except OrdersFileError as error:
        return _fail(str(error), 2)
    run = OrderRun(rows, display_for(sys.stdout, os.environ), options.patience)
    try:
        settings, place = _server(options)
        print(f"{len(rows)} orders from {options.orders}, on {place}", flush=True)
        asyncio.run(run.run(settings))
    except ConductorError as error:
        return _fail(str(error), 1)
    except ExceptionGroup as group:
        return _fail(_first_of(group), 1)
    except KeyboardInterrupt:
        return _fail(f"Interrupted: {run.progress.words()}. Open orders go on when the workers run again.", 130)
    return _report(run, settings)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Send the orders of a CSV file through a workflow.")
    parser.add_argument("--orders", type=Path, default=HERE / "orders.csv", metavar="FILE", help="the CSV file")
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--server", metavar="URL", help="a Conductor server, instead of the embedded engine")
    place.add_argument(
        "--db", type=Path, default=DATABASE, metavar="FILE", help=f"the embedded engine's file (default {DATABASE})"
    )
    parser.add_argument(
        "--patience", type=float, default=PATIENCE_SECONDS, metavar="SECONDS", help="how long to wait for all orders"
    )
    return parser


def _server(options: argparse.Namespace) -> tuple[Settings, str]:
    if options.server:
        return Settings.load(server_url=options.server), options.server
    database: Path = options.db.absolute()
    database.parent.mkdir(parents=True, exist_ok=True)
    url = database.as_uri().replace("file:", "embedded:", 1)
    return Settings(server_url=url, transport="embedded"), f"the embedded engine in {options.db}"


def _fail(message: str, code: int) -> int:
    print(message, file=sys.stderr)
    return code


def _first_of(group: ExceptionGroup[Exception]) -> str:
    """Orders that could not be started have one reason as a rule; unforeseen errors keep their traceback."""
    expected, unexpected = group.split(ConductorError)
    if unexpected is not None or expected is None:
        raise group
    error: Exception = expected
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return str(error)


def _report(run: OrderRun, settings: Settings) -> int:
    print(f"\n{report.outcome_table(run.results)}\n\n{report.times_line(run.results, run.seconds)}")
    failures = report.failure_table(run.results)
    if failures:
        print(f"\n{failures}")
    shown = next((one for one in run.results if one.shown.kind is Kind.SHIPPED_AFTER_RETRY), run.results[0])
    print(f"\nLook at one execution (order {shown.order_id}, {shown.shown.kind}):\n  {_command(settings, shown)}")
    surprises = report.surprises(run.results)
    for surprise in surprises:
        print(f"Not as the file demands: {surprise}", file=sys.stderr)
    return 1 if surprises else 0


def _command(settings: Settings, result: report.Result) -> str:
    program = Path(sys.executable).with_name("conductor")
    if program.is_relative_to(Path.cwd()):
        program = program.relative_to(Path.cwd())
    words = [str(program), "--server-url", settings.server_url]
    if settings.source("transport").kind != "default":
        words += ["--transport", settings.transport]
    words += ["workflow", "get", result.workflow_id]
    return shlex.join(words)


if __name__ == "__main__":
    sys.exit(main())
