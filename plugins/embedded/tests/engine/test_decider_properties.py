"""What holds for every workflow and every order of events, shown on many of both."""

from __future__ import annotations

import copy
import itertools
import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conductor_embedded._defaults import complete_workflow_definition, snapshot
from conductor_embedded._definitions import WorkflowDefinition
from conductor_embedded._state import Execution, TaskState, TaskStatus, WorkflowStatus
from conductor_embedded._values import as_texts
from conductor_embedded.decider import (
    Decision,
    DecisionContext,
    Effect,
    Event,
    Looked,
    NotifyParent,
    Paused,
    PublishMessage,
    Rerun,
    Restarted,
    ResumeChild,
    Resumed,
    Retried,
    StartChild,
    StartFailureWorkflow,
    TasksTaken,
    TaskUpdated,
    TerminateChild,
    Terminated,
    VariablesChanged,
    decide,
    effect_from_document,
    effect_to_document,
    next_wake,
)
from conductor_embedded.decider._retry import retry_delay_ms
from conductor_embedded.errors import EngineError
from conductor_embedded.evaluators import Evaluators
from conductor_embedded.system_tasks import SystemTasks, builtin_system_tasks
from plugins.embedded.tests.engine.workbench import Definitions, Document

if TYPE_CHECKING:
    from collections.abc import Callable

DEFINE = Definitions()
SYSTEM_TASKS = SystemTasks(builtin_system_tasks())
EVALUATORS = Evaluators()
BEGIN = 1_700_000_000_000
REVIVING = (Retried, Restarted, Rerun)


def _context(now_ms: int, new_id: Callable[[], str], seed: int = 1) -> DecisionContext:
    return DecisionContext(
        now_ms=now_ms,
        new_id=new_id,
        random=random.Random(seed),  # noqa: S311 - jitter needs no secrecy
        system_tasks=SYSTEM_TASKS,
        evaluators=EVALUATORS,
        pick_domain=lambda _type, _domains: None,
        task_definition=lambda name: {"name": name, "responseTimeoutSeconds": 20, "retryCount": 1},
        latest_version=lambda _name: 1,
    )


@st.composite
def workflows(draw: st.DrawFn) -> WorkflowDefinition:  # noqa: C901 - one branch for each kind of task
    """Workflows of simple and dynamic tasks, waits, variables, switches, forks and loops, nested in each other."""
    numbers = itertools.count(1)

    def name(kind: str) -> str:
        return f"{kind}{next(numbers)}"

    def tasks(depth: int, least: int, *, loops: bool = True) -> list[Document]:
        found: list[Document] = []
        for _ in range(draw(st.integers(least, 3))):
            found.extend(one(depth, loops=loops))
        return found

    def one(depth: int, *, loops: bool) -> list[Document]:  # noqa: PLR0911 - one branch for each kind of task
        kinds = ["simple", "simple", "optional", "wait", "variable", "dynamic"]
        kinds += ["switch", "fork", "dynamic fork"] if depth else []
        kinds += ["loop"] if depth and loops else []
        match draw(st.sampled_from(kinds)):
            case "simple":
                return [DEFINE.simple(name("s"))]
            case "optional":
                return [DEFINE.simple(name("o"), optional=True)]
            case "wait":
                return [DEFINE.wait(name("w"), duration=f"{draw(st.integers(1, 100))} s")]
            case "variable":
                return [DEFINE.task("SET_VARIABLE", name("v"), inputParameters={"x": draw(st.integers())})]
            case "switch":
                cases = {case: tasks(depth - 1, 0, loops=loops) for case in ("a", "b")}
                value = draw(st.sampled_from(["a", "b", "c"]))
                return [DEFINE.switch(name("sw"), value, cases, tasks(depth - 1, 0, loops=loops))]
            case "dynamic":
                return [DEFINE.dynamic(name("d"), "simple")]
            case "dynamic fork":
                return DEFINE.dynamic_fork(name("df"), "simple", draw(st.lists(st.integers(), max_size=3)))
            case "loop":
                body = tasks(depth - 1, 1, loops=False)
                return [DEFINE.loop(name("l"), draw(st.integers(1, 3)), *body)]
            case _:
                branches = [tasks(depth - 1, 1, loops=loops) for _ in range(draw(st.integers(1, 3)))]
                return DEFINE.fork(name("f"), *branches)

    whole = complete_workflow_definition(DEFINE.workflow(*tasks(2, 1)))
    limits = {"retryCount": draw(st.integers(0, 2)), "retryDelaySeconds": draw(st.integers(0, 5))}
    return WorkflowDefinition(
        snapshot(whole, lambda task: {"name": task, "responseTimeoutSeconds": 20, **limits}, lambda _name: None)
    )


def _start(definition: WorkflowDefinition) -> Execution:
    return Execution(
        workflow_id="w",
        definition=definition,
        status=WorkflowStatus.RUNNING,
        create_time=BEGIN,
        start_time=BEGIN,
        update_time=BEGIN,
    )


def _rows(execution: Execution) -> object:
    return copy.deepcopy((execution.to_row(), [task.to_row() for task in execution.tasks]))


class Driver:
    """Lets things happen to one execution and checks after each that all is well."""

    def __init__(self, definition: WorkflowDefinition) -> None:
        self.execution = _start(definition)
        self.now_ms = BEGIN
        self.ids = itertools.count(1)
        self.seen: set[str] = set()

    def happens(self, event: Event) -> bool:
        """Decide; False when the event was refused, which must change nothing."""
        before, rows = self.execution, _rows(self.execution)
        first = next(self.ids)
        self.ids = itertools.count(first)
        try:
            decision = decide(before, event, _context(self.now_ms, self._new_id))
        except EngineError:
            assert _rows(before) == rows
            return False
        assert _rows(before) == rows, "a decision changed its argument"
        again = itertools.count(first)
        twin = decide(before, event, _context(self.now_ms, lambda: f"t{next(again)}"))
        assert _rows(twin.execution) == _rows(decision.execution), "the same event had another outcome"
        self._check(before, decision, event)
        self.execution = decision.execution
        return True

    def workers(self) -> list[TaskState]:
        return [task for task in self.execution.tasks if task.is_open and task.queue is not None]

    def _new_id(self) -> str:
        return f"t{next(self.ids)}"

    def _check(self, before: Execution, decision: Decision, event: Event) -> None:
        after = decision.execution
        _check_tasks(after)
        new = [task for task in after.tasks if before.task(task.task_id) is None]
        assert not self.seen & {task.task_id for task in new}, "an id was used twice"
        self.seen |= {task.task_id for task in new}
        assert {task.task_id for task in new} <= {task.task_id for task in decision.changed}
        if not isinstance(event, REVIVING):
            _check_order(before, after, new)
            _check_ends_stay(before, after)
        if after.status.is_terminal:
            assert not any(task.is_open for task in after.tasks), "an execution ended with an open task"
            assert decision.wake_ms is None
        for task in after.tasks:
            # A join that completed stays so when a task of its branches is run again: the real server does the same.
            if task.task_type == "JOIN" and task.status is TaskStatus.COMPLETED and not _was_completed(before, task):
                joined = [after.latest(ref) for ref in _join_on(task)]
                assert all(other is not None and not other.is_open for other in joined), "a join did not wait"


def _was_completed(before: Execution, task: TaskState) -> bool:
    old = before.task(task.task_id)
    return old is not None and old.status is TaskStatus.COMPLETED


def _join_on(task: TaskState) -> list[str]:
    suffix = f"__{task.iteration}" if task.iteration else ""
    return [ref + suffix for ref in as_texts(task.input["joinOn"])]


def _check_tasks(execution: Execution) -> None:
    attempts = [task.reference_name for task in execution.tasks if not task.retried]
    assert len(attempts) == len(set(attempts)), "a task was scheduled twice"
    numbers = [task.seq for task in execution.tasks]
    assert numbers == sorted(set(numbers)), "seq does not grow"


def _check_order(before: Execution, after: Execution, new: list[TaskState]) -> None:
    highest = max((task.seq for task in before.tasks), default=0)
    assert all(task.seq > highest for task in new)
    assert [task.task_id for task in after.tasks[: len(before.tasks)]] == [task.task_id for task in before.tasks]


def _check_ends_stay(before: Execution, after: Execution) -> None:
    if before.status.is_terminal:
        assert after.status is before.status
    for old in before.tasks:
        new = after.task(old.task_id)
        assert new is not None
        if not old.is_open:
            # A failure that is given up becomes COMPLETED_WITH_ERRORS; nothing else changes after the end.
            assert new.status in {old.status, TaskStatus.COMPLETED_WITH_ERRORS}
            assert new.output == old.output


def _any_event(draw: st.DrawFn, driver: Driver) -> Event:
    workers = driver.workers()
    kinds = ["look", "time", "time", "pause", "resume", "terminate", "retry", "restart", "rerun", "variables"]
    if workers:
        kinds += ["report"] * 20
    kind = draw(st.sampled_from(kinds))
    match kind:
        case "report":
            task = draw(st.sampled_from(workers))
            statuses = ["COMPLETED", "COMPLETED", "COMPLETED", "FAILED", "IN_PROGRESS", "FAILED_WITH_TERMINAL_ERROR"]
            if draw(st.booleans()):
                return TasksTaken((task.task_id,), "worker")
            return TaskUpdated(
                task.task_id, TaskStatus(draw(st.sampled_from(statuses))), {"n": draw(st.integers(0, 9))}
            )
        case "time":
            driver.now_ms += draw(st.integers(0, 60_000))
            return Looked()
        case "rerun":
            ids: list[str | None] = [None, *(task.task_id for task in driver.execution.tasks)]
            return Rerun(draw(st.sampled_from(ids)))
        case _:
            events: dict[str, Event] = {
                "look": Looked(),
                "pause": Paused(),
                "resume": Resumed(),
                "terminate": Terminated("stop"),
                "retry": Retried(),
                "restart": Restarted(),
                "variables": VariablesChanged({"v": 1}, append=True),
            }
            return events[kind]


def test_a_join_stays_when_a_task_before_it_is_run_again() -> None:
    branch = [DEFINE.simple("first"), DEFINE.simple("second")]
    whole = complete_workflow_definition(DEFINE.workflow(*DEFINE.fork("f", branch)))
    driver = Driver(WorkflowDefinition(snapshot(whole, lambda name: {"name": name}, lambda _name: None)))
    driver.happens(Looked())
    for _ in branch:
        (task,) = driver.workers()
        driver.happens(TaskUpdated(task.task_id, TaskStatus.COMPLETED, {}))
    assert driver.execution.status is WorkflowStatus.COMPLETED
    assert driver.happens(Rerun(driver.execution.tasks[-1].task_id))
    (again,) = driver.workers()
    assert again.reference_name == "second"
    (join,) = [task for task in driver.execution.tasks if task.task_type == "JOIN"]
    assert join.status is TaskStatus.COMPLETED


@settings(max_examples=60, deadline=None)
@given(definition=workflows(), data=st.data())
def test_whatever_happens_an_execution_stays_sound(definition: WorkflowDefinition, data: st.DataObject) -> None:
    driver = Driver(definition)
    driver.happens(Looked())
    happen = st.composite(lambda draw: driver.happens(_any_event(draw, driver)))
    for _ in range(data.draw(st.integers(1, 25))):
        data.draw(happen())


@settings(max_examples=40, deadline=None)
@given(definition=workflows(), picks=st.randoms(use_true_random=False))
def test_an_execution_whose_tasks_succeed_completes(definition: WorkflowDefinition, picks: random.Random) -> None:
    driver = Driver(definition)
    driver.happens(Looked())
    for _ in range(500):
        if driver.execution.status.is_terminal:
            break
        workers = driver.workers()
        wake = next_wake(driver.execution)
        if workers:
            task = picks.choice(workers)
            driver.happens(TaskUpdated(task.task_id, TaskStatus.COMPLETED, {}))
        else:
            assert wake is not None, "nobody will ever look at this execution again"
            driver.now_ms = max(driver.now_ms, wake)
            driver.happens(Looked())
    assert driver.execution.status is WorkflowStatus.COMPLETED


@settings(max_examples=40, deadline=None)
@given(definition=workflows(), picks=st.randoms(use_true_random=False))
def test_looking_again_changes_nothing(definition: WorkflowDefinition, picks: random.Random) -> None:
    driver = Driver(definition)
    driver.happens(Looked())
    for _ in range(10):
        workers = driver.workers()
        if not workers:
            break
        driver.happens(TaskUpdated(picks.choice(workers).task_id, TaskStatus.COMPLETED, {}))
        decision = decide(driver.execution, Looked(), _context(driver.now_ms, lambda: "never"))
        assert not decision.changed
        assert not decision.effects
        assert _rows(decision.execution) == _rows(driver.execution)


@given(
    logic=st.sampled_from(["FIXED", "LINEAR_BACKOFF", "EXPONENTIAL_BACKOFF"]),
    delay=st.integers(0, 10**6),
    factor=st.integers(0, 100),
    cap=st.integers(0, 10**6),
    jitter_ms=st.integers(0, 10**5),
    attempt=st.integers(0, 1000),
    share=st.floats(0, 1),
)
def test_retry_delays_are_bounded_and_never_shrink(
    logic: str, delay: int, factor: int, cap: int, jitter_ms: int, attempt: int, share: float
) -> None:
    document: Document = {
        "taskReferenceName": "a",
        "name": "a",
        "taskDefinition": {
            "retryLogic": logic,
            "retryDelaySeconds": delay,
            "backoffScaleFactor": factor,
            "maxRetryDelaySeconds": cap,
            "backoffJitterMs": jitter_ms,
        },
    }
    (node,) = WorkflowDefinition({"name": "w", "tasks": [document]}).layout
    definition = node.task_definition
    wait = retry_delay_ms(definition, attempt, share)
    assert 0 <= wait <= 2_147_483_647_000 + jitter_ms
    if cap:
        assert wait <= cap * 1000 + jitter_ms
    assert retry_delay_ms(definition, attempt, 0) <= wait
    assert retry_delay_ms(definition, attempt, 0) <= retry_delay_ms(definition, attempt + 1, 0)


@given(
    st.one_of(
        st.builds(StartChild, st.text(), st.text(), st.integers()),
        st.builds(NotifyParent, st.text(), st.text(), st.integers(), st.text()),
        st.builds(TerminateChild, st.text(), st.integers(), st.text()),
        st.builds(StartFailureWorkflow, st.text(), st.integers(), st.text(), st.text(), st.none() | st.integers()),
        st.builds(ResumeChild, st.text(), st.integers()),
        st.builds(
            PublishMessage, st.text(), st.integers(), st.text(), st.text(), st.dictionaries(st.text(), st.integers())
        ),
    )
)
def test_effects_survive_the_store(effect: Effect) -> None:
    assert effect_from_document(effect_to_document(effect)) == effect


def test_an_effect_of_another_version_is_named() -> None:
    with pytest.raises(ValueError, match="unknown effect 'dance': the store was written by another version"):
        effect_from_document({"kind": "dance"})
