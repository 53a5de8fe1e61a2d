"""An agent without a server and without a model: the test says what the model does, the agent's own functions run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conductor_agents._dsl._guardrail import Guardrail, RegexGuardrail
from conductor_agents._workers._tools import tool_worker
from conductor_agents.testing._transcript import Step, Transcript
from conductor_core.errors import InvalidArgumentError
from conductor_core.models import Task
from conductor_core.testing import run_worker_async

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conductor_agents._dsl._agent import Agent
    from conductor_agents._dsl._tool import ToolDefinition


class Move:
    """One thing that the model does; take one of its kinds."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Says(Move):
    """The model answers; the agent's guardrails judge it."""

    text: str


@dataclass(frozen=True, slots=True)
class Calls(Move):
    """The model calls a tool; ``result`` stands for one that the server runs."""

    tool: str
    arguments: Mapping[str, Any] = field(default_factory=dict[str, Any])
    result: Any = None


@dataclass(frozen=True, slots=True)
class HandsOff(Move):
    """The model gives the conversation to another agent."""

    agent: str


def says(text: str) -> Says:
    """Let the model answer."""
    return Says(text)


def calls(tool: str, /, **arguments: object) -> Calls:
    """Let the model call a tool; write :class:`Calls` itself for one that the server runs, with its result."""
    return Calls(tool, arguments)


def hands_off(agent: str) -> HandsOff:
    """Let the model give the conversation to another agent."""
    return HandsOff(agent)


def rehearse(
    agent: Agent, prompt: str, moves: Sequence[Move], *, credentials: Mapping[str, str] | None = None
) -> Transcript:
    """Play a run: tools and guardrails are the agent's own, and go the way they go in production.

    Args:
        agent: the agent.
        prompt: what it is asked.
        moves: what the model does, in order.
        credentials: secrets that come with the tools' tasks.

    Raises:
        InvalidArgumentError: a move names a tool or an agent that there is not.
        WorkerError: an event loop runs here: await :func:`rehearse_async` then.
    """
    import asyncio  # noqa: PLC0415 - loaded where a test plays

    return asyncio.run(rehearse_async(agent, prompt, moves, credentials=credentials))


async def rehearse_async(
    agent: Agent, prompt: str, moves: Sequence[Move], *, credentials: Mapping[str, str] | None = None
) -> Transcript:
    """Play a run on the running loop; see :func:`rehearse`."""
    stage = _Stage(agent, dict(credentials or {}))
    for move in moves:
        if isinstance(move, HandsOff):
            stage.hand_off(move.agent)
        elif isinstance(move, Calls):
            await stage.call(move)
        elif isinstance(move, Says):
            await stage.answer(move.text)
        else:
            raise InvalidArgumentError(f"a move is Says, Calls or HandsOff, got {type(move).__name__}")
        if stage.failed:
            break
    answers = [step for step in stage.steps if step.kind == "answer"]
    answer = answers[-1].result if answers and not stage.failed else None
    return Transcript(agent.name, prompt, "FAILED" if stage.failed else "COMPLETED", answer, tuple(stage.steps))


class _Stage:
    """Who speaks, the state of the tools, and what happened so far."""

    def __init__(self, agent: Agent, credentials: dict[str, str]) -> None:
        self.steps: list[Step] = []
        self.failed = False
        self._credentials = credentials
        self._state: dict[str, Any] = {}
        self._team = {member.name: member for member in (agent, *agent.agents)}
        self._speaker = agent

    def hand_off(self, name: str) -> None:
        if name not in self._team:
            raise InvalidArgumentError(f"no agent {name!r} to hand off to: there are {', '.join(self._team)}")
        self._speaker = self._team[name]
        self.steps.append(Step("handoff", name))

    async def call(self, move: Calls) -> None:
        found = self._tool(move.tool)
        result = move.result if found.worker is None or found.external else await self._ran(found, move)
        self.steps.append(Step("tool_call", move.tool, dict(move.arguments), result))

    async def answer(self, text: str) -> None:
        for guardrail in self._speaker.guardrails:
            if not isinstance(guardrail, Guardrail | RegexGuardrail) or guardrail.position == "input":
                continue
            said = await guardrail.judge(text)
            if said.passed:
                continue
            self.steps.append(Step("guardrail_failed", guardrail.name, text=said.message))
            if guardrail.on_fail == "retry":
                return
            if guardrail.on_fail != "fix" or said.fixed_output is None:
                self.failed = True
                return
            text = said.fixed_output
        self.steps.append(Step("answer", result=text))

    def _tool(self, name: str) -> ToolDefinition:
        tools = {tool.name: tool for tool in self._speaker.own_tools}
        if name not in tools:
            known = ", ".join(tools) or "none"
            raise InvalidArgumentError(f"agent {self._speaker.name!r} has no tool {name!r}: it has {known}")
        return tools[name]

    async def _ran(self, found: ToolDefinition, move: Calls) -> Any:
        worker = tool_worker(found, self._speaker.credentials)
        given = {**move.arguments, "_agent_state": dict(self._state)}
        task = Task.model_validate(
            {
                "taskId": f"call-{len(self.steps) + 1}",
                "workflowInstanceId": "rehearsal",
                "taskDefName": found.name,
                "taskType": found.name,
                "inputData": given,
                "runtimeMetadata": self._credentials,
            }
        )
        result = await run_worker_async(worker, task)
        if result.status != "COMPLETED":
            return {"error": result.reason_for_incompletion}
        output = dict(result.output_data or {})
        self._state.update(output.pop("_state_updates", {}))
        return output.get("result") if output.keys() == {"result"} else output
