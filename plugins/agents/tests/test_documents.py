"""An agent becomes the document that the official library makes of it, and what is refused is refused before that."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

import pytest

from conductor_agents import (
    Agent,
    CodeExecution,
    CommandLine,
    OnTextMention,
    RunSettings,
    agent,
    agent_document,
    agent_tool,
    tool,
)
from conductor_core._json import is_array, is_object
from conductor_core.errors import InvalidArgumentError
from tests._support.agents import AGENTS, MODEL, add, plain
from tools.distributions import ROOT

PEERS: Final[dict[str, Any]] = json.loads((ROOT / "spec" / "peer_agents.json").read_text(encoding="utf-8"))


def without_noise(value: Any) -> Any:
    """Leave out texts for models, and what the official library says although the server assumes it anyway."""
    if is_array(value):
        return [without_noise(item) for item in value]
    if not is_object(value):
        return value
    kept = {
        key: without_noise(item) for key, item in value.items() if not (key == "description" and isinstance(item, str))
    }
    if kept.get("external") is False:
        del kept["external"]
    # ``dict`` and ``dict[str, int]`` differ in what they say of values.
    kept.pop("outputSchema", None)
    return kept


@pytest.mark.parametrize("name", sorted(AGENTS))
def test_a_document_is_the_official_library_s(name: str) -> None:
    assert without_noise(agent_document(AGENTS[name])) == without_noise(PEERS[name])


def test_a_document_is_json() -> None:
    for made in AGENTS.values():
        document = agent_document(made)
        assert json.loads(json.dumps(document)) == document


def test_the_schema_of_a_result_tells_what_the_task_gives() -> None:
    @tool
    def count(text: str) -> int:
        """Count."""
        return len(text)

    document = agent_document(plain("counting", tools=[count]))
    schema = document["tools"][0]["outputSchema"]
    assert schema == {"type": "object", "properties": {"result": {"type": "integer"}}, "required": ["result"]}


def test_a_sub_agent_without_a_model_takes_its_parent_s() -> None:
    inner = Agent("inner", instructions="x")
    outer = Agent("outer", model=MODEL, agents=[inner], tools=[agent_tool(inner, name="ask_inner")])
    document = agent_document(outer)
    assert document["agents"][0]["model"] == MODEL
    assert document["tools"][0]["config"]["agentConfig"]["model"] == MODEL


def test_a_team_without_a_model_takes_its_first_agent_s() -> None:
    assert agent_document(Agent("team", agents=[plain("a")], strategy="parallel"))["model"] == MODEL


def test_an_agent_without_any_model_is_refused() -> None:
    with pytest.raises(InvalidArgumentError, match=r"agent 'alone' has no model: give it model='provider/model'"):
        agent_document(Agent("alone"))


def test_an_external_agent_is_a_name() -> None:
    document = agent_document(Agent("team", model=MODEL, agents=[Agent("elsewhere", external=True)]))
    assert document["agents"] == [{"name": "elsewhere", "external": True}]


def test_settings_of_a_run_replace_what_the_agent_says() -> None:
    base = plain("helper", temperature=0.9, agents=[plain("inner", temperature=0.9)])
    settings = RunSettings(model="other/model", temperature=0.0, max_tokens=5, thinking_budget_tokens=9)
    document = agent_document(base, settings)
    assert (document["model"], document["temperature"], document["maxTokens"]) == ("other/model", 0.0, 5)
    assert document["thinkingConfig"] == {"enabled": True, "budgetTokens": 9}
    assert document["agents"][0]["temperature"] == 0.9
    assert agent_document(base)["temperature"] == 0.9


def test_a_decorated_function_says_what_the_agent_is_told() -> None:
    @agent(model=MODEL, tools=[add])
    def helper() -> str:
        return f"Today is day {len(days)}."

    days = [1]
    assert isinstance(helper, Agent)
    assert agent_document(helper)["instructions"] == "Today is day 1."
    days.append(2)
    assert agent_document(helper)["instructions"] == "Today is day 2."


def test_a_docstring_is_what_the_agent_is_told() -> None:
    @agent
    def helper() -> None:
        """Help with orders."""

    assert helper.name == "helper"
    assert (
        agent_document(Agent("team", model=MODEL, agents=[helper]))["agents"][0]["instructions"] == "Help with orders."
    )


def test_code_and_commands_are_tools() -> None:
    coder = plain(
        "coder", code=CodeExecution(languages=["python", "sh"]), commands=CommandLine(allowed_commands=["git"])
    )
    document = agent_document(coder)
    assert [made["name"] for made in document["tools"]] == ["coder_execute_code", "coder_run_command"]
    assert document["tools"][0]["inputSchema"]["required"] == ["code"]
    assert document["codeExecution"]["allowedLanguages"] == ["python", "sh"]
    assert document["cliConfig"] == {"enabled": True, "allowedCommands": ["git"], "timeout": 30, "allowShell": False}


def test_a_type_of_answers_is_a_schema() -> None:
    @dataclass
    class Weather:
        city: str
        degrees: float | None = None

    document = agent_document(plain("weather", output_type=Weather))
    assert document["outputType"]["className"] == "Weather"
    assert document["outputType"]["schema"]["required"] == ["city"]
    given = {"type": "object", "properties": {"a": {"type": "string"}}}
    assert agent_document(plain("given", output_type=given))["outputType"] == {"schema": given}


def test_a_pipeline_is_flat() -> None:
    made = plain("a") >> plain("b") >> plain("c")
    assert made.name == "a_b_c"
    assert [step.name for step in made.agents] == ["a", "b", "c"]


WRONG: Final[dict[str, tuple[Any, str]]] = {
    "name": ({"name": "no spaces"}, "the name of an agent must start with a letter"),
    "strategy": ({"strategy": "chaos"}, "strategy of agent 'x' must be one of handoff, sequential"),
    "turns": ({"max_turns": 0}, "max_turns of agent 'x' must be at least 1, got 0"),
    "tool": ({"tools": [3]}, "tools takes functions and tools, got int"),
    "two tools": ({"tools": [add, add]}, "the tool of agent 'x' 'add' comes twice"),
    "two agents": ({"agents": [plain("a"), plain("a")]}, "the sub-agent of agent 'x' 'a' comes twice"),
    "alone": ({"strategy": "swarm"}, "has the strategy 'swarm' and no agents"),
    "router": ({"strategy": "router", "agents": [plain("a")]}, r"router=... and strategy='router' go together"),
    "planner": ({"strategy": "plan_execute"}, "give it planner=..."),
    "no plan": ({"planner": plain("p")}, "need strategy='plan_execute'"),
    "handoffs": ({"handoffs": [OnTextMention(target="a", text="t")]}, "they need strategy='swarm'"),
    "target": (
        {"strategy": "swarm", "agents": [plain("a")], "handoffs": [OnTextMention(target="b", text="t")]},
        "handoffs of agent 'x' name 'b', which is none of a, x",
    ),
    "required": ({"required_tools": ["nothing"]}, "required_tools of agent 'x' name 'nothing'"),
    "text": ({"credentials": "TOKEN"}, "credentials of agent 'x' must be a list of names, got one text"),
    "external": ({"external": True, "model": MODEL}, "is external: model, tools and agents belong"),
    "effort": ({"reasoning_effort": "huge"}, "reasoning_effort must be one of minimal, low, medium, high"),
}


@pytest.mark.parametrize("case", sorted(WRONG))
def test_what_cannot_be_is_refused(case: str) -> None:
    options, message = WRONG[case]
    given: dict[str, Any] = {"name": "x", **options}
    with pytest.raises(InvalidArgumentError, match=message):
        Agent(**given)


def test_instructions_that_are_no_text_are_refused() -> None:
    def broken() -> Any:
        return 5

    with pytest.raises(InvalidArgumentError, match="their function returned int"):
        agent_document(Agent("x", model=MODEL, instructions=broken))
