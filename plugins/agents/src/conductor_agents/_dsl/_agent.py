"""An agent: a model, what it is told, what it may do, and the agents that it works with."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, cast

from conductor_agents._dsl._agent_checks import check_agent
from conductor_agents._dsl._checks import check_name
from conductor_agents._dsl._tool import ToolCall, ToolDefinition, ToolLike, definition_of
from conductor_core.errors import InvalidArgumentError

if TYPE_CHECKING:
    from conductor_agents._dsl._callback import CallbackHandler
    from conductor_agents._dsl._code import CodeExecution
    from conductor_agents._dsl._command_line import CommandLine
    from conductor_agents._dsl._gate import Gate
    from conductor_agents._dsl._guardrail import BaseGuardrail
    from conductor_agents._dsl._handoff import Handoff
    from conductor_agents._dsl._memory import ConversationMemory
    from conductor_agents._dsl._termination import TerminationCondition, Turn

Strategy: TypeAlias = Literal[
    "handoff", "sequential", "parallel", "router", "round_robin", "random", "swarm", "manual", "plan_execute"
]

_DEFAULT_TURNS: Final = 25


@dataclass(frozen=True, slots=True)
class PromptTemplate:
    """Instructions that the server keeps as a prompt template.

    Args:
        name: the template.
        variables: values of its variables; they may be expressions such as ``${workflow.input.tier}``.
        version: which version; the newest when None.
    """

    name: str
    variables: Mapping[str, Any] = field(default_factory=dict[str, Any])
    version: int | None = None


Instructions: TypeAlias = "str | PromptTemplate | Callable[[], str | None]"


@dataclass(frozen=True, slots=True, eq=False)
class Agent:
    """The definition of an agent; nothing runs until an agent runtime or a client is given it.

    ::

        helper = Agent("helper", model="openai/gpt-4o", instructions="Help with orders.", tools=[find_order])

    Args:
        name: its name, which the workflow gets too.
        model: the model, as ``provider/model``. A sub-agent without one takes its parent's.
        instructions: the system prompt: a text, a prompt template, or a function that gives the text when the agent is
            compiled.
        description: what it does, for people.
        tools: functions and tools that the model may call.
        agents: sub-agents.
        strategy: how sub-agents work together.
        router: who picks the sub-agent for ``router``: an agent, or a function that takes the conversation and returns
            a name, ``DONE`` to end.
        planner: the agent that makes the plan, for ``plan_execute``.
        fallback: the agent that takes over where a plan cannot be carried out.
        output_type: the type of the answer; the model is asked for JSON that fits it.
        guardrails: what prompts and answers must pass.
        handoffs: when a swarm's sub-agents give the conversation to each other.
        allowed_transitions: names of agents, each with those that it may hand off to.
        termination: when it stops before the model says so.
        stop_when: a function that takes the turn and says whether to stop.
        gate: whether a pipeline goes on after this agent.
        callbacks: who is told of its life.
        memory: the conversation that it starts with.
        credentials: names of secrets that the server delivers with its tools' tasks.
        code: lets the model run code.
        commands: lets the model call programs.
        required_tools: names of tools that must have been called before it may answer.
        prefill_tools: calls of tools that are made before the model's first turn.
        max_turns: turns at most.
        max_tokens: most tokens of one answer.
        temperature: how freely the model answers.
        reasoning_effort: ``minimal``, ``low``, ``medium`` or ``high``.
        thinking_budget_tokens: tokens for thinking before the answer.
        context_window_budget: tokens from which on the conversation is condensed.
        timeout_seconds: seconds that a run may take; 0 means no limit.
        base_url: where the model's provider is, instead of its usual address.
        introduction: how it introduces itself to other agents.
        metadata: what else to store with it.
        masked_fields: names of fields that histories must not show.
        include_parent_context: whether it sees the conversation of its parent.
        plan_first: tell the model to plan before it acts.
        planner_context: texts, and documents with ``url``, that the planner reads.
        fallback_max_turns: turns of the fallback at most.
        plan_source: the tool that a plan is read from, where the planner gave none: ``{"tool": ..., "args": ...}``.
        synthesize: let the model sum up what sub-agents answered.
        stateful: its tools' calls go to workers of the same run only.
        external: it is a workflow that the server has already, by this name.

    Raises:
        InvalidArgumentError: an argument cannot be, or two do not go together.
    """

    name: str
    _: KW_ONLY
    model: str | None = None
    instructions: Instructions = ""
    description: str | None = None
    tools: Sequence[ToolLike] = ()
    agents: Sequence[Agent] = ()
    strategy: Strategy = "handoff"
    router: Agent | Callable[[str], str] | None = None
    planner: Agent | None = None
    fallback: Agent | None = None
    output_type: Any = None
    guardrails: Sequence[BaseGuardrail] = ()
    handoffs: Sequence[Handoff] = ()
    allowed_transitions: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    termination: TerminationCondition | None = None
    stop_when: Callable[[Turn], bool] | None = None
    gate: Gate | None = None
    callbacks: Sequence[CallbackHandler] = ()
    memory: ConversationMemory | None = None
    credentials: Sequence[str] = ()
    code: CodeExecution | None = None
    commands: CommandLine | None = None
    required_tools: Sequence[str] = ()
    prefill_tools: Sequence[ToolCall] = ()
    max_turns: int = _DEFAULT_TURNS
    max_tokens: int | None = None
    temperature: float | None = None
    reasoning_effort: str | None = None
    thinking_budget_tokens: int | None = None
    context_window_budget: int | None = None
    timeout_seconds: int = 0
    base_url: str | None = None
    introduction: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict[str, Any])
    masked_fields: Sequence[str] = ()
    include_parent_context: bool = True
    plan_first: bool = False
    planner_context: Sequence[str | Mapping[str, Any]] = ()
    fallback_max_turns: int | None = None
    plan_source: Mapping[str, Any] | None = None
    synthesize: bool = True
    stateful: bool = False
    external: bool = False

    def __post_init__(self) -> None:
        check_name("an agent", self.name)
        object.__setattr__(self, "tools", tuple(definition_of(tool) for tool in self.tools))
        check_agent(self)

    @property
    def own_tools(self) -> tuple[ToolDefinition, ...]:
        """The definitions of its tools, those for code and programs included."""
        given = tuple(definition_of(tool) for tool in self.tools)
        return (*given, *code_tools(self))

    def __rshift__(self, after: Agent) -> Agent:
        """Make a pipeline: ``research >> write >> check`` gives each answer to the next agent."""
        steps = (*_steps(self), *_steps(after))
        return Agent("_".join(step.name for step in steps), model=self.model, agents=steps, strategy="sequential")

    def prompt(self) -> str | PromptTemplate:
        """Return the instructions, asked for where they are a function; its docstring counts where it returns None."""
        if not callable(self.instructions):
            return self.instructions
        said = cast("object", self.instructions())
        if said is not None and not isinstance(said, str):
            raise InvalidArgumentError(
                f"the instructions of agent {self.name!r} must be a text, their function returned {type(said).__name__}"
            )
        return inspect.getdoc(self.instructions) or "" if said is None else said

    def __repr__(self) -> str:
        return f"<agent {self.name!r}>"


def code_tools(agent: Agent) -> tuple[ToolDefinition, ...]:
    """Return the tools by which its model runs code and calls programs."""
    from conductor_agents._dsl._tool import tool  # noqa: PLC0415 - few agents have one

    made: list[ToolDefinition] = []
    if agent.code is not None:
        languages = ", ".join(agent.code.languages)
        text = f"Run a program and read what it prints. Languages: {languages}. Limit: {agent.code.timeout_seconds} s."
        made.append(tool(name=f"{agent.name}_execute_code", description=text)(agent.code.execute).definition)
    if agent.commands is not None:
        programs = ", ".join(agent.commands.allowed_commands)
        text = f"Call a program, without a shell. Programs: {programs}. Limit: {agent.commands.timeout_seconds} s."
        made.append(tool(name=f"{agent.name}_run_command", description=text)(agent.commands.execute).definition)
    return tuple(made)


def _steps(agent: Agent) -> tuple[Agent, ...]:
    is_pipeline = agent.strategy == "sequential" and agent.agents
    return tuple(agent.agents) if is_pipeline else (agent,)
