"""How the command shows executions."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Final

from conductor_core.errors import InvalidArgumentError
from conductor_workflows._table import one_line, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conductor_core.models import Task, Workflow
    from conductor_workflows.models import SearchResult, WorkflowStatusSummary, WorkflowSummary

STEERING: Final = {
    "pause": "stop scheduling tasks of an execution",
    "resume": "go on with a paused execution",
    "retry": "go on from the failed tasks of an execution",
    "restart": "run a finished execution again from the beginning",
}


def query_of(*, name: str | None, status: str | None, correlation_id: str | None) -> str | None:
    """Return the query for some conditions, or None for none.

    Raises:
        InvalidArgumentError: there is no such state, or a value holds a quote, which the query language cannot.
    """
    conditions = {"workflowType": name, "correlationId": correlation_id}
    parts = [f"{field}='{_plain(value)}'" for field, value in conditions.items() if value]
    if status:
        parts.append(f"status IN ({','.join(_states(status))})")
    return " AND ".join(parts) or None


def _states(text: str) -> list[str]:
    """Split states at commas; the server finds nothing for one that there is not, so that is told here."""
    from conductor_core.models import WorkflowStatus  # noqa: PLC0415 - the help of the command does without

    states = [part.strip() for part in text.split(",")]
    unknown = [state for state in states if state not in WorkflowStatus.__members__]
    if unknown:
        known = ", ".join(WorkflowStatus.__members__)
        raise InvalidArgumentError(f"--status must be one of {known}, got {unknown[0]!r}")
    return states


def _plain(value: str) -> str:
    if set(value) & set("'\"()"):
        raise InvalidArgumentError(f"quotes and parentheses cannot be searched for, got {value!r}")
    return value


def found_page(found: SearchResult[WorkflowSummary], *, start: int) -> Iterator[str]:
    """Yield one line for each hit, and how many there are in all."""
    header = ("ID", "WORKFLOW", "VERSION", "STATUS", "STARTED", "CORRELATION ID")
    rows = [
        (r.workflow_id, r.workflow_type, r.version, r.status, r.start_time, r.correlation_id) for r in found.results
    ]
    if rows:
        yield from table(header, rows)
        yield f"{start + 1} to {start + len(rows)} of {found.total_hits}"
    else:
        yield "no executions found"


def execution(run: Workflow) -> Iterator[str]:
    """Yield an execution's facts and its tasks."""
    facts = {
        "workflow": f"{run.workflow_name} version {run.workflow_version}",
        "id": run.workflow_id,
        "status": run.status,
        "correlation id": run.correlation_id,
        "started": _time(run.start_time),
        "ended": _time(run.end_time),
        "reason": run.reason_for_incompletion,
        "input": _json(run.input),
        "output": _json(run.output),
    }
    yield from _facts(facts)
    if run.tasks:
        yield ""
        header = ("TASK", "TYPE", "STATUS", "ATTEMPT", "SECONDS", "REASON")
        yield from table(header, [_row(task) for task in run.tasks])


def status(summary: WorkflowStatusSummary) -> Iterator[str]:
    """Yield the state of an execution and its output."""
    output = None if summary.output is None else _json(summary.output)
    yield from _facts({"id": summary.workflow_id, "status": summary.status, "output": output})


def _facts(facts: Mapping[str, object]) -> Iterator[str]:
    shown = {name: value for name, value in facts.items() if value is not None and value != ""}
    width = max(map(len, shown))
    for name, value in shown.items():
        yield f"{name.ljust(width)}  {one_line(value)}"


def _row(task: Task) -> tuple[object, ...]:
    seconds = None
    if task.start_time and task.end_time:
        seconds = f"{(task.end_time - task.start_time) / 1000:.3f}"
    attempt = task.retry_count + 1
    return task.reference_task_name, task.task_type, task.status, attempt, seconds, task.reason_for_incompletion


def _time(milliseconds: int | None) -> str | None:
    if not milliseconds:
        return None
    moment = dt.datetime.fromtimestamp(milliseconds / 1000, tz=dt.UTC)
    return moment.isoformat(sep=" ", timespec="milliseconds").replace("+00:00", " UTC")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
