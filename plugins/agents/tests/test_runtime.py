"""Runs of agents from a program: their workers are served, executions started, waited for and steered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Unpack

import pytest

from conductor_agents import (
    AgentFailedError,
    AgentRuntime,
    AsyncAgentRuntime,
    CodeExecution,
    Guardrail,
    GuardrailResult,
    InputRefusedError,
    OutputMismatchError,
    RegexGuardrail,
    RunSettings,
    TokenUsageTermination,
    tool,
)
from conductor_core import AsyncConductor, Conductor
from conductor_core.errors import InvalidArgumentError, WaitTimeoutError
from tests._support.agents import Answer, plain
from tests._support.stub_server import StubConductor, stub_plugins

if TYPE_CHECKING:
    from collections.abc import Callable

    from conductor_agents import Agent, AgentOptions
    from tests._support.stub_server import Answer as Reply
    from tests._support.stub_server import Seen

ENDED: dict[str, Any] = {"status": "COMPLETED", "isComplete": True, "output": {"result": "shipped", "context": {}}}


@dataclass
class AgentServer:
    """A server of agents: each start puts one task into a queue; the execution ends when the result is there."""

    task: tuple[str, dict[str, Any]] | None = None
    end: Callable[[], dict[str, Any]] = lambda: ENDED
    stub: StubConductor = field(default_factory=StubConductor)
    asked: list[tuple[str, str, Any]] = field(default_factory=list[tuple[str, str, Any]])

    def __post_init__(self) -> None:
        self.stub.script = self.answer

    def answer(self, request: Seen) -> Reply | None:
        if not request.path.startswith("/api/agent/"):
            return None
        path = request.path.removeprefix("/api/agent/")
        if not path.endswith(("/status", "/full")):
            self.asked.append((request.method, path, request.body))
        if path == "start":
            if self.task is not None:
                self.stub.add(self.task[0], "t", inputData=self.task[1])
            return 200, {"executionId": "e1", "agentName": "x", "requiredWorkers": []}
        if path == "e1/status":
            is_running = self.task is not None and "t" not in self.stub.results
            return 200, {"executionId": "e1"} | ({"status": "RUNNING"} if is_running else self.end())
        if path == "execution/e1":
            tasks = [{"taskType": "SUB_WORKFLOW", "subWorkflowId": "e2"}]
            return 200, {"executionId": "e1", "tokenUsage": {"totalTokens": 60}, "tasks": tasks}
        if path == "execution/e2":
            return 200, {"executionId": "e2", "tokenUsage": {"totalTokens": 50}}
        return 200, {"workflowDef": {"name": "x"}, "requiredWorkers": ["look_up"], "agentName": "x"}

    def runtime(self) -> AgentRuntime:
        return AgentRuntime(Conductor(plugins=stub_plugins(self.stub)), environ={})

    def async_runtime(self) -> AsyncAgentRuntime:
        return AsyncAgentRuntime(AsyncConductor(plugins=stub_plugins(self.stub)), environ={})


@tool
async def look_up(order: int) -> str:
    """Look up an order."""
    return f"order {order} is shipped"


def helper(**options: Unpack[AgentOptions]) -> Agent:
    given: AgentOptions = {"tools": [look_up], **options}
    return plain("helper", **given)


def test_a_run_serves_workers_and_waits_for_the_end() -> None:
    server = AgentServer(("look_up", {"order": 7}))
    with server.runtime() as runtime:
        result = runtime.run(helper(), "Where is order 7?", timeout=60, session_id="s", context={"a": 1})
    assert server.stub.result("t")["outputData"] == {"result": "order 7 is shipped"}
    assert (result.require().answer, result.status, result.execution_id) == ("shipped", "COMPLETED", "e1")
    ((_, _, sent),) = server.asked
    assert (sent["prompt"], sent["sessionId"], sent["context"]) == ("Where is order 7?", "s", {"a": 1})
    assert sent["agentConfig"]["tools"][0]["name"] == "look_up"


async def test_a_run_serves_workers_and_waits_for_the_end_on_a_loop() -> None:
    server = AgentServer(("look_up", {"order": 7}))
    async with server.async_runtime() as runtime:
        result = await runtime.run(helper(), "Where is order 7?", timeout=60)
    assert server.stub.result("t")["outputData"] == {"result": "order 7 is shipped"}
    assert result.answer == "shipped"


def test_settings_hold_for_one_run() -> None:
    server = AgentServer()
    agent = helper(temperature=0.5)
    with server.runtime() as runtime:
        runtime.run(agent, "a", settings=RunSettings(temperature=0.0, model="other/one"))
        runtime.run(agent, "b")
    sent = [body["agentConfig"] for _, _, body in server.asked]
    assert [(config["temperature"], config["model"]) for config in sent] == [(0.0, "other/one"), (0.5, agent.model)]


def test_a_deployed_agent_is_run_by_its_name() -> None:
    server = AgentServer()
    with server.runtime() as runtime:
        runtime.run("helper", "hi", version=3, settings=RunSettings(model="other/one"))
        with pytest.raises(InvalidArgumentError, match="may change its model only"):
            runtime.run("helper", "hi", settings=RunSettings(temperature=0.0))
    ((_, _, sent),) = server.asked
    assert sent == {"name": "helper", "version": 3, "prompt": "hi", "model": "other/one"}


def test_an_empty_prompt_is_refused() -> None:
    with AgentServer().runtime() as runtime, pytest.raises(InvalidArgumentError, match="an agent needs a prompt"):
        runtime.run(helper(), " ")


def test_an_execution_that_fails_says_why() -> None:
    failed = {"status": "FAILED", "isComplete": True, "reasonForIncompletion": "no model"}
    with AgentServer(end=lambda: failed).runtime() as runtime:
        result = runtime.run(helper(), "hi")
    assert (result.is_success, result.answer, result.reason) == (False, None, "no model")
    with pytest.raises(AgentFailedError, match="execution e1 is FAILED: no model"):
        result.require()


def test_waiting_ends_while_the_execution_goes_on() -> None:
    waiting = {"status": "RUNNING", "isWaiting": True}
    with AgentServer(end=lambda: waiting).runtime() as runtime:
        execution = runtime.start(helper(), "hi")
        with pytest.raises(WaitTimeoutError, match=r"is still RUNNING, waiting for an answer after 0.05 s"):
            execution.wait(0.05)


def test_an_answer_is_of_the_type_that_was_asked_for() -> None:
    ends = iter([{"text": "hi", "score": 2}, '{"text": "hi"}', {"score": "many"}])
    server = AgentServer(end=lambda: {**ENDED, "output": {"result": next(ends)}})
    agent = helper(output_type=Answer)
    with server.runtime() as runtime:
        assert runtime.run(agent, "a").answer == Answer(text="hi", score=2)
        assert runtime.run(agent, "b").answer == Answer(text="hi")
        wrong = runtime.run(agent, "c")
    assert wrong.answer == {"score": "many"}
    with pytest.raises(OutputMismatchError, match="text: Field required; score: Input should be a valid integer"):
        wrong.require()


def test_a_prompt_passes_guardrails_before_anything_is_started() -> None:
    def short(content: str) -> GuardrailResult:
        return GuardrailResult(passed=len(content) < 9, fixed_output=content[:8])

    server = AgentServer()
    guardrails = [
        RegexGuardrail(patterns="secret", position="input", name="no_secrets", message="no secrets please"),
        Guardrail(check=short, position="input", on_fail="fix"),
    ]
    agent = helper(guardrails=guardrails)
    with server.runtime() as runtime:
        with pytest.raises(InputRefusedError, match="guardrail 'no_secrets' refused the prompt: no secrets please"):
            runtime.start(agent, "my secret")
        runtime.start(agent, "a long prompt")
    assert [body["prompt"] for _, _, body in server.asked] == ["a long p"]


async def test_a_prompt_passes_guardrails_on_a_loop() -> None:
    server = AgentServer()
    agent = helper(guardrails=[Guardrail(check=str.isupper, name="loud", position="input")])
    async with server.async_runtime() as runtime:
        with pytest.raises(InputRefusedError, match="guardrail 'loud' refused the prompt"):
            await runtime.start(agent, "quiet")
        await runtime.start(agent, "LOUD")
    assert len(server.asked) == 1


def test_plan_and_deploy_start_nothing() -> None:
    server = AgentServer()
    with server.runtime() as runtime:
        assert runtime.plan(helper()).required_workers == ["look_up"]
        assert [answer.agent_name for answer in runtime.deploy(helper(), plain("other"))] == ["x", "x"]
        assert not server.stub.polls
    assert [path for _, path, _ in server.asked] == ["compile", "deploy", "deploy"]


def test_serve_works_for_runs_of_others() -> None:
    server = AgentServer(("look_up", {"order": 7}))
    with server.runtime() as runtime:
        runtime.serve(helper())
        result = runtime.run("helper", "hi", timeout=60)
        assert runtime.join(0.01) is False
    assert result.is_success
    assert [path for _, path, _ in server.asked] == ["deploy", "start"]


def test_an_execution_goes_on_after_a_restart() -> None:
    states = iter(["PAUSED", "RUNNING"])
    server = AgentServer(end=lambda: {"status": state} if (state := next(states, None)) else ENDED)
    with server.runtime() as runtime:
        execution = runtime.resume("e1", helper())
        assert execution.wait(60).is_success
    assert [(method, path) for method, path, _ in server.asked] == [("PUT", "e1/resume")]


async def test_an_execution_is_steered_on_both_faces() -> None:
    server, other = AgentServer(), AgentServer()
    with server.runtime() as runtime:
        execution = runtime.start("helper", "hi")
        execution.respond({"selected": "a"})
        execution.approve()
        execution.reject("no")
        execution.signal("hurry")
        execution.pause()
        execution.resume()
        execution.stop()
        execution.cancel("enough")
    async with other.async_runtime() as async_runtime:
        handle = await async_runtime.start("helper", "hi")
        await handle.respond({"selected": "a"})
        await handle.approve()
        await handle.reject("no")
        await handle.signal("hurry")
        await handle.pause()
        await handle.resume()
        await handle.stop()
        await handle.cancel("enough")
        assert (await handle.status()).is_complete
    assert server.asked == other.asked
    paths = [(method, path) for method, path, _ in server.asked]
    assert paths == [
        ("POST", "start"),
        *[("POST", "e1/respond")] * 3,
        ("POST", "e1/signal"),
        ("PUT", "e1/pause"),
        ("PUT", "e1/resume"),
        ("POST", "e1/stop"),
        ("DELETE", "e1/cancel"),
    ]


def test_a_limit_of_tokens_counts_those_of_agents_inside() -> None:
    agent = helper(termination=TokenUsageTermination(max_total_tokens=100))
    server = AgentServer(("helper_termination", {"result": "more", "iteration": 1}))
    server.stub.add("helper_termination", "first", inputData={}, workflowInstanceId="e1")
    with server.runtime() as runtime:
        runtime.serve(agent, deploy=False)
        assert any("first" in server.stub.results or runtime.join(0.01) for _ in range(6000))
    assert server.stub.result("first")["outputData"] == {
        "should_continue": False,
        "reason": "110 tokens reach the limit of 100",
    }


async def test_a_limit_of_tokens_is_asked_for_on_a_loop() -> None:
    agent = helper(termination=TokenUsageTermination(max_total_tokens=1000))
    server = AgentServer()
    server.stub.add("helper_termination", "first", inputData={}, workflowInstanceId="e1")
    async with server.async_runtime() as runtime:
        await runtime.serve(agent, deploy=False)
        await server.stub.until(lambda: "first" in server.stub.results)
    assert server.stub.result("first")["outputData"] == {"should_continue": True, "reason": ""}


def test_another_function_under_a_name_that_is_served_is_refused() -> None:
    @tool(name="look_up")
    def other(order: int) -> int:
        return order

    with AgentServer().runtime() as runtime:
        runtime.start(helper(), "hi")
        runtime.start(plain("second", tools=[look_up]), "hi")
        with pytest.raises(InvalidArgumentError, match="this runtime serves another function under that name"):
            runtime.start(plain("third", tools=[other]), "hi")


def test_parts_of_agents_are_served_once() -> None:
    part = helper(
        guardrails=[Guardrail(check=str.islower, name="lower")],
        stop_when=lambda turn: turn.iteration > 1,
        code=CodeExecution(),
    )
    with AgentServer().runtime() as runtime:
        runtime.start(part, "hi")
        runtime.start(plain("team", agents=[part]), "hi")
        runtime.start(part, "again")
