"""What an agent's arguments must have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conductor_agents._dsl._checks import check_at_least, check_choice, check_text, check_unique
from conductor_agents._dsl._run_settings import check_model_options
from conductor_core.errors import InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conductor_agents._dsl._agent import Agent

STRATEGIES: Final = (
    "handoff",
    "sequential",
    "parallel",
    "router",
    "round_robin",
    "random",
    "swarm",
    "manual",
    "plan_execute",
)


def check_agent(agent: Agent) -> None:
    """Refuse an agent that the server could not compile, or that would not do what it says.

    Raises:
        InvalidArgumentError: the message names the argument and says what to do.
    """
    _check_values(agent)
    _check_team(agent)
    _check_handoffs(agent)
    _check_tools(agent)


def _check_values(agent: Agent) -> None:
    label = f"agent {agent.name!r}"
    if agent.model is not None:
        check_text(f"model of {label}", agent.model)
    check_choice(f"strategy of {label}", agent.strategy, STRATEGIES)
    check_at_least(f"max_turns of {label}", agent.max_turns, 1)
    check_at_least(f"timeout_seconds of {label}", agent.timeout_seconds, 0)
    check_at_least(f"context_window_budget of {label}", agent.context_window_budget, 1)
    check_at_least(f"fallback_max_turns of {label}", agent.fallback_max_turns, 1)
    check_model_options(agent.temperature, agent.max_tokens, agent.reasoning_effort, agent.thinking_budget_tokens)
    for field in ("credentials", "required_tools", "masked_fields"):
        if isinstance(getattr(agent, field), str):
            raise InvalidArgumentError(f"{field} of {label} must be a list of names, got one text")
    if agent.external and (agent.model or agent.tools or agent.agents):
        raise InvalidArgumentError(f"{label} is external: model, tools and agents belong to the workflow it stands for")


def _check_team(agent: Agent) -> None:
    label = f"agent {agent.name!r}"
    check_unique(f"the sub-agent of {label}", (sub.name for sub in agent.agents))
    if agent.strategy == "plan_execute":
        if agent.planner is None:
            raise InvalidArgumentError(f"{label} has the strategy 'plan_execute': give it planner=...")
        if agent.agents:
            raise InvalidArgumentError(f"{label} plans: give it planner=... and fallback=... instead of agents")
    elif agent.planner is not None or agent.fallback is not None or agent.planner_context:
        raise InvalidArgumentError(f"{label}: planner, fallback and planner_context need strategy='plan_execute'")
    elif agent.strategy != "handoff" and not agent.agents:
        raise InvalidArgumentError(f"{label} has the strategy {agent.strategy!r} and no agents to apply it to")
    if (agent.strategy == "router") != (agent.router is not None):
        raise InvalidArgumentError(f"{label}: router=... and strategy='router' go together")


def _check_handoffs(agent: Agent) -> None:
    label = f"agent {agent.name!r}"
    names = {sub.name for sub in agent.agents} | {agent.name}
    if agent.handoffs and agent.strategy != "swarm":
        raise InvalidArgumentError(f"{label} has handoffs: they need strategy='swarm'")
    _check_known(f"handoffs of {label}", (handoff.target for handoff in agent.handoffs), names)
    for source, targets in agent.allowed_transitions.items():
        _check_known(f"allowed_transitions of {label}", (source, *targets), names)


def _check_tools(agent: Agent) -> None:
    label = f"agent {agent.name!r}"
    tools = agent.own_tools
    check_unique(f"the tool of {label}", (tool.name for tool in tools))
    check_unique(f"the guardrail of {label}", (guardrail.name for guardrail in agent.guardrails))
    found_at_run_time = any(tool.tool_type in ("mcp", "api") for tool in tools)
    if not found_at_run_time:
        names = {tool.name for tool in tools}
        _check_known(f"required_tools of {label}", agent.required_tools, names)
        _check_known(f"prefill_tools of {label}", (call.tool_name for call in agent.prefill_tools), names)


def _check_known(what: str, names: Iterable[str], known: set[str]) -> None:
    for name in names:
        if name not in known:
            raise InvalidArgumentError(
                f"{what} name {name!r}, which is none of {', '.join(sorted(known)) or 'nothing'}"
            )
