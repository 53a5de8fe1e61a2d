"""What ``conductor top`` shows, from the document of ``/health``: no sockets and no clocks here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conductor_core.cli._table import table

if TYPE_CHECKING:
    from collections.abc import Mapping

    Document = Mapping[str, Any]

_HEAD = ("type", "state", "in flight", "tasks/s", "failed/s", "p50 ms", "p99 ms", "poll age", "last error")


def as_data(document: Document, url: str) -> dict[str, Any]:
    """Return what is shown as plain data: durations in milliseconds, ages in seconds, rates of the last minute."""
    return {
        "url": url,
        "status": document["status"],
        "not_ready_because": document["not_ready_because"],
        "processes": [_process(process) for process in document["processes"]],
        "outbox": {
            name: document["outbox"][name] for name in ("results", "bytes", "oldest_seconds", "dead_letters", "full")
        },
        "workers": [_worker(worker) for worker in document["workers"]],
    }


def as_text(document: Document, url: str, width: int) -> str:
    """Return the screen: a line for the whole, one for the outbox, one for each task type and domain.

    Args:
        document: of ``/health``.
        url: where it came from.
        width: columns of the terminal.
    """
    seen = as_data(document, url)
    processes = seen["processes"]
    frozen = sum(process["frozen"] for process in processes)
    lines = [
        f"{url}  {seen['status']}  processes {len(processes)} of {document['processes_expected']}"
        + (f", {frozen} frozen" if frozen else "")
        + f"  pids {' '.join(str(process['pid']) for process in processes)}",
        _outbox(seen["outbox"]),
        *(f"! {reason}" for reason in seen["not_ready_because"]),
        "",
        *table(_HEAD, [_row(worker) for worker in seen["workers"]]).splitlines(),
    ]
    return "\n".join(_plain(line)[: max(width, 20)] for line in lines)


def _process(process: Document) -> dict[str, Any]:
    return {name: process[name] for name in ("pid", "uptime_seconds", "state", "frozen", "in_flight")}


def _worker(worker: Document) -> dict[str, Any]:
    rates, times = worker["last_minute"]["per_second"], worker["last_minute"]["execution_times"]
    return {
        **{name: worker[name] for name in ("name", "domain", "alive", "paused", "in_flight", "concurrency")},
        "tasks_per_second": round(rates["completed"] + rates["failed"], 3),
        "failed_per_second": rates["failed"],
        "p50_ms": times["p50_ms"],
        "p99_ms": times["p99_ms"],
        "poll_age_seconds": worker["last_poll_age_seconds"],
        "last_error": worker["last_error"],
    }


def _row(worker: Document) -> tuple[str, ...]:
    state = "paused" if worker["paused"] else "up"
    return (
        f"{worker['name']} ({worker['domain']})" if worker["domain"] else worker["name"],
        state if worker["alive"] else "DOWN",
        f"{worker['in_flight']}/{worker['concurrency']}",
        f"{worker['tasks_per_second']:.1f}",
        f"{worker['failed_per_second']:.1f}",
        _number(worker["p50_ms"]),
        _number(worker["p99_ms"]),
        "never" if worker["poll_age_seconds"] is None else f"{worker['poll_age_seconds']:.1f} s",
        worker["last_error"] or "-",
    )


def _outbox(outbox: Document) -> str:
    if not outbox["results"] and not outbox["dead_letters"]:
        return "outbox empty"
    full = ", full" if outbox["full"] else ""
    return (
        f"outbox {outbox['results']} results, {outbox['bytes']} bytes, oldest {outbox['oldest_seconds']:.0f} s, "
        f"{outbox['dead_letters']} dead letters{full}"
    )


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"


def _plain(line: str) -> str:
    """Leave out what a terminal would obey: names and errors come from elsewhere."""
    return "".join(character if character.isprintable() else " " for character in line)
