"""What happened in a run, as a value: from a rehearsal, from a recording, or from the events of a real execution."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self, TypeAlias, TypeGuard

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conductor_agents._events import AgentEvent

Kind: TypeAlias = Literal["tool_call", "handoff", "guardrail_failed", "answer", "error"]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened.

    Attributes:
        kind: ``tool_call``, ``handoff``, ``guardrail_failed``, ``answer`` or ``error``.
        name: of the tool, the agent that goes on, or the guardrail.
        arguments: of a tool.
        result: of a tool, or the answer.
        text: what went wrong.
    """

    kind: Kind
    name: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict[str, Any])
    result: Any = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Transcript:
    """A whole run.

    Attributes:
        agent: name of the agent.
        prompt: what it was asked.
        status: ``COMPLETED`` or ``FAILED``.
        answer: its answer.
        steps: what happened, in order.
    """

    agent: str
    prompt: str
    status: str = "COMPLETED"
    answer: Any = None
    steps: tuple[Step, ...] = ()

    def of_kind(self, kind: Kind) -> tuple[Step, ...]:
        """Return the steps of one kind."""
        return tuple(step for step in self.steps if step.kind == kind)

    @classmethod
    def of_events(cls, agent: str, prompt: str, events: Iterable[AgentEvent]) -> Self:
        """Read the events of a real execution, as ``runtime.stream(...)`` gives them."""
        steps: list[Step] = []
        for event in events:
            _add(steps, event)
        failed = steps[-1].kind == "error" if steps else True
        answer = steps[-1].result if steps and steps[-1].kind == "answer" else None
        return cls(agent, prompt, "FAILED" if failed else "COMPLETED", answer, tuple(steps))

    def save(self, file: Path | str) -> None:
        """Write it to a file, as JSON that people can read and compare; folders are made."""
        path = Path(file)
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(asdict(self), indent=2, ensure_ascii=False, default=str)
        path.write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, file: Path | str) -> Self:
        """Read what :meth:`save` wrote.

        Raises:
            ValueError: the file holds something else.
        """
        try:
            document = json.loads(Path(file).read_text(encoding="utf-8"))
            steps = tuple(Step(**step) for step in document.pop("steps"))
            return cls(**document, steps=steps)
        except (TypeError, KeyError, AttributeError, json.JSONDecodeError) as error:
            raise ValueError(f"{file} holds no transcript of an agent's run: {error}") from error


def _add(steps: list[Step], event: AgentEvent) -> None:
    """Add what an event says; the result of a tool belongs to its call."""
    kind, name = str(event.type), event.tool_name or ""
    if kind == "tool_call":
        steps.append(Step("tool_call", name, event.args if is_object(event.args) else {}))
    elif kind == "tool_result":
        open_calls = [i for i, s in enumerate(steps) if s.kind == "tool_call" and s.name == name and s.result is None]
        known = steps.pop(open_calls[0]) if open_calls else Step("tool_call", name)
        place = open_calls[0] if open_calls else len(steps)
        steps.insert(place, Step("tool_call", name, known.arguments, event.result))
    elif kind == "handoff":
        steps.append(Step("handoff", event.target or ""))
    elif kind == "guardrail_fail":
        steps.append(Step("guardrail_failed", event.guardrail_name or "", text=event.content or ""))
    elif kind == "error":
        steps.append(Step("error", name, text=event.content or ""))
    elif kind == "done":
        output: Any = event.output
        steps.append(Step("answer", result=output.get("result") if is_object(output) else output))


def is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    """Tell whether a value is a JSON object."""
    return isinstance(value, dict)
