"""Agents with every feature: those of ``tools/peer_requests/python_agents.py``, and the same to be compiled by the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Unpack

from pydantic import BaseModel

from conductor_agents import (
    Agent,
    CallbackHandler,
    ConversationMemory,
    ExternalGuardrail,
    Guardrail,
    GuardrailResult,
    LLMGuardrail,
    MaxMessageTermination,
    OnCondition,
    OnTextMention,
    OnToolResult,
    PromptTemplate,
    RegexGuardrail,
    StopMessageTermination,
    TextGate,
    TextMentionTermination,
    TokenUsageTermination,
    agent_tool,
    api_tool,
    audio_tool,
    http_tool,
    human_tool,
    image_tool,
    index_tool,
    mcp_tool,
    pdf_tool,
    search_tool,
    tool,
    video_tool,
    wait_for_message_tool,
)

if TYPE_CHECKING:
    from conductor_agents import AgentOptions, CallbackEvent

MODEL: Final = "openai/gpt-4o"
PLACE: Final[dict[str, Any]] = {
    "vector_db": "pg",
    "index": "docs",
    "embedding_model_provider": "openai",
    "embedding_model": "small",
}


@tool
def add(a: int, b: int = 2) -> dict[str, int]:
    """Add two numbers."""
    return {"sum": a + b}


@tool(credentials=["TOKEN"], approval_required=True, timeout_seconds=30, max_calls=3, stateful=True)
def pay(amount: float) -> dict[str, float]:
    """Pay an amount."""
    return {"paid": amount}


class Watch(CallbackHandler):
    """Keeps the positions that it was told of."""

    def __init__(self) -> None:
        self.told: list[CallbackEvent] = []

    def on_agent_start(self, event: CallbackEvent) -> None:
        self.told.append(event)

    def on_agent_end(self, event: CallbackEvent) -> None:
        self.told.append(event)

    def on_model_start(self, event: CallbackEvent) -> None:
        self.told.append(event)

    def on_model_end(self, event: CallbackEvent) -> None:
        self.told.append(event)

    def on_tool_start(self, event: CallbackEvent) -> None:
        self.told.append(event)

    def on_tool_end(self, event: CallbackEvent) -> None:
        self.told.append(event)


class Answer(BaseModel):
    """A type of answers."""

    text: str
    score: int = 0


def polite(content: str) -> GuardrailResult:
    """Let everything pass."""
    return GuardrailResult(passed=bool(content))


def plain(name: str, **options: Unpack[AgentOptions]) -> Agent:
    """Make an agent without anything."""
    given: AgentOptions = {"model": MODEL, **options}
    return Agent(name, instructions=f"I am {name}.", **given)


def team(**options: Unpack[AgentOptions]) -> Agent:
    """Make an agent with two others."""
    given: AgentOptions = {"model": MODEL, "agents": [plain("a", tools=[add]), plain("b")], **options}
    return Agent(f"team_{options.get('strategy')}", instructions="Work together.", **given)


AGENTS: Final[dict[str, Agent]] = {
    "plain": plain("plain"),
    "tools": plain(
        "tools",
        tools=[
            add,
            pay,
            http_tool("weather", "w", "http://127.0.0.1:1/w", headers={"A": "Bearer ${TOKEN}"}, credentials=["TOKEN"]),
            human_tool("ask", "a"),
            wait_for_message_tool("wait", "w", batch_size=3, blocking=False),
            image_tool("image", "i", "openai", "painter", style="vivid"),
            audio_tool("audio", "a", "openai", "speaker"),
            video_tool("video", "v", "openai", "filmer"),
            pdf_tool(),
            index_tool("index", "i", chunk_size=100, **PLACE),
            search_tool("search", "s", max_results=3, **PLACE),
            agent_tool(plain("helper", tools=[add]), retry_count=1, optional=True),
        ],
    ),
    "found_tools": plain(
        "found_tools",
        tools=[
            mcp_tool("http://127.0.0.1:1/mcp", tool_names=["x"]),
            api_tool("http://127.0.0.1:1/api.json", headers={"A": "${KEY}"}, credentials=["KEY"], max_tools=8),
        ],
    ),
    "guarded": plain(
        "guarded",
        guardrails=[
            Guardrail(check=polite, on_fail="fix"),
            RegexGuardrail(patterns=r"\d{4}", name="digits", on_fail="retry", message="no digits", max_retries=2),
            LLMGuardrail(model=MODEL, policy="No harm.", name="judge", on_fail="human", max_tokens=99),
            ExternalGuardrail(name="elsewhere"),
        ],
    ),
    "rules": plain(
        "rules",
        tools=[add],
        output_type=Answer,
        memory=ConversationMemory(max_messages=5).user("hi"),
        max_turns=7,
        max_tokens=100,
        temperature=0.1,
        reasoning_effort="low",
        thinking_budget_tokens=1024,
        context_window_budget=1000,
        timeout_seconds=60,
        base_url="http://127.0.0.1:1",
        termination=(TextMentionTermination("DONE") | MaxMessageTermination(5) | StopMessageTermination("END"))
        & TokenUsageTermination(max_total_tokens=100),
        stop_when=lambda turn: turn.iteration > 5,
        callbacks=[Watch()],
        metadata={"a": 1},
        introduction="Hi",
        credentials=["TOKEN"],
        required_tools=["add"],
        masked_fields=["secret"],
        prefill_tools=[add.call(a=1, b=2)],
        include_parent_context=False,
        plan_first=True,
    ),
    "handoff": team(strategy="handoff", allowed_transitions={"a": ["b"]}, synthesize=False),
    "sequential": team(strategy="sequential"),
    "parallel": team(strategy="parallel"),
    "round_robin": team(strategy="round_robin", termination=MaxMessageTermination(5)),
    "random": team(strategy="random"),
    "manual": team(strategy="manual"),
    "swarm": team(
        strategy="swarm",
        handoffs=[
            OnToolResult(target="b", tool_name="add", result_contains="3"),
            OnTextMention(target="b", text="bb"),
            OnCondition(target="a", condition=lambda turn: "a" in turn.result),
        ],
    ),
    "router_function": team(strategy="router", router=lambda _conversation: "a"),
    "router_agent": team(strategy="router", router=plain("chooser")),
    "pipeline": plain("first", gate=TextGate("STOP")) >> plain("second", gate=bool) >> plain("third"),
    "plan": Agent(
        "plan",
        model=MODEL,
        strategy="plan_execute",
        planner=plain("a", tools=[add]),
        fallback=plain("b"),
        tools=[add],
        planner_context=["read this"],
        fallback_max_turns=3,
    ),
    "template": Agent("template", model=MODEL, instructions=PromptTemplate("greeting", {"tone": "warm"}, 2)),
}
