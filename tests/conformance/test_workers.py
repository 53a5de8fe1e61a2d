"""The worker runtime against the embedded engine and the real server: results, retries, callbacks, domains, drain."""

from __future__ import annotations

import asyncio
import itertools
import time
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import Conductor, NonRetryableException, TaskDef, TaskHandler, TaskInProgress, get_task_context
from conductor_core.models import Workflow, WorkflowDef
from conductor_core.worker import SimpleTaskCall, WorkerOptions, define_worker
from conductor_workflows import StartWorkflowRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conductor_core import Settings

_numbers = itertools.count(1)
SECONDS = 60


class Lab:
    """One definition per test: its tasks, its workers, and runs of it."""

    def __init__(self, settings: Settings, conductor: Conductor) -> None:
        self.settings = settings
        self.conductor = conductor
        self.prefix = f"workers_{time.time_ns()}_{next(_numbers)}"
        self.workers: list[object] = []
        self.calls: list[SimpleTaskCall] = []

    def task(self, function: Callable[..., Any], *, name: str = "", domain: str | None = None, **options: Any) -> None:
        """Add a task and its worker; a task whose name was used before gets another worker only."""
        name = f"{self.prefix}_{name or getattr(function, '__name__', 'task')}"
        definition = TaskDef(name=name, retry_count=1, retry_delay_seconds=0, response_timeout_seconds=60)
        worker_options = WorkerOptions(register_task_def=True, domain=domain, **options)
        self.workers.append(define_worker(name, function, worker_options, task_def=definition))
        if name not in [call.name for call in self.calls]:
            self.calls.append(SimpleTaskCall(name, f"ref_{len(self.calls)}", {"x": "${workflow.input.x}"}))

    def handler(self, **options: Any) -> TaskHandler:
        """Register the definition and return a handler for its workers."""
        tasks = [call.to_workflow_task() for call in self.calls]
        definition = WorkflowDef(name=self.prefix, version=1, owner_email="t@example.com", tasks=tasks)
        definition.timeout_seconds = 0
        self.conductor.metadata.register_workflow_def(definition, overwrite=True)
        return TaskHandler(self.settings, workers=self.workers, environ={}, **options)

    def start(self, x: object, **fields: Any) -> str:
        request = StartWorkflowRequest(name=self.prefix, version=1, input={"x": x}, **fields)
        return self.conductor.workflows.start_workflow(request)

    def ended(self, workflow_id: str) -> Workflow:
        """Wait until a run is over."""
        end = time.monotonic() + SECONDS
        while not (found := self.conductor.workflows.get_workflow(workflow_id)).is_terminal:
            assert time.monotonic() < end, f"{found.status} after {SECONDS} s"
            time.sleep(0.02)
        return found

    def until(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + SECONDS
        while not condition():
            assert time.monotonic() < end, "it never happened"
            time.sleep(0.01)


@pytest.fixture
def lab(conductor_settings: Settings) -> Iterator[Lab]:
    with Conductor(conductor_settings) as conductor:
        yield Lab(conductor_settings, conductor)


def double(x: int) -> int:
    get_task_context().add_log(f"doubling {x}")
    return 2 * x


async def describe(x: int) -> dict[str, object]:
    await asyncio.sleep(0)
    return {"text": f"number {x}", "poll_count": get_task_context().get_poll_count()}


def test_thirty_runs_pass_through_a_thread_and_a_loop_worker(lab: Any) -> None:
    lab.task(double, concurrency=5)
    lab.task(describe, concurrency=5)
    with lab.handler() as handler:
        ids = [lab.start(number) for number in range(30)]
        runs = [lab.ended(workflow_id) for workflow_id in ids]
        assert handler.is_healthy()
    assert [run.status for run in runs] == ["COMPLETED"] * 30
    outputs = [[task.output_data for task in run.tasks] for run in runs]
    assert outputs == [[{"result": 2 * n}, {"text": f"number {n}", "poll_count": 1}] for n in range(30)]
    assert handler.report is not None
    assert handler.report.clean


def test_a_failure_is_retried_and_a_terminal_one_is_not(lab: Any) -> None:
    def fails_first(x: str) -> str:
        if x == "never":
            raise NonRetryableException("not this one")
        if get_task_context().get_retry_count() == 0:
            raise ValueError("the first time it fails")
        return x

    lab.task(fails_first)
    with lab.handler():
        retried, given_up = lab.ended(lab.start("again")), lab.ended(lab.start("never"))
    assert [(task.status, task.retry_count) for task in retried.tasks] == [("FAILED", 0), ("COMPLETED", 1)]
    assert retried.tasks[0].reason_for_incompletion == "the first time it fails"
    assert (given_up.status, [task.status for task in given_up.tasks]) == ("FAILED", ["FAILED_WITH_TERMINAL_ERROR"])
    assert "not this one" in str(given_up.reason_for_incompletion)


def test_a_task_in_progress_comes_back(lab: Any) -> None:
    async def in_steps(x: int) -> object:
        if get_task_context().get_poll_count() < 3:
            return TaskInProgress(callback_after_seconds=0, output={"step": get_task_context().get_poll_count()})
        return {"done": x}

    lab.task(in_steps)
    with lab.handler():
        run = lab.ended(lab.start(1))
    (task,) = run.tasks
    assert (task.status, task.poll_count, task.output_data) == ("COMPLETED", 3, {"done": 1})


def test_each_domain_has_its_own_worker(lab: Any) -> None:
    def everywhere(x: int) -> str:
        return "default"

    def in_europe(x: int) -> str:
        return "eu"

    lab.task(everywhere, name="place")
    lab.task(in_europe, name="place", domain="eu")
    with lab.handler():
        plain = lab.ended(lab.start(1))
        europe = lab.ended(lab.start(1, task_to_domain={f"{lab.prefix}_place": "eu"}))
    assert plain.tasks[0].output_data == {"result": "default"}
    assert europe.tasks[0].output_data == {"result": "eu"}


@pytest.mark.parametrize("domain", ["eu", None])
def test_a_worker_takes_the_tasks_of_its_domain_only(lab: Any, domain: str | None) -> None:
    """Of two queues of one name a worker empties its own, and leaves the other as it is."""

    def where(x: int) -> int:
        return x

    lab.task(where, domain=domain)
    with lab.handler():
        name = f"{lab.prefix}_where"
        in_europe = [lab.start(number, task_to_domain={name: "eu"}) for number in range(5)]
        without = [lab.start(number) for number in range(5)]
        own, others = (in_europe, without) if domain else (without, in_europe)
        assert [lab.ended(workflow_id).status for workflow_id in own] == ["COMPLETED"] * 5
        left = [lab.conductor.workflows.get_workflow(workflow_id) for workflow_id in others]
    assert [(run.status, run.tasks[0].status, run.tasks[0].poll_count) for run in left] == [
        ("RUNNING", "SCHEDULED", 0)
    ] * 5


def test_stopping_loses_no_running_task(lab: Any) -> None:
    started: list[int] = []

    def slow(x: int) -> int:
        started.append(x)
        time.sleep(0.5)
        return x

    lab.task(slow, concurrency=10)
    with lab.handler() as handler:
        ids = [lab.start(number) for number in range(10)]
        lab.until(lambda: len(started) == 10)
    assert handler.report is not None
    assert handler.report.clean
    assert [lab.ended(workflow_id).status for workflow_id in ids] == ["COMPLETED"] * 10


def test_a_task_given_back_is_finished_by_the_next_handler(lab: Any) -> None:
    seen: list[str] = []

    async def hangs_once(x: int) -> str:
        seen.append(get_task_context().get_task_id())
        if len(seen) == 1:
            await asyncio.sleep(3600)
        return "finished"

    lab.task(hangs_once)
    first = lab.handler()
    with first:
        workflow_id = lab.start(1)
        lab.until(lambda: len(seen) == 1)
        first.force_stop()
    assert first.report is not None
    assert first.report.given_back == (seen[0],)
    with lab.handler():
        run = lab.ended(workflow_id)
    assert run.tasks[0].output_data == {"result": "finished"}
    assert seen[0] == seen[1]
