"""Guardrails, conditions and choices as worker functions: the server's names in, the server's answers out."""

from __future__ import annotations

import functools
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

from conductor_agents._dsl._handoff import HandoffTurn
from conductor_agents._dsl._termination import TerminationCondition, Turn
from conductor_core import NonRetryableException
from conductor_core.worker import get_task_context

if TYPE_CHECKING:
    from conductor_agents._answers import TokenUsage
    from conductor_agents._dsl._guardrail import Guardrail

Document: TypeAlias = dict[str, Any]
Judge: TypeAlias = Callable[..., Document | Awaitable[Document]]


def guardrail_worker(guardrail: Guardrail) -> Judge:
    """Return what judges an answer; an error in the function fails the run, so that nothing passes by mistake."""

    async def judge(content: Any = None, iteration: int = 1) -> Document:
        said = await guardrail.judge(_text(content))
        reaction = "pass" if said.passed else guardrail.on_fail
        if (reaction == "retry" and iteration >= guardrail.max_retries) or (
            reaction == "fix" and said.fixed_output is None
        ):
            reaction = "raise"
        return {
            "passed": said.passed,
            "message": said.message,
            "on_fail": reaction,
            "fixed_output": said.fixed_output,
            "guardrail_name": guardrail.name,
            "should_continue": reaction == "retry",
        }

    return judge


def termination_worker(condition: TerminationCondition, usage: Callable[[str], TokenUsage] | None) -> Judge:
    """Return what asks a termination condition after each turn."""

    def terminate(result: Any = None, iteration: int = 0, messages: list[Any] | None = None) -> Document:
        turn = Turn(_text(result), iteration, messages or ())
        if usage is not None:
            turn = replace(turn, usage=functools.partial(usage, get_task_context().get_workflow_instance_id()))
        reason = condition.reason(turn)
        return {"should_continue": not reason, "reason": reason}

    return terminate


def stop_when_worker(stop_when: Callable[[Turn], bool]) -> Judge:
    """Return what asks ``stop_when`` after each turn."""

    def stop(result: Any = None, iteration: int = 0, messages: list[Any] | None = None) -> Document:
        return {"should_continue": not stop_when(Turn(_text(result), iteration, messages or ()))}

    return stop


def gate_worker(gate: Callable[[str], bool]) -> Judge:
    """Return what asks whether a pipeline goes on."""

    def decide(result: Any = None) -> Document:
        # The server reads the decision one level deeper than a task's output begins.
        return {"result": {"decision": "continue" if gate(_text(result)) else "stop"}}

    return decide


def router_worker(router: Callable[[str], str], names: Sequence[str]) -> Judge:
    """Return what asks a router for the next agent."""

    def route(prompt: Any = None) -> Document:
        name = router(_text(prompt))
        if name not in names and name != "DONE":
            raise NonRetryableException(f"the router returned {name!r}: return {', '.join(names)} or DONE")
        return {"result": name}

    return route


def handoff_worker(condition: Callable[[HandoffTurn], bool]) -> Judge:
    """Return what asks whether to hand off."""

    def decide(
        result: Any = None,
        conversation: Any = None,
        context: dict[str, Any] | None = None,
        active_agent: Any = "0",
        tool_results: list[Any] | None = None,
    ) -> Document:
        results = tuple(tool_results or ())
        turn = HandoffTurn(_text(result), _text(conversation), str(active_agent), context or {}, results)
        return {"handoff": bool(condition(turn))}

    return decide


def selection_worker(names: Sequence[str]) -> Judge:
    """Return what reads which agent a person picked, by name or by index."""

    def select(human_output: dict[str, Any] | None = None) -> Document:
        answer: Mapping[str, Any] = human_output or {}
        picked = str(answer.get("selected", answer.get("agent", "0")))
        if picked in names:
            return {"selected": str(list(names).index(picked))}
        if picked.isdecimal() and int(picked) < len(names):
            return {"selected": picked}
        raise NonRetryableException(f"{picked!r} is none of the agents {', '.join(names)}")

    return select


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, default=str)
