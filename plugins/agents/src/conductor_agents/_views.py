"""How the command shows agents, executions and events."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conductor_agents._answers import AgentExecutionSummary, AgentStatus, AgentSummary
    from conductor_agents._events import AgentEvent
    from conductor_core.models import SearchResult


def agents(found: Sequence[AgentSummary]) -> Iterator[str]:
    """Yield one line for each agent."""
    if not found:
        yield "no agents are deployed"
        return
    yield from _table(("AGENT", "VERSION", "DESCRIPTION"), [(one.name, one.version, one.description) for one in found])


def runs(found: SearchResult[AgentExecutionSummary], *, start: int) -> Iterator[str]:
    """Yield one line for each execution, and how many there are in all."""
    rows = [(run.execution_id, run.agent_name, run.version, run.status, run.start_time) for run in found.results]
    if not rows:
        yield "no executions found"
        return
    yield from _table(("ID", "AGENT", "VERSION", "STATUS", "STARTED"), rows)
    yield f"{start + 1} to {start + len(rows)} of {found.total_hits}"


def status(found: AgentStatus) -> Iterator[str]:
    """Yield the state of an execution, what it waits for, and what it gave."""
    pending = found.pending_tool
    waits_for = None if pending is None else f"{pending.tool_name or pending.task_ref_name} {_json(pending.parameters)}"
    facts = {
        "id": found.execution_id,
        "status": found.status,
        "waits for": waits_for,
        "answer with": None if pending is None else _json(pending.response_schema),
        "reason": found.reason_for_incompletion,
        "output": _json(found.output),
    }
    shown = {name: text for name, value in facts.items() if (text := _one_line(value)) != "-"}
    width = max(map(len, shown))
    yield from (f"{name.ljust(width)}  {text}" for name, text in shown.items())


def event(found: AgentEvent) -> str:
    """Return an event as one line: its id, its kind and what it tells."""
    told = {"args": found.args, "result": found.result, "waits for": found.pending_tool, "output": found.output}
    words = [found.tool_name, found.target, found.guardrail_name, found.content]
    words += [f"{name} {_json(value)}" for name, value in told.items() if value is not None]
    text = " ".join(_one_line(word) for word in words if word)
    return f"{_one_line(found.id):>4}  {found.type}  {text}".rstrip()


def _table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    cells = [list(header), *([_one_line(value) for value in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        yield "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()


def _one_line(value: object) -> str:
    return "-" if value is None or value == "" else " ".join(str(value).split())


def _json(value: object) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)
