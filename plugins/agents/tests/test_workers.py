"""What the server asks an agent's workers, and what they answer."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from conductor_agents import (
    Agent,
    CallbackEvent,
    CallbackHandler,
    Guardrail,
    GuardrailResult,
    HandoffTurn,
    MaxMessageTermination,
    OnCondition,
    RegexGuardrail,
    TextMentionTermination,
    TokenUsageTermination,
    Turn,
    credential,
    tool,
    tool_state,
    workers_of,
)
from conductor_agents.models import TokenUsage
from conductor_core import worker_task
from conductor_core.errors import InvalidArgumentError
from conductor_core.worker import WorkerDefinition
from tests._support.agent_worker import work
from tests._support.agents import AGENTS, add, plain


def outputs(result: dict[str, Any]) -> dict[str, Any]:
    assert result["status"] == "COMPLETED", result
    output: dict[str, Any] = result["outputData"]
    return output


async def test_a_tool_is_an_ordinary_worker() -> None:
    @tool
    def greet(name: str, times: int = 1, *, loud: bool = False) -> str:
        """Greet."""
        return " ".join([f"Hello {name}"] * times).upper() if loud else f"Hello {name}"

    result = await work(plain("x", tools=[greet]), "greet", {"name": "Ada", "times": "2", "loud": "true"})
    assert outputs(result) == {"result": "HELLO ADA HELLO ADA"}


async def test_an_argument_that_does_not_fit_fails_for_good() -> None:
    result = await work(plain("x", tools=[add]), "add", {"a": "many"})
    assert result["status"] == "FAILED_WITH_TERMINAL_ERROR"
    assert "parameter 'a'" in result["reasonForIncompletion"]


async def test_plain_functions_and_workers_are_tools() -> None:
    async def double(value: int) -> int:
        """Double it."""
        return value * 2

    @worker_task(task_definition_name="halve_it")
    def halve(value: int) -> float:
        """Halve it."""
        return value / 2

    agent = plain("x", tools=[double, halve])
    assert outputs(await work(agent, "double", {"value": 4})) == {"result": 8}
    assert outputs(await work(agent, "halve_it", {"value": 4})) == {"result": 2.0}


async def test_tools_of_a_run_share_state() -> None:
    @tool
    def add_to_basket(item: str) -> str:
        """Put an item into the basket."""
        state = tool_state()
        state["basket"] = [*state.get("basket", []), item]
        state["last"] = item
        return f"{len(state['basket'])} in the basket"

    agent = plain("x", tools=[add_to_basket])
    result = await work(agent, "add_to_basket", {"item": "pear", "_agent_state": {"basket": ["apple"]}})
    assert outputs(result) == {
        "result": "2 in the basket",
        "_state_updates": {"basket": ["apple", "pear"], "last": "pear"},
    }


async def test_a_credential_comes_with_the_task() -> None:
    @tool(credentials=["TOKEN"])
    def who() -> str:
        """Tell who."""
        return f"{len(credential('TOKEN'))} characters"

    agent = plain("x", tools=[who])
    assert outputs(await work(agent, "who", {}, runtimeMetadata={"TOKEN": "s3cret"})) == {"result": "6 characters"}


async def test_without_its_credential_a_tool_is_not_called() -> None:
    called: list[str] = []

    @tool(credentials=["TOKEN", "OTHER"])
    async def who(name: str) -> str:
        called.append(name)
        return name

    result = await work(plain("x", tools=[who]), "who", {"name": "Ada"}, runtimeMetadata={"TOKEN": "s3cret"})
    assert result["status"] == "FAILED_WITH_TERMINAL_ERROR"
    assert "no OTHER with the task" in result["reasonForIncompletion"]
    assert "s3cret" not in str(result)
    assert called == []


async def test_an_agent_s_credentials_hold_for_its_tools() -> None:
    result = await work(plain("x", tools=[add], credentials=["TOKEN"]), "add", {"a": 1})
    assert result["status"] == "FAILED_WITH_TERMINAL_ERROR"
    assert "no TOKEN with the task" in result["reasonForIncompletion"]


@pytest.mark.parametrize(
    ("on_fail", "status", "output"),
    [
        ("retry", "COMPLETED", {"error": "guardrail 'short' refused the result: too long", "blocked": True}),
        ("fix", "COMPLETED", {"result": "abc"}),
        ("raise", "FAILED_WITH_TERMINAL_ERROR", {}),
    ],
)
async def test_a_tool_s_result_passes_its_guardrails(on_fail: Any, status: str, output: dict[str, Any]) -> None:
    def short(content: str) -> GuardrailResult:
        return GuardrailResult(passed=len(content) < 4, message="too long", fixed_output=content[:3])

    @tool(guardrails=[Guardrail(check=short, on_fail=on_fail), RegexGuardrail(patterns="z")])
    def letters(count: int) -> str:
        return "abcdefghijklm"[:count]

    agent = plain("x", tools=[letters])
    assert outputs(await work(agent, "letters", {"count": 2})) == {"result": "ab"}
    result = await work(agent, "letters", {"count": 9})
    assert (result["status"], result["outputData"]) == (status, output)


@pytest.mark.parametrize(
    ("on_fail", "iteration", "reaction"),
    [("retry", 1, "retry"), ("retry", 2, "raise"), ("raise", 1, "raise"), ("fix", 1, "raise"), ("human", 1, "human")],
)
async def test_a_guardrail_says_what_follows(on_fail: Any, iteration: int, reaction: str) -> None:
    async def never(content: str) -> bool:
        return not content

    agent = plain("x", guardrails=[Guardrail(check=never, on_fail=on_fail, max_retries=2)])
    result = outputs(await work(agent, "never", {"content": "text", "iteration": iteration}))
    assert (result["passed"], result["on_fail"], result["should_continue"]) == (False, reaction, reaction == "retry")
    assert outputs(await work(agent, "never", {"content": "", "iteration": 1}))["on_fail"] == "pass"


async def test_a_guardrail_that_says_nothing_usable_fails_its_task() -> None:
    def nonsense(content: str) -> Any:
        return content

    agent = plain("x", guardrails=[Guardrail(check=nonsense)])
    result = await work(agent, "nonsense", {"content": "text"})
    assert result["status"] == "FAILED"
    assert "must return a GuardrailResult, True or False, got str" in result["reasonForIncompletion"]


async def test_a_blocking_guardrail_does_not_hold_up_the_loop() -> None:
    threads: list[str] = []

    def slow(content: str) -> bool:
        threads.append(threading.current_thread().name)
        return bool(content)

    await work(plain("x", guardrails=[Guardrail(check=slow)]), "slow", {"content": "text"})
    assert threads != [threading.main_thread().name]


async def test_a_termination_condition_ends_the_loop() -> None:
    agent = plain("my-agent", termination=TextMentionTermination("done") | MaxMessageTermination(3))
    name = "my_agent_termination"
    assert outputs(await work(agent, name, {"result": "more", "iteration": 1})) == {
        "should_continue": True,
        "reason": "",
    }
    ended = outputs(await work(agent, name, {"result": "All DONE", "iteration": 1}))
    assert ended == {"should_continue": False, "reason": "the answer mentions 'done'"}
    counted = outputs(await work(agent, name, {"result": "more", "messages": [{}, {}, {}]}))
    assert counted == {"should_continue": False, "reason": "3 messages reach the limit of 3"}


async def test_a_limit_of_tokens_asks_for_those_of_the_run() -> None:
    asked: list[str] = []

    def usage(run: str) -> TokenUsage:
        asked.append(run)
        return TokenUsage(prompt_tokens=60, completion_tokens=50, total_tokens=110)

    agent = plain("x", termination=TokenUsageTermination(max_total_tokens=100))
    result = outputs(await work(agent, "x_termination", {"result": "more", "iteration": 1}, usage=usage))
    assert result == {"should_continue": False, "reason": "110 tokens reach the limit of 100"}
    assert asked == ["w-t"]


def test_a_limit_of_tokens_needs_somebody_to_ask() -> None:
    with pytest.raises(InvalidArgumentError, match="stops at a number of tokens"):
        workers_of(plain("x", termination=TokenUsageTermination(max_total_tokens=100)))


async def test_stop_when_sees_the_turn() -> None:
    def enough(turn: Turn) -> bool:
        return turn.iteration >= 2 and turn.result == "stop" and len(turn.messages) == 1

    agent = plain("x", stop_when=enough)
    stopped = await work(agent, "x_stop_when", {"result": "stop", "iteration": 2, "messages": [{"role": "user"}]})
    assert outputs(stopped) == {"should_continue": False}
    assert outputs(await work(agent, "x_stop_when", {"result": "stop", "iteration": 1})) == {"should_continue": True}


async def test_a_gate_decides_where_the_server_looks_for_it() -> None:
    pipeline = plain("first", gate=lambda answer: "go" in answer) >> plain("second")
    assert outputs(await work(pipeline, "first_gate", {"result": "go on"})) == {"result": {"decision": "continue"}}
    assert outputs(await work(pipeline, "first_gate", {"result": "halt"})) == {"result": {"decision": "stop"}}


async def test_a_router_names_an_agent() -> None:
    team = Agent(
        "team",
        model="a/b",
        strategy="router",
        agents=[plain("a"), plain("b")],
        router=lambda conversation: {"one": "a", "end": "DONE"}.get(conversation, "nobody"),
    )
    assert outputs(await work(team, "team_router_fn", {"prompt": "one"})) == {"result": "a"}
    assert outputs(await work(team, "team_router_fn", {"prompt": "end"})) == {"result": "DONE"}
    result = await work(team, "team_router_fn", {"prompt": "other"})
    assert "the router returned 'nobody': return a, b or DONE" in result["reasonForIncompletion"]


async def test_a_condition_of_a_handoff_sees_the_turn() -> None:
    def switch(turn: HandoffTurn) -> bool:
        return (turn.result, turn.active_agent, turn.state, turn.tool_results) == ("r", "1", {"k": 1}, ({"t": 2},))

    swarm = Agent(
        "team",
        model="a/b",
        strategy="swarm",
        agents=[plain("a"), plain("b")],
        handoffs=[OnCondition(target="a", condition=switch)],
    )
    sent = {"result": "r", "conversation": "c", "context": {"k": 1}, "active_agent": 1, "tool_results": [{"t": 2}]}
    assert outputs(await work(swarm, "team_handoff_a", sent)) == {"handoff": True}
    assert outputs(await work(swarm, "team_handoff_a", {"result": "r", "context": None})) == {"handoff": False}


@pytest.mark.parametrize(("picked", "index"), [({"selected": "b"}, "1"), ({"agent": 1}, "1"), ({}, "0")])
async def test_a_person_picks_an_agent(picked: dict[str, Any], index: str) -> None:
    team = Agent("team", model="a/b", strategy="manual", agents=[plain("a"), plain("b")])
    result = outputs(await work(team, "team_process_selection", {"human_output": picked}))
    assert result == {"selected": index}


async def test_a_person_who_picks_nobody_is_told() -> None:
    team = Agent("team", model="a/b", strategy="manual", agents=[plain("a"), plain("b")])
    result = await work(team, "team_process_selection", {"human_output": {"selected": "c"}})
    assert "'c' is none of the agents a, b" in result["reasonForIncompletion"]


async def test_callbacks_are_told_and_cannot_break_anything() -> None:
    told: list[CallbackEvent] = []

    class Broken(CallbackHandler):
        def on_model_end(self, event: CallbackEvent) -> None:
            raise RuntimeError("no")

    class Watch(CallbackHandler):
        async def on_model_end(self, event: CallbackEvent) -> None:
            told.append(event)

    agent = plain("x", callbacks=[Broken(), Watch()])
    assert [worker.name for worker in workers_of(agent)] == ["x_after_model"]
    sent = {"callback_position": "after_model", "agent_name": "x", "llm_result": "hi", "tool_calls": [{"name": "t"}]}
    result = await work(agent, "x_after_model", sent)
    assert outputs(result) == {}
    assert "callback Broken.on_model_end failed: RuntimeError('no')" in result["logs"][0]["log"]
    assert told == [CallbackEvent("after_model", "x", "hi", ({"name": "t"},))]


def test_one_tool_of_two_agents_is_one_worker() -> None:
    team = Agent("team", model="a/b", agents=[plain("a", tools=[add]), plain("b", tools=[add])], tools=[add])
    assert [worker.name for worker in workers_of(team)] == ["add"]


def test_two_functions_of_one_task_name_are_refused() -> None:
    @tool(name="add")
    def other(a: int) -> int:
        return a

    team = Agent("team", model="a/b", agents=[plain("a", tools=[add]), plain("b", tools=[other])])
    with pytest.raises(InvalidArgumentError, match="two different functions as task 'add'"):
        workers_of(team)


def test_workers_take_a_domain_and_a_concurrency() -> None:
    workers = workers_of(AGENTS["swarm"], domain="run-1", concurrency=3)
    assert {(worker.domain, worker.options.concurrency) for worker in workers} == {("run-1", 3)}


def test_an_external_tool_has_no_worker() -> None:
    @tool(external=True)
    def elsewhere(value: int) -> int:
        """Run in another process."""
        return value

    agent = plain("x", tools=[elsewhere])
    assert workers_of(agent) == []
    assert isinstance(elsewhere.definition.worker, WorkerDefinition)
    assert elsewhere(3) == 3
