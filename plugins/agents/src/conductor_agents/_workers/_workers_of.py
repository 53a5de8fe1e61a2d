"""The workers behind an agent: one for each of its functions, and for those of its sub-agents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

from conductor_agents._answers import TokenUsage
from conductor_agents._dsl._agent import Agent
from conductor_agents._dsl._callback import METHODS, listening
from conductor_agents._dsl._gate import TextGate
from conductor_agents._dsl._guardrail import BaseGuardrail, Guardrail
from conductor_agents._dsl._handoff import OnCondition
from conductor_agents._dsl._task_names import (
    callback_task,
    gate_task,
    router_task,
    selection_task,
    stop_when_task,
    termination_task,
)
from conductor_agents._workers._callbacks import callback_worker
from conductor_agents._workers._judges import (
    gate_worker,
    guardrail_worker,
    handoff_worker,
    router_worker,
    selection_worker,
    stop_when_worker,
    termination_worker,
)
from conductor_agents._workers._tools import tool_worker
from conductor_core.errors import InvalidArgumentError
from conductor_core.worker import WorkerDefinition, WorkerOptions, define_worker

if TYPE_CHECKING:
    from conductor_agents._dsl._tool import ToolDefinition

UsageOf: TypeAlias = Callable[[str], TokenUsage]
Function: TypeAlias = Callable[..., Any]


def workers_of(
    agent: Agent, *, usage: UsageOf | None = None, domain: str | None = None, concurrency: int | None = None
) -> list[WorkerDefinition]:
    """Return the workers that an agent needs, for ``TaskHandler(workers=...)``.

    They are ordinary workers: arguments are bound and converted as everywhere, ``def`` runs in a thread, ``async def``
    on the loop, and listeners see them.

    Args:
        agent: the agent; what its sub-agents and agent tools need is part of it.
        usage: gives the tokens that a run, by its id, has used so far; for :class:`TokenUsageTermination`.
        domain: the domain that they take tasks of.
        concurrency: tasks of each at the same time; 1 when None.

    Raises:
        InvalidArgumentError: two functions have one task name, or a limit of tokens has nobody to ask.
        WorkerError: a function cannot be a worker.
    """
    return [worker for _, worker in sourced_workers(agent, usage, domain, concurrency)]


def sourced_workers(
    agent: Agent, usage: UsageOf | None, domain: str | None, concurrency: int | None
) -> list[tuple[object, WorkerDefinition]]:
    """Return the workers of an agent, each with what it stands for: two of one name must stand for the same.

    Raises:
        InvalidArgumentError: they do not.
    """
    found: dict[str, tuple[object, WorkerDefinition]] = {}
    for name, source, worker in _all_of(agent, usage):
        known = found.setdefault(name, (source, worker))
        if known[0] is not source:
            raise InvalidArgumentError(
                f"agent {agent.name!r} needs two different functions as task {name!r}: give tools, guardrails and "
                "agents names of their own"
            )
    return [(source, _with_options(worker, domain, concurrency)) for source, worker in found.values()]


_Found: TypeAlias = tuple[str, object, WorkerDefinition]


def _all_of(agent: Agent, usage: UsageOf | None) -> Iterator[_Found]:
    for member in members_of(agent):
        tools = member.own_tools
        yield from _tools(member, tools)
        yield from _guardrails([*member.guardrails, *(g for tool in tools for g in tool.guardrails)])
        for name, source, function in (*_conditions(member, usage), *_choices(member), *_callbacks(member)):
            yield name, source, define_worker(name, function)


def members_of(agent: Agent) -> Iterator[Agent]:
    """Return an agent and all that it works with, each before its own."""
    yield agent
    tools = (tool.agent for tool in agent.own_tools)
    others = (agent.router, agent.planner, agent.fallback, *agent.agents, *tools)
    for other in others:
        if isinstance(other, Agent):
            yield from members_of(other)


def _tools(agent: Agent, tools: Iterable[ToolDefinition]) -> Iterator[_Found]:
    for tool in tools:
        if tool.worker is not None and not tool.external:
            # A pair of equal settings is one tool, however often its agents were written down.
            source = agent.code or agent.commands if tool.name.startswith(f"{agent.name}_") else None
            yield tool.name, source or tool.worker.function, tool_worker(tool, agent.credentials)


def _guardrails(guardrails: Iterable[BaseGuardrail]) -> Iterator[_Found]:
    for guardrail in guardrails:
        if isinstance(guardrail, Guardrail) and guardrail.position == "output":
            yield guardrail.name, guardrail.check, define_worker(guardrail.name, guardrail_worker(guardrail))


def _conditions(agent: Agent, usage: UsageOf | None) -> Iterator[tuple[str, object, Function]]:
    """Return what is asked after each turn."""
    condition = agent.termination
    if condition is not None:
        if condition.needs_usage and usage is None:
            raise InvalidArgumentError(
                f"agent {agent.name!r} stops at a number of tokens, which its workers must ask the server for: run it "
                "by an agent runtime, or give workers_of(..., usage=...) a function"
            )
        yield termination_task(agent), condition, termination_worker(condition, usage)
    if agent.stop_when is not None:
        yield stop_when_task(agent), agent.stop_when, stop_when_worker(agent.stop_when)
    if agent.gate is not None and not isinstance(agent.gate, TextGate):
        yield gate_task(agent), agent.gate, gate_worker(agent.gate)


def _choices(agent: Agent) -> Iterator[tuple[str, object, Function]]:
    """Return what picks the next agent."""
    if agent.router is not None and not isinstance(agent.router, Agent):
        yield router_task(agent), agent.router, router_worker(agent.router, [sub.name for sub in agent.agents])
    for handoff in agent.handoffs:
        if isinstance(handoff, OnCondition):
            yield handoff.task_name(agent.name), handoff.condition, handoff_worker(handoff.condition)
    if agent.strategy == "manual":
        yield selection_task(agent), agent, selection_worker([sub.name for sub in agent.agents])


def _callbacks(agent: Agent) -> Iterator[tuple[str, object, Function]]:
    for position in METHODS:
        handlers = listening(agent.callbacks, position)
        if handlers:
            yield callback_task(agent, position), agent, callback_worker(position, handlers)


def _with_options(worker: WorkerDefinition, domain: str | None, concurrency: int | None) -> WorkerDefinition:
    if domain is None and concurrency is None:
        return worker
    given = worker.options
    options: WorkerOptions = replace(
        given,
        domain=given.domain if domain is None else domain,
        concurrency=given.concurrency if concurrency is None else concurrency,
    )
    return replace(worker, options=options)
