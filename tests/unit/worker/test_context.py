"""The task context: fourteen methods, threads, and nothing after the end."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core.worker import PolledTask, TaskContext, carry_task_context, current_task_context, get_task_context
from conductor_core.worker._context import MAX_LINE_LENGTH, activate, deactivate

if TYPE_CHECKING:
    from collections.abc import Iterator


def polled(**fields: Any) -> PolledTask:
    return PolledTask(
        {
            "taskId": "t1",
            "workflowInstanceId": "w1",
            "taskType": "pay",
            "taskDefName": "pay",
            "inputData": {"a": 1},
            "retryCount": 2,
            "pollCount": 3,
            "workflowTask": {"name": "pay", "taskReferenceName": "p", "type": "SIMPLE"},
            **fields,
        }
    )


@pytest.fixture
def context() -> Iterator[Any]:
    made = TaskContext(polled())
    token = activate(made)
    yield made
    deactivate(token)


def test_the_methods_that_read_the_task(context: Any) -> None:
    assert context.get_task_id() == "t1"
    assert context.get_workflow_instance_id() == "w1"
    assert context.get_retry_count() == 2
    assert context.get_poll_count() == 3
    assert context.get_input() == {"a": 1}
    assert context.get_task_def_name() == "pay"
    assert context.get_workflow_task_type() == "SIMPLE"
    assert context.get_task().task_id == "t1"
    assert context.get_task() is context.get_task()


def test_the_workflow_task_type_is_none_when_the_server_did_not_send_it() -> None:
    assert TaskContext(polled(workflowTask=None)).get_workflow_task_type() is None


def test_logs_carry_milliseconds_and_the_task_id(context: Any) -> None:
    before = time.time() * 1000 - 1
    context.add_log("one")
    context.add_log(2)
    logs = context.get_logs()
    assert [entry["log"] for entry in logs] == ["one", "2"]
    assert all(entry["taskId"] == "t1" and before <= entry["createdTime"] <= time.time() * 1000 + 1 for entry in logs)


def test_callback_and_output(context: Any) -> None:
    assert context.get_callback_after_seconds() is None
    assert context.get_output() is None
    context.set_callback_after(30)
    context.set_output({"a": 1})
    assert context.get_callback_after_seconds() == 30
    assert context.get_output() == {"a": 1}


def test_output_must_be_a_mapping(context: Any) -> None:
    with pytest.raises(TypeError, match=r"mapping.*got int"):
        context.set_output(5)


def test_nothing_written_after_the_end_is_kept(context: Any) -> None:
    context.add_log("in time")
    data = context.close()
    context.add_log("late")
    context.set_output({"late": True})
    context.set_callback_after(1)
    assert [entry["log"] for entry in data.logs] == ["in time"]
    assert (context.get_output(), context.get_callback_after_seconds()) == (None, None)
    assert len(context.get_logs()) == 1


def test_outside_of_a_task_it_raises_and_says_what_to_do() -> None:
    with pytest.raises(RuntimeError, match="carry_task_context"):
        get_task_context()
    assert current_task_context() is None


def test_many_threads_of_one_task_may_write_at_once(context: Any) -> None:
    def write(number: int) -> None:
        for step in range(100):
            get_task_context().add_log(f"{number}:{step}")

    threads = [threading.Thread(target=carry_task_context(write), args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(context.get_logs()) == 800


def test_a_plain_thread_does_not_see_the_context(context: Any) -> None:
    seen: list[object] = []
    thread = threading.Thread(target=lambda: seen.append(current_task_context()))
    thread.start()
    thread.join()
    assert seen == [None]


def test_a_line_that_no_body_can_carry_is_kept_without_what_cannot(context: TaskContext) -> None:
    context.add_log("half \ud83d of a sign")
    assert context.get_logs()[0]["log"] == "half ? of a sign"


def test_a_very_long_line_is_cut_and_says_so(context: TaskContext) -> None:
    context.add_log("x" * (MAX_LINE_LENGTH + 5))
    assert context.get_logs()[0]["log"] == "x" * MAX_LINE_LENGTH + "... (5 more characters)"
