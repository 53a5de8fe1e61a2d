"""``@agent``: a function that says what an agent is told becomes the agent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict, Unpack, overload

from conductor_agents._dsl._agent import Agent, Strategy

if TYPE_CHECKING:
    from conductor_agents._dsl._callback import CallbackHandler
    from conductor_agents._dsl._code import CodeExecution
    from conductor_agents._dsl._command_line import CommandLine
    from conductor_agents._dsl._gate import Gate
    from conductor_agents._dsl._guardrail import BaseGuardrail
    from conductor_agents._dsl._handoff import Handoff
    from conductor_agents._dsl._memory import ConversationMemory
    from conductor_agents._dsl._termination import TerminationCondition, Turn
    from conductor_agents._dsl._tool import ToolCall, ToolLike

_Function = Callable[[], "str | None"]


class AgentOptions(TypedDict, total=False):
    """The keywords of :class:`Agent`, without name and instructions."""

    model: str | None
    description: str | None
    tools: Sequence[ToolLike]
    agents: Sequence[Agent]
    strategy: Strategy
    router: Agent | Callable[[str], str] | None
    planner: Agent | None
    fallback: Agent | None
    output_type: Any
    guardrails: Sequence[BaseGuardrail]
    handoffs: Sequence[Handoff]
    allowed_transitions: Mapping[str, Sequence[str]]
    termination: TerminationCondition | None
    stop_when: Callable[[Turn], bool] | None
    gate: Gate | None
    callbacks: Sequence[CallbackHandler]
    memory: ConversationMemory | None
    credentials: Sequence[str]
    code: CodeExecution | None
    commands: CommandLine | None
    required_tools: Sequence[str]
    prefill_tools: Sequence[ToolCall]
    max_turns: int
    max_tokens: int | None
    temperature: float | None
    reasoning_effort: str | None
    thinking_budget_tokens: int | None
    context_window_budget: int | None
    timeout_seconds: int
    base_url: str | None
    introduction: str | None
    metadata: Mapping[str, Any]
    masked_fields: Sequence[str]
    include_parent_context: bool
    plan_first: bool
    planner_context: Sequence[str | Mapping[str, Any]]
    fallback_max_turns: int | None
    plan_source: Mapping[str, Any] | None
    synthesize: bool
    stateful: bool
    external: bool


@overload
def agent(function: _Function, /) -> Agent: ...
@overload
def agent(*, name: str = "", **options: Unpack[AgentOptions]) -> Callable[[_Function], Agent]: ...
def agent(
    function: _Function | None = None, /, *, name: str = "", **options: Unpack[AgentOptions]
) -> Agent | Callable[[_Function], Agent]:
    """Make an agent of a function: the text that it returns are the instructions, or its docstring.

    ::

        @agent(model="openai/gpt-4o", tools=[find_order])
        def helper() -> None:
            \"\"\"Help with orders.\"\"\"

    The function is called whenever the agent is compiled, so that the text may depend on the day.

    Args:
        function: the function, where the decorator stands without arguments.
        name: the agent's name; the function's when empty.
        options: the keywords of :class:`Agent`.

    Raises:
        InvalidArgumentError: an option cannot be.
    """

    def decorate(function: _Function) -> Agent:
        return Agent(name or function.__name__, instructions=function, **options)

    return decorate if function is None else decorate(function)
