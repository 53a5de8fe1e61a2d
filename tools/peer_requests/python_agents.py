"""Writes the documents that the official Python library makes of agents; ``spec/peer_agents.json`` holds them.

Runs in an environment of its own with conductor-python 2.0.0, so nothing here may import the project. Descriptions are
left out: they are texts of that library, and nothing depends on them. ``tests/_support/agents.py`` has the same agents.
usage: python python_agents.py > spec/peer_agents.json
"""

# mypy: ignore-errors
# pyright: basic, reportMissingImports=false
# ruff: noqa: ANN001, ANN003, ANN201, ARG001, ARG005, D101, D102, D103, FBT003

from __future__ import annotations

import json
import sys

from conductor.ai.agents import Agent, PromptTemplate, agent_tool, api_tool, http_tool, human_tool, mcp_tool, tool
from conductor.ai.agents.callback import CallbackHandler
from conductor.ai.agents.config_serializer import AgentConfigSerializer
from conductor.ai.agents.gate import TextGate
from conductor.ai.agents.guardrail import Guardrail, GuardrailResult, LLMGuardrail, RegexGuardrail
from conductor.ai.agents.handoff import OnCondition, OnTextMention, OnToolResult
from conductor.ai.agents.memory import ConversationMemory
from conductor.ai.agents.termination import (
    MaxMessageTermination,
    StopMessageTermination,
    TextMentionTermination,
    TokenUsageTermination,
)
from conductor.ai.agents.tool import (
    audio_tool,
    image_tool,
    index_tool,
    pdf_tool,
    search_tool,
    video_tool,
    wait_for_message_tool,
)
from pydantic import BaseModel

MODEL = "openai/gpt-4o"
PLACE = {"vector_db": "pg", "index": "docs", "embedding_model_provider": "openai", "embedding_model": "small"}


@tool
def add(a: int, b: int = 2) -> dict:
    return {"sum": a + b}


@tool(credentials=["TOKEN"], approval_required=True, timeout_seconds=30, max_calls=3, stateful=True)
def pay(amount: float) -> dict:
    return {"paid": amount}


class Watch(CallbackHandler):
    def on_agent_start(self, **told): ...
    def on_agent_end(self, **told): ...
    def on_model_start(self, **told): ...
    def on_model_end(self, **told): ...
    def on_tool_start(self, **told): ...
    def on_tool_end(self, **told): ...


class Answer(BaseModel):
    text: str
    score: int = 0


def polite(content):
    return GuardrailResult(True)


def plain(name, **options):
    return Agent(name=name, model=MODEL, instructions=f"I am {name}.", **options)


def team(strategy, **options):
    return Agent(
        name=f"team_{strategy}",
        model=MODEL,
        instructions="Work together.",
        agents=[plain("a", tools=[add]), plain("b")],
        strategy=strategy,
        **options,
    )


AGENTS = {
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
            Guardrail(polite, name="polite", on_fail="fix"),
            RegexGuardrail(r"\d{4}", name="digits", on_fail="retry", message="no digits", max_retries=2),
            LLMGuardrail(MODEL, "No harm.", name="judge", on_fail="human", max_tokens=99),
            Guardrail(name="elsewhere"),
        ],
    ),
    "rules": plain(
        "rules",
        tools=[add],
        output_type=Answer,
        memory=ConversationMemory(messages=[{"role": "user", "message": "hi"}], max_messages=5),
        max_turns=7,
        max_tokens=100,
        temperature=0.1,
        reasoning_effort="low",
        thinking_budget_tokens=1024,
        context_window_budget=1000,
        timeout_seconds=60,
        base_url="http://127.0.0.1:1",
        termination=(TextMentionTermination("DONE") | MaxMessageTermination(5) | StopMessageTermination("END"))
        & TokenUsageTermination(100),
        stop_when=lambda turn: False,
        callbacks=[Watch()],
        metadata={"a": 1},
        introduction="Hi",
        credentials=["TOKEN"],
        required_tools=["add"],
        masked_fields=["secret"],
        prefill_tools=[add.call(a=1, b=2)],
        include_contents="none",
        enable_planning=True,
    ),
    "handoff": team("handoff", allowed_transitions={"a": ["b"]}, synthesize=False),
    "sequential": team("sequential"),
    "parallel": team("parallel"),
    "round_robin": team("round_robin", termination=MaxMessageTermination(5)),
    "random": team("random"),
    "manual": team("manual"),
    "swarm": team(
        "swarm",
        handoffs=[
            OnToolResult(target="b", tool_name="add", result_contains="3"),
            OnTextMention(target="b", text="bb"),
            OnCondition(target="a", condition=lambda turn: True),
        ],
    ),
    "router_function": team("router", router=lambda prompt: "a"),
    "router_agent": team("router", router=plain("chooser")),
    "pipeline": plain("first", gate=TextGate("STOP")) >> plain("second", gate=lambda answer: True) >> plain("third"),
    "plan": Agent(
        name="plan",
        model=MODEL,
        strategy="plan_execute",
        planner=plain("a", tools=[add]),
        fallback=plain("b"),
        tools=[add],
        planner_context=["read this"],
        fallback_max_turns=3,
    ),
    "template": Agent(name="template", model=MODEL, instructions=PromptTemplate("greeting", {"tone": "warm"}, 2)),
}


def without_descriptions(value):
    if isinstance(value, dict):
        return {k: without_descriptions(v) for k, v in value.items() if k != "description" or not isinstance(v, str)}
    return [without_descriptions(item) for item in value] if isinstance(value, list) else value


serializer = AgentConfigSerializer()
documents = {name: without_descriptions(serializer.serialize(agent)) for name, agent in AGENTS.items()}
json.dump(documents, sys.stdout, indent=1, sort_keys=True)
sys.stdout.write("\n")
