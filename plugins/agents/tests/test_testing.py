"""What tests of agents are written with: rehearsals, expectations, recordings and evaluations."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from conductor_agents import (
    AgentEvent,
    Guardrail,
    GuardrailResult,
    RegexGuardrail,
    credential,
    http_tool,
    tool,
    tool_state,
)
from conductor_agents.testing import (
    Calls,
    EvaluationCase,
    Expectation,
    Step,
    Transcript,
    calls,
    evaluate,
    expect,
    hands_off,
    rehearse,
    rehearse_async,
    says,
)
from conductor_core.errors import InvalidArgumentError
from tests._support.agents import plain

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conductor_agents import Agent

pytest_plugins = ["pytester"]


@tool
def find_order(order_id: str, days: int = 1) -> dict[str, Any]:
    """Find an order."""
    state = tool_state()
    state["seen"] = [*state.get("seen", []), order_id]
    return {"id": order_id, "days": days, "seen": len(state["seen"])}


@tool(credentials=["TOKEN"])
async def pay(amount: int) -> str:
    """Pay."""
    return f"paid {amount} with {len(credential('TOKEN'))}"


def mild(content: str) -> GuardrailResult:
    return GuardrailResult(passed="damn" not in content, message="not so loud", fixed_output="well")


def helper() -> Agent:
    weather = http_tool("weather", "Weather.", "http://127.0.0.1:1/")
    guardrails = [
        Guardrail(check=mild, on_fail="fix"),
        RegexGuardrail(patterns=r"\d{4}", name="digits", on_fail="retry"),
    ]
    return plain("helper", tools=[find_order, pay, weather], agents=[plain("other")], guardrails=guardrails)


def test_a_rehearsal_runs_the_agent_s_own_tools() -> None:
    moves = [
        calls("find_order", order_id="7", days="2"),
        calls("find_order", order_id="8"),
        calls("pay", amount=5),
        Calls("weather", {"city": "Oslo"}, result="sunny"),
        says("shipped"),
    ]
    run = rehearse(helper(), "Where is it?", moves, credentials={"TOKEN": "abc"})
    assert [step.result for step in run.steps] == [
        {"id": "7", "days": 2, "seen": 1},
        {"id": "8", "days": 1, "seen": 2},
        "paid 5 with 3",
        "sunny",
        "shipped",
    ]
    expect(run).completed().tools_succeeded().guardrails_passed().did_not_hand_off().answered("SHIPPED").answered_like(
        "^ship"
    )
    expect(run).used_tool("find_order", order_id="8").used_tools_in_order(["find_order", "pay"])
    expect(run).used_tools(["find_order", "find_order", "pay", "weather"])


async def test_a_tool_that_fails_tells_the_model() -> None:
    run = await rehearse_async(helper(), "Pay", [calls("pay", amount=5), calls("pay", amount="much"), says("no")])
    assert "no TOKEN with the task" in run.steps[0].result["error"]
    assert "parameter 'amount'" in run.steps[1].result["error"]


def test_guardrails_judge_a_rehearsed_answer() -> None:
    run = rehearse(helper(), "Hi", [says("it is 1234"), hands_off("other"), hands_off("helper"), says("damn")])
    expect(run).completed().answered("well").guardrail_failed("digits").guardrail_failed("mild").handed_off_to("other")
    strict = plain("strict", guardrails=[Guardrail(check=mild)])
    expect(rehearse(strict, "Hi", [says("damn"), says("never said")])).failed().guardrail_failed("mild")


def test_a_move_that_cannot_be_is_refused() -> None:
    with pytest.raises(
        InvalidArgumentError, match="agent 'helper' has no tool 'nothing': it has find_order, pay, weather"
    ):
        rehearse(helper(), "Hi", [calls("nothing")])
    with pytest.raises(InvalidArgumentError, match="no agent 'nobody' to hand off to: there are helper, other"):
        rehearse(helper(), "Hi", [hands_off("nobody")])


RUN = Transcript(
    "helper",
    "Hi",
    answer="shipped",
    steps=(
        Step("tool_call", "find_order", {"order_id": "7"}, {"error": "no"}),
        Step("handoff", "other"),
        Step("guardrail_failed", "mild", text="loud"),
        Step("answer", result="shipped"),
    ),
)
DISAPPOINTED: list[tuple[Callable[[Expectation], object], str]] = [
    (lambda run: run.failed(), "expected it to fail of agent helper: it completed"),
    (
        lambda run: run.used_tool("pay"),
        r"a call of pay of agent helper: the calls were find_order\({'order_id': '7'}\)",
    ),
    (lambda run: run.used_tool("find_order", order_id="8"), "a call of find_order with {'order_id': '8'}"),
    (lambda run: run.did_not_use_tool("find_order"), "no call of find_order"),
    (lambda run: run.used_tools(["pay"]), "the calls pay"),
    (lambda run: run.used_tools_in_order(["find_order", "pay"]), "find_order, then pay"),
    (lambda run: run.tools_succeeded(), "no tool to fail of agent helper: find_order failed"),
    (lambda run: run.answered("Shipped", case_sensitive=True), "an answer with 'Shipped'"),
    (lambda run: run.answered_like("^x"), r"an answer like '\^x' of agent helper: it is 'shipped'"),
    (lambda run: run.handed_off_to("third"), "a hand-off to third of agent helper: they were to other"),
    (lambda run: run.did_not_hand_off(), "no hand-off"),
    (lambda run: run.guardrail_failed("digits"), "guardrail digits to fail of agent helper: those were mild"),
    (lambda run: run.guardrails_passed(), "all guardrails to pass of agent helper: mild failed"),
]


@pytest.mark.parametrize("index", range(len(DISAPPOINTED)))
def test_an_expectation_says_what_happened_instead(index: int) -> None:
    expectation, message = DISAPPOINTED[index]
    with pytest.raises(AssertionError, match=message):
        expectation(expect(RUN))


def test_a_run_that_failed_says_where() -> None:
    failed = Transcript("helper", "Hi", "FAILED", steps=(Step("error", "model", text="no key"),))
    with pytest.raises(
        AssertionError, match="expected it to complete of agent helper: the last step was error model no key"
    ):
        expect(failed).completed()


def test_a_transcript_is_read_from_events() -> None:
    events = [
        AgentEvent(type="thinking", content="x_llm"),
        AgentEvent(type="tool_call", tool_name="find_order", args={"order_id": "7"}),
        AgentEvent(type="tool_call", tool_name="find_order", args={"order_id": "8"}),
        AgentEvent(type="tool_result", tool_name="find_order", result="one"),
        AgentEvent(type="tool_result", tool_name="pay", result="two"),
        AgentEvent(type="handoff", target="other"),
        AgentEvent(type="guardrail_fail", guardrail_name="mild", content="loud"),
        AgentEvent(type="done", output={"result": "shipped"}),
    ]
    run = Transcript.of_events("helper", "Hi", events)
    assert run.steps == (
        Step("tool_call", "find_order", {"order_id": "7"}, "one"),
        Step("tool_call", "find_order", {"order_id": "8"}),
        Step("tool_call", "pay", result="two"),
        Step("handoff", "other"),
        Step("guardrail_failed", "mild", text="loud"),
        Step("answer", result="shipped"),
    )
    assert (run.status, run.answer) == ("COMPLETED", "shipped")
    failed = Transcript.of_events("helper", "Hi", [AgentEvent(type="error", tool_name="workflow", content="no")])
    assert (failed.status, failed.answer) == ("FAILED", None)
    assert Transcript.of_events("helper", "Hi", []).status == "FAILED"


def test_a_transcript_survives_a_file(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "run.json"
    RUN.save(file)
    assert Transcript.load(file) == RUN
    file.write_text('{"a": 1}', encoding="utf-8")
    with pytest.raises(ValueError, match="holds no transcript of an agent's run"):
        Transcript.load(file)


def test_an_evaluation_counts_what_holds() -> None:
    numbers = count()

    def run(prompt: str) -> Transcript:
        if prompt == "broken":
            raise RuntimeError("no server")
        return Transcript("helper", prompt, answer="even" if next(numbers) % 2 == 0 else "odd")

    cases = [
        EvaluationCase("a", lambda run: run.completed().answered("even"), name="sometimes", tags=["quick"]),
        EvaluationCase("broken", lambda run: run.completed()),
    ]
    report = evaluate(run, cases, repeat=4)
    assert [(result.name, result.pass_rate) for result in report.results] == [("sometimes", 0.5), ("broken", 0.0)]
    assert report.pass_rate == 0.25
    assert report.summary().splitlines() == [
        "2/4  sometimes",
        "      expected an answer with 'even' of agent helper: the answer is 'odd'",
        "0/4  broken",
        "      RuntimeError: no server",
        "25% of all runs held",
    ]
    report.require(0.25)
    with pytest.raises(AssertionError, match="fewer than 100% of the runs held"):
        report.require()
    assert [result.name for result in evaluate(run, cases, tags=["quick"]).results] == ["sometimes"]
    assert evaluate(run, []).pass_rate == 1.0


def test_runs_are_recorded_once(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(
        test_helper="""
        from conductor_agents.testing import Transcript, expect

        def run():
            print("asked the model")
            return Transcript("helper", "Hi", answer="hello")

        def test_greeting(agent_recording):
            expect(agent_recording(run)).answered("hello")
            assert agent_recording(run).prompt == "Hi"
        """
    )

    def outcome(*arguments: str) -> pytest.RunResult:
        return pytester.runpytest_inprocess("-p", "conductor_agents.pytest_plugin", *arguments)

    missing = outcome()
    missing.assert_outcomes(failed=1)
    missing.stdout.fnmatch_lines(
        ["*no recording test_helper.test_greeting.json*run this test with --record-agents once*"]
    )
    outcome("--record-agents").assert_outcomes(passed=1)
    made = sorted(file.name for file in (pytester.path / "recordings").iterdir())
    assert made == ["test_helper.test_greeting.2.json", "test_helper.test_greeting.json"]
    outcome().assert_outcomes(passed=1)
