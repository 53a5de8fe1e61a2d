"""Searches over executions and tasks, by the columns of their tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlite3

WORKFLOW_COLUMNS: Final = {
    "workflowId": "e.workflow_id",
    "workflowType": "e.name",
    "workflowName": "e.name",
    "version": "e.version",
    "status": "e.status",
    "correlationId": "e.correlation_id",
    "priority": "e.priority",
    "parentWorkflowId": "e.parent_workflow_id",
    "startTime": "e.start_time",
    "createTime": "e.start_time",
    "updateTime": "e.update_time",
    "endTime": "e.end_time",
    "reasonForIncompletion": "e.reason",
}
TASK_COLUMNS: Final = {
    "taskId": "t.task_id",
    "taskType": "t.task_type",
    "taskDefName": "t.definition_name",
    "referenceTaskName": "t.reference_name",
    "workflowId": "t.workflow_id",
    "workflowType": "e.name",
    "status": "t.status",
    "scheduledTime": "t.scheduled_time",
    "startTime": "t.start_time",
    "updateTime": "t.update_time",
    "endTime": "t.end_time",
    "workflowPriority": "t.priority",
}
_WORKFLOWS: Final = "execution e"
_TASKS: Final = "task t JOIN execution e ON e.workflow_id = t.workflow_id"
_OPERATORS: Final = frozenset({"=", "!=", "<", "<=", ">", ">=", "IN", "NOT IN"})


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison of a column with values; IN takes any number of them, the others one."""

    column: str
    operator: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A search: all conditions hold, and the free text is an id or name, or stands in the document.

    `sort` holds columns with True for descending; the default is the oldest first.
    """

    conditions: tuple[Condition, ...] = ()
    free_text: str | None = None
    start: int = 0
    size: int = 100
    sort: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a search: the number of all hits, and the ids on this page."""

    total: int
    ids: list[str] = field(default_factory=list[str])


class SearchTables:
    """Searches in a database."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def workflows(self, query: Query) -> Page:
        """Return the ids of executions."""
        text_columns = ("e.workflow_id", "e.name", "e.correlation_id")
        return self._page(query, _WORKFLOWS, "e.workflow_id", "e.rowid", text_columns, "e.state")

    def tasks(self, query: Query) -> Page:
        """Return the ids of tasks."""
        text_columns = ("t.task_id", "t.workflow_id", "t.definition_name", "t.reference_name")
        return self._page(
            query, _TASKS, "t.task_id", "t.scheduled_time, t.workflow_id, t.place", text_columns, "t.state"
        )

    def running(self, name: str, begin: int | None, end: int | None) -> list[str]:
        """Return the ids of the open executions of a workflow that started in a span of time (epoch milliseconds)."""
        rows = self._db.execute(
            "SELECT workflow_id FROM execution WHERE name = ? AND status IN ('RUNNING', 'PAUSED') "
            "AND start_time >= ? AND start_time <= ? ORDER BY start_time, rowid",
            (name, begin or 0, end or (1 << 62)),
        )
        return [str(workflow_id) for (workflow_id,) in rows]

    def by_correlation(self, name: str, correlation_id: str, *, include_closed: bool) -> list[str]:
        """Return the ids of the executions with a correlation id."""
        rows = self._db.execute(
            "SELECT workflow_id FROM execution WHERE correlation_id = ? AND name = ? "
            "AND (? OR status IN ('RUNNING', 'PAUSED')) ORDER BY start_time, rowid",
            (correlation_id, name, include_closed),
        )
        return [str(workflow_id) for (workflow_id,) in rows]

    def counts(self) -> dict[str, dict[str, int]]:
        """Return how many executions and tasks there are, by status."""
        found: dict[str, dict[str, int]] = {}
        for table, key in (("execution", "workflows"), ("task", "tasks")):
            rows = self._db.execute(f"SELECT status, count(*) FROM {table} GROUP BY status")  # noqa: S608 - own names
            found[key] = {str(status): int(number) for status, number in rows}
        return found

    def _page(
        self, query: Query, tables: str, key: str, oldest: str, text_columns: tuple[str, ...], state: str
    ) -> Page:
        where, values = _where(query, text_columns, state)
        source = f"FROM {tables} WHERE {where}"
        order = ", ".join(f"{column} {'DESC' if falling else 'ASC'}" for column, falling in query.sort)
        # All names in the statements are columns of the tables above; what users say is bound.
        total = self._db.execute(f"SELECT count(*) {source}", values).fetchone()[0]
        rows = self._db.execute(
            f"SELECT {key} {source} ORDER BY {order or oldest} LIMIT ? OFFSET ?", (*values, query.size, query.start)
        )
        return Page(int(total), [str(found) for (found,) in rows])


def _where(query: Query, text_columns: tuple[str, ...], state: str) -> tuple[str, list[str]]:
    parts = ["1"]
    values: list[str] = []
    for condition in query.conditions:
        if condition.operator not in _OPERATORS:
            raise ValueError(f"unknown operator {condition.operator!r}")
        marks = ", ".join("?" * len(condition.values))
        parts.append(f"{condition.column} {condition.operator} ({marks})")
        values.extend(condition.values)
    if query.free_text is not None:
        # As values of a JSON document, which is what the server looks into: a text in quotes is a whole value.
        places = [f"('\"' || coalesce({column}, '') || '\"')" for column in text_columns]
        parts.append("(" + " OR ".join(f"{place} LIKE ?" for place in (*places, state)) + ")")
        values.extend([f"%{query.free_text.replace('*', '%')}%"] * (len(places) + 1))
    return " AND ".join(parts), values
