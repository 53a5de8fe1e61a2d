"""From the definition of an agent to the JSON document that the server compiles; a pure function.

Functions become names of tasks here: what stands behind the names is made by ``workers_of``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from conductor_agents._dsl._agent import Agent, PromptTemplate
from conductor_agents._dsl._callback import METHODS, listening
from conductor_agents._dsl._gate import TextGate
from conductor_agents._dsl._run_settings import RunSettings, model_options
from conductor_agents._dsl._task_names import callback_task, gate_task, router_task, stop_when_task
from conductor_core.errors import InvalidArgumentError

if TYPE_CHECKING:
    from conductor_agents._dsl._tool import ToolDefinition

Document: TypeAlias = dict[str, Any]


def agent_document(agent: Agent, settings: RunSettings | None = None) -> Document:
    """Return the configuration of an agent as the server takes it (``agentConfig``).

    Args:
        agent: the agent.
        settings: what one run does otherwise.

    Raises:
        InvalidArgumentError: no model is said anywhere, or the instructions' function returns no text.
        WorkerError: the annotations of a tool's function cannot be used.
    """
    return _agent(agent, None) | ({} if settings is None else settings.document())


def _agent(agent: Agent, parent_model: str | None) -> Document:
    if agent.external:
        return {"name": agent.name, "external": True}
    model = _model(agent, parent_model)
    document: Document = {
        "name": agent.name,
        "model": model,
        "instructions": _instructions(agent),
        "tools": [_tool(tool, agent, model) for tool in agent.own_tools],
        "maxTurns": agent.max_turns,
        "timeoutSeconds": agent.timeout_seconds,
        **_team(agent, model),
        **_rules(agent),
        **_extras(agent),
        **model_options(agent.temperature, agent.max_tokens, agent.reasoning_effort, agent.thinking_budget_tokens),
    }
    return {key: value for key, value in document.items() if value not in (None, [], {}, "")}


def _model(agent: Agent, parent_model: str | None) -> str:
    """Take the agent's model, else its parent's, else that of its first sub-agent that has one."""
    model = agent.model or parent_model or next((sub.model for sub in agent.agents if sub.model), None)
    model = model or (agent.planner.model if agent.planner is not None else None)
    if model is None:
        raise InvalidArgumentError(
            f"agent {agent.name!r} has no model: give it model='provider/model', or external=True when it stands for a "
            "workflow that the server has already"
        )
    return model


def _instructions(agent: Agent) -> str | Document:
    prompt = agent.prompt()
    if not isinstance(prompt, PromptTemplate):
        return prompt
    document: Document = {"type": "prompt_template", "name": prompt.name}
    document |= {"variables": dict(prompt.variables)} if prompt.variables else {}
    return document | ({} if prompt.version is None else {"version": prompt.version})


def _team(agent: Agent, model: str) -> Document:
    """Describe the sub-agents and how they work together."""
    router: object = None
    if isinstance(agent.router, Agent):
        router = _agent(agent.router, model)
    elif agent.router is not None:
        router = {"taskName": router_task(agent)}
    has_team = bool(agent.agents) or agent.planner is not None
    return {
        "strategy": agent.strategy if has_team else None,
        "agents": [_agent(sub, model) for sub in agent.agents],
        "router": router,
        "planner": None if agent.planner is None else _agent(agent.planner, model),
        "fallback": None if agent.fallback is None else _agent(agent.fallback, model),
        "fallbackMaxTurns": agent.fallback_max_turns,
        "plannerContext": [{"text": e} if isinstance(e, str) else dict(e) for e in agent.planner_context],
        "planSource": None if agent.plan_source is None else dict(agent.plan_source),
        "handoffs": [handoff.document(agent.name) for handoff in agent.handoffs],
        "allowedTransitions": {source: list(targets) for source, targets in agent.allowed_transitions.items()},
        "synthesize": None if agent.synthesize else False,
    }


def _rules(agent: Agent) -> Document:
    """Describe what prompts, answers and turns are judged by."""
    gate: Document | None = None
    if agent.gate is not None:
        gate = agent.gate.document() if isinstance(agent.gate, TextGate) else {"taskName": gate_task(agent)}
    return {
        "guardrails": [guardrail.document() for guardrail in agent.guardrails],
        "termination": None if agent.termination is None else agent.termination.document(),
        "stopWhen": None if agent.stop_when is None else {"taskName": stop_when_task(agent)},
        "gate": gate,
        "requiredTools": list(agent.required_tools),
        "callbacks": [
            {"position": position, "taskName": callback_task(agent, position)}
            for position in METHODS
            if listening(agent.callbacks, position)
        ],
    }


def _extras(agent: Agent) -> Document:
    return {
        "description": agent.description,
        "outputType": None if agent.output_type is None else _output_type(agent.output_type),
        "memory": None if agent.memory is None else agent.memory.document(),
        "prefillTools": [{"toolName": c.tool_name, "arguments": dict(c.arguments)} for c in agent.prefill_tools],
        "baseUrl": agent.base_url,
        "contextWindowBudget": agent.context_window_budget,
        "introduction": agent.introduction,
        "metadata": dict(agent.metadata),
        "maskedFields": list(agent.masked_fields),
        "includeContents": None if agent.include_parent_context else "none",
        "enablePlanning": agent.plan_first or None,
        "codeExecution": None if agent.code is None else agent.code.document(),
        "cliConfig": None if agent.commands is None else agent.commands.document(),
        "credentials": list(agent.credentials),
    }


def _output_type(output_type: object) -> Document:
    """Return the schema of an answer's type; a mapping is the schema itself."""
    if isinstance(output_type, Mapping):
        return {"schema": dict(cast("Mapping[str, Any]", output_type))}
    from pydantic import TypeAdapter  # noqa: PLC0415 - few agents have one
    from pydantic.errors import PydanticUserError  # noqa: PLC0415

    try:
        schema = TypeAdapter(cast("Any", output_type)).json_schema()
    except PydanticUserError as error:
        first_line = str(error).partition("\n")[0]
        raise InvalidArgumentError(f"output_type {output_type!r} has no JSON schema: {first_line}") from error
    return {"schema": schema, "className": getattr(output_type, "__name__", str(output_type))}


def _tool(tool: ToolDefinition, agent: Agent, model: str) -> Document:
    config = dict(tool.config)
    if isinstance(tool.agent, Agent):
        config["agentConfig"] = _agent(tool.agent, model)
    if tool.credentials:
        config["credentials"] = list(tool.credentials)
    document: Document = {
        "name": tool.name,
        "description": tool.description,
        "inputSchema": tool.arguments_schema(),
        "toolType": tool.tool_type,
        "outputSchema": tool.result_schema(),
        "approvalRequired": tool.approval_required or None,
        "stateful": tool.stateful or agent.stateful or None,
        "timeoutSeconds": tool.timeout_seconds,
        "maxCalls": tool.max_calls,
        "config": config or None,
        "guardrails": [guardrail.document() for guardrail in tool.guardrails] or None,
    }
    return {key: value for key, value in document.items() if value is not None}
