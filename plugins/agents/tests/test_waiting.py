"""Waiting for agents, with time that only passes where somebody sleeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from conductor_agents import (
    AgentApi,
    AgentResponse,
    AgentStallError,
    AgentStartRequest,
    AgentStartResponse,
    AgentStatus,
    PendingTool,
)
from conductor_core import Call, ConductorError, Sleep, Task, Workflow
from conductor_core.errors import NotFoundError, WaitTimeoutError
from conductor_core.models import TaskStatus, WorkflowTask

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

RUNNING = AgentStatus(execution_id="e1", status="RUNNING", is_running=True)
DONE = AgentStatus(execution_id="e1", status="COMPLETED", is_complete=True, output={"result": "so"})


class Server:
    """Answers the calls of a flow: the state by its number of looks, the tasks by the time."""

    def __init__(
        self,
        states: Callable[[int], AgentStatus] = lambda _: RUNNING,
        tasks: Callable[[str, float], list[Task]] = lambda _execution, _now: [],
    ) -> None:
        self.now = 1000.0
        self.looks = 0
        self.sent: list[tuple[str, object]] = []
        self._states = states
        self._tasks = tasks

    def _now(self) -> float:
        return self.now

    def run(self, flow: Generator[Any, Any, Any]) -> Any:
        """Run a flow to its end."""
        answer: Any = None
        while True:
            try:
                step = flow.throw(answer) if isinstance(answer, ConductorError) else flow.send(answer)
            except StopIteration as stop:
                return stop.value
            answer = self._answer(step)

    def _answer(self, step: Call[Any] | Sleep) -> object:
        if isinstance(step, Sleep):
            assert step.seconds > 0
            self.now += step.seconds
            return None
        if step.template.endswith("/status"):
            self.looks += 1
            return self._states(self.looks)
        if step.template.endswith("/full"):
            execution = step.target.split("/")[3]
            if execution == "gone":
                return NotFoundError(method="GET", url="u", status=404)
            return Workflow(workflow_id=execution, tasks=self._tasks(execution, self.now))
        self.sent.append((step.target, step.body))
        return AgentStartResponse(execution_id="e1") if step.target == "/agent/start" else None

    def call(self, name: str, *arguments: Any, **options: Any) -> Any:
        """Run a method of the client."""
        return self.run(getattr(AgentApi, name).call(self, *arguments, **options))


def _task(task_id: str = "t1", **fields: Any) -> Task:
    given: dict[str, Any] = {
        "task_def_name": "look_up",
        "status": TaskStatus.SCHEDULED,
        "workflow_instance_id": "e1",
        "workflow_task": WorkflowTask(name="look_up", task_reference_name="ref"),
    }
    return Task(task_id=task_id, **{**given, **fields})


def test_an_agent_is_started_and_waited_for() -> None:
    server = Server(lambda looks: DONE if looks == 4 else RUNNING)
    request = AgentStartRequest(name="helper", prompt="hi")
    assert server.call("run_agent", request) is DONE
    assert server.sent == [("/agent/start", request)]
    assert server.now - 1000.0 == pytest.approx(0.05 + 0.1 + 0.2)


def test_a_wait_ends_and_says_in_what_state() -> None:
    server = Server()
    with pytest.raises(WaitTimeoutError, match="agent execution e1 is still RUNNING after 5 s"):
        server.call("wait_for_agent", "e1", timeout=5.0)
    assert server.now == pytest.approx(1005.0)
    waiting = Server(lambda _: RUNNING.model_copy(update={"is_waiting": True}))
    with pytest.raises(WaitTimeoutError, match="still RUNNING, waiting for an answer"):
        waiting.call("wait_for_agent", "e1", timeout=5.0)


def test_a_task_that_nobody_polls_for_ends_the_wait() -> None:
    server = Server(tasks=lambda _execution, _now: [_task(domain="run-7")])
    with pytest.raises(
        AgentStallError, match=r"no worker polls .* e1: look_up in domain run-7 \(t1, 3\d s\)"
    ) as caught:
        server.call("wait_for_agent", "e1")
    assert 1030.0 <= server.now < 1040.0
    (stalled,) = caught.value.tasks
    assert (caught.value.execution_id, stalled.task_type, stalled.domain) == ("e1", "look_up", "run-7")


def test_one_of_an_agent_inside_counts_too_and_one_that_is_gone_does_not() -> None:
    inner = _task("t2", workflow_instance_id="inner")

    def tasks(execution: str, _now: float) -> list[Task]:
        if execution == "inner":
            return [inner]
        subs = [_task(f"s-{name}", status=TaskStatus.IN_PROGRESS, sub_workflow_id=name) for name in ("gone", "inner")]
        return [*subs, _task("s-done", status=TaskStatus.COMPLETED, sub_workflow_id="finished")]

    with pytest.raises(AgentStallError) as caught:
        Server(tasks=tasks).call("run_agent", AgentStartRequest(name="helper"), stall_after=10.0)
    assert [(stalled.execution_id, stalled.task_id) for stalled in caught.value.tasks] == [("inner", "t2")]


@pytest.mark.parametrize(
    "task",
    [
        _task(poll_count=1),
        _task(status=TaskStatus.IN_PROGRESS),
        _task(status=TaskStatus.COMPLETED),
        _task(workflow_task=WorkflowTask(name="llm", task_reference_name="llm", type="LLM_CHAT_COMPLETE")),
        _task(callback_after_seconds=100),
        _task(start_delay_in_seconds=100),
    ],
    ids=["polled", "in-progress", "completed", "of-the-server", "held-back", "delayed"],
)
def test_a_task_that_is_worked_on_or_held_back_by_the_server_does_not(task: Task) -> None:
    with pytest.raises(WaitTimeoutError):
        Server(tasks=lambda _execution, _now: [task]).call("wait_for_agent", "e1", timeout=90.0)


def test_each_task_has_its_own_time() -> None:
    server = Server(tasks=lambda _execution, now: [_task(f"t{int(now) // 20}")])  # another one every 20 seconds
    with pytest.raises(WaitTimeoutError):
        server.call("wait_for_agent", "e1", timeout=200.0)


def test_workers_may_be_waited_for() -> None:
    server = Server(tasks=lambda _execution, _now: [_task()])
    with pytest.raises(WaitTimeoutError):
        server.call("wait_for_agent", "e1", timeout=200.0, stall_after=None)


def test_an_agent_that_waits_for_a_person_is_not_stalled() -> None:
    waiting = RUNNING.model_copy(update={"is_waiting": True})
    server = Server(lambda looks: waiting if looks < 100 else DONE, tasks=lambda _execution, _now: [_task()])
    assert server.call("wait_for_agent", "e1", timeout=500.0) is DONE
    question = Server(lambda looks: waiting if looks == 3 else RUNNING)
    assert question.call("wait_for_question", "e1") is waiting


def test_questions_are_answered_until_the_end() -> None:
    asked = [
        RUNNING.model_copy(update={"is_waiting": True, "pending_tool": PendingTool(tool_name=name)}) for name in "ab"
    ]
    states = {1: RUNNING, 2: asked[0], 3: RUNNING, 4: asked[1], 5: DONE}
    server = Server(lambda looks: states[looks])

    def answer(tool: PendingTool) -> AgentResponse:
        return AgentResponse(approved=tool.tool_name == "a")

    status = server.call("respond_until_done", "e1", answer)
    assert status is DONE
    assert server.sent == [
        ("/agent/e1/respond", AgentResponse(approved=True)),
        ("/agent/e1/respond", AgentResponse(approved=False)),
    ]
