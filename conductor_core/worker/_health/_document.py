"""The document of ``/health``: what several processes say, added up by task type and domain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from conductor_core.worker._health._counters import COUNTS, TIMES
from conductor_core.worker._health._durations import Buckets, added, percentile

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from conductor_core.worker._health._snapshot import Snapshot

UP: Final = "UP"
DOWN: Final = "DOWN"
SERVING: Final = "serving"


def document(processes: Sequence[Snapshot], *, expected: int = 1) -> Snapshot:
    """Return the document of ``/health``.

    Args:
        processes: a snapshot of each process that lives.
        expected: how many should.
    """
    return {
        "status": UP if is_healthy(processes, expected=expected) else DOWN,
        "ready": not unready(processes, expected=expected),
        "not_ready_because": unready(processes, expected=expected),
        "frozen": any(process["frozen"] for process in processes),
        "processes_expected": expected,
        "processes": [_process(process) for process in processes],
        "outbox": _outbox([process["outbox"] for process in processes]),
        "workers": workers(processes),
    }


def is_healthy(processes: Sequence[Snapshot], *, expected: int = 1) -> bool:
    """Tell whether every process lives, turns and has all its poll loops."""
    return len(processes) >= expected and all(
        process["state"] == SERVING and not process["frozen"] and all(worker["alive"] for worker in process["workers"])
        for process in processes
    )


def unready(processes: Sequence[Snapshot], *, expected: int = 1) -> list[str]:
    """Return why tasks are not, or not yet, taken as they should be; empty when they are."""
    reasons: list[str] = []
    if len(processes) < expected:
        reasons.append(f"{expected - len(processes)} of {expected} processes are not running")
    for process in processes:
        reasons.extend(f"process {process['pid']}: {reason}" for reason in _unready(process))
    return reasons


def workers(processes: Iterable[Snapshot]) -> list[Snapshot]:
    """Return one entry for each task type and domain, all processes together."""
    found: dict[tuple[str, str], list[Snapshot]] = {}
    for process in processes:
        for worker in process["workers"]:
            found.setdefault((worker["name"], worker["domain"] or ""), []).append(worker)
    return [_together(found[key]) for key in sorted(found)]


def _unready(process: Snapshot) -> list[str]:
    if process["state"] != SERVING:
        return [f"it is {process['state']}"]
    reasons = ["its event loop is blocked"] if process["frozen"] else []
    if process["outbox"]["full"]:
        reasons.append("its outbox is full")
    for worker in process["workers"]:
        if not worker["alive"]:
            reasons.append(f"the poll loop of {worker['name']} is down")
        elif not worker["counts"]["polls"] and not worker["paused"]:
            reasons.append(f"no poll of {worker['name']} has been answered yet")
    return reasons


def _process(process: Snapshot) -> Snapshot:
    listed = {name: value for name, value in process.items() if name not in ("workers", "outbox")}
    in_flight = sum(worker["in_flight"] for worker in process["workers"])
    return {**listed, "in_flight": in_flight, "outbox_results": process["outbox"]["results"]}


def _outbox(outboxes: Sequence[Snapshot]) -> Snapshot:
    """Add up what waits; processes that share a file see the same results, which count once."""
    shared: dict[str, Snapshot] = {}
    for number, outbox in enumerate(outboxes):
        shared.setdefault(outbox["file"] or f"memory {number}", outbox)
    files = sorted({outbox["file"] for outbox in outboxes if outbox["file"]})
    return {
        "results": sum(outbox["results"] for outbox in shared.values()),
        "bytes": sum(outbox["bytes"] for outbox in shared.values()),
        "oldest_seconds": max((outbox["oldest_seconds"] for outbox in outboxes), default=0.0),
        "dead_letters": sum(outbox["dead_letters"] for outbox in shared.values()),
        "full": any(outbox["full"] for outbox in outboxes),
        "files": files,
    }


def _together(parts: Sequence[Snapshot]) -> Snapshot:
    first = parts[0]
    ages = [part["last_poll_age_seconds"] for part in parts if part["last_poll_age_seconds"] is not None]
    return {
        "name": first["name"],
        "domain": first["domain"],
        "isolation": first["isolation"],
        "processes": len(parts),
        "alive": all(part["alive"] for part in parts),
        "paused": all(part["paused"] for part in parts),
        **{name: sum(part[name] for part in parts) for name in ("concurrency", "in_flight", "restarts", "queue_full")},
        "last_poll_at": max((part["last_poll_at"] for part in parts if part["last_poll_at"]), default=None),
        "last_poll_age_seconds": min(ages, default=None),
        "last_error": next((part["last_error"] for part in parts if part["last_error"]), None),
        "counts": {name: sum(part["counts"][name] for part in parts) for name in COUNTS},
        "last_minute": _last_minute([part["window"] for part in parts]),
    }


def _last_minute(windows: Sequence[Snapshot]) -> Snapshot:
    """Return rates per second and percentiles in milliseconds; None where nothing happened."""
    rates = {name: round(sum(_rate(window, name) for window in windows), 3) for name in COUNTS}
    return {"per_second": rates, **{name: _percentiles(windows, name) for name in TIMES}}


def _rate(window: Snapshot, name: str) -> float:
    return float(window["counts"][name]) / window["seconds"] if window["seconds"] else 0.0


def _percentiles(windows: Sequence[Snapshot], name: str) -> dict[str, Any]:
    total: Buckets = {}
    for window in windows:
        total = added(total, {int(index): count for index, count in window["times"][name].items()})
    return {"p50_ms": percentile(total, 0.5), "p99_ms": percentile(total, 0.99)}
