"""Documents: camelCase on the wire, snake_case in Python, and nothing lost in between."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from conductor_core.models import (
    ConductorModel,
    RetryLogic,
    Task,
    TaskDef,
    TaskExecLog,
    TaskResult,
    TaskResultStatus,
    TaskStatus,
    Workflow,
    WorkflowDef,
    WorkflowStatus,
    WorkflowTask,
)

TASK: dict[str, Any] = {
    "taskId": "t-1",
    "taskType": "charge",
    "status": "IN_PROGRESS",
    "workflowInstanceId": "w-1",
    "inputData": {"amount": None, "nested": {"some_key": [None, 1], "camelKey": None}},
    "outputData": {},
    "responseTimeoutSeconds": 10,
    "workflowTask": {"name": "charge", "taskReferenceName": "c", "newInServer4": {"a": None}},
    "somethingNew": {"keep": None, "list": [1, None]},
    "nullNews": None,
}


def test_documents_are_read_by_their_wire_names() -> None:
    task = Task.model_validate(TASK)
    assert (task.task_id, task.status, task.response_timeout_seconds) == ("t-1", TaskStatus.IN_PROGRESS, 10)
    assert task.workflow_task is not None
    assert task.workflow_task.task_reference_name == "c"


def test_documents_are_made_by_either_name() -> None:
    assert TaskDef(name="t", retry_count=1) == TaskDef.model_validate({"name": "t", "retryCount": 1})


def test_what_is_unknown_survives_a_round_trip() -> None:
    wire = Task.model_validate(TASK).to_wire()
    for name, value in TASK.items():
        if name != "workflowTask":
            assert wire[name] == value, name
    assert wire["workflowTask"]["newInServer4"] == {"a": None}
    assert Task.model_validate(wire) == Task.model_validate(TASK)


def test_fields_without_a_value_are_left_out_and_entries_of_free_documents_are_not() -> None:
    result = TaskResult(task_id="t", workflow_instance_id="w", output_data={"a": None, "b": {"c": None}})
    assert result.to_wire() == {
        "taskId": "t",
        "workflowInstanceId": "w",
        "status": "COMPLETED",
        "outputData": {"a": None, "b": {"c": None}},
    }


def test_empty_values_are_not_left_out() -> None:
    wire = TaskDef(name="t", retry_count=0, description="", input_keys=[], enforce_schema=False).to_wire()
    assert wire == {"name": "t", "retryCount": 0, "description": "", "inputKeys": [], "enforceSchema": False}


def test_models_inside_models_are_pruned_too() -> None:
    case = WorkflowTask(name="a", task_reference_name="a", task_definition=TaskDef(name="a"))
    switch = WorkflowTask(
        name="s", task_reference_name="s", type="SWITCH", decision_cases={"yes": [case]}, fork_tasks=[[case], []]
    )
    wire = WorkflowDef(name="w", tasks=[switch]).to_wire()
    inner = {
        "name": "a",
        "taskReferenceName": "a",
        "type": "SIMPLE",
        "inputParameters": {},
        "taskDefinition": {"name": "a"},
    }
    assert wire["tasks"][0]["decisionCases"] == {"yes": [inner]}
    assert wire["tasks"][0]["forkTasks"] == [[inner], []]


def test_models_inside_free_documents_are_documents() -> None:
    result = TaskResult(output_data={"definition": TaskDef(name="t"), "logs": [TaskExecLog(log="l")]})
    assert result.to_wire()["outputData"] == {"definition": {"name": "t"}, "logs": [{"log": "l"}]}


def test_keys_that_are_no_text_become_text() -> None:
    result = TaskResult(output_data={"m": {1: "one", False: None}, "same": {1: "number", "1": "text"}})
    output = result.to_wire()["outputData"]
    assert output["m"] == {"1": "one", "false": None}
    assert list(output["same"]) == ["1"]


def test_a_status_of_a_newer_server_is_kept_as_text() -> None:
    task = Task.model_validate({"status": "HIBERNATING"})
    assert task.status == "HIBERNATING"
    assert not isinstance(task.status, TaskStatus)
    assert task.to_wire()["status"] == "HIBERNATING"
    assert TaskDef(name="t", retry_logic="FIBONACCI").to_wire()["retryLogic"] == "FIBONACCI"


def test_a_known_status_is_an_enum_and_compares_with_text() -> None:
    task = Task.model_validate({"status": "COMPLETED"})
    assert isinstance(task.status, TaskStatus)
    assert task.status == "COMPLETED"
    assert TaskDef(name="t", retry_logic="FIXED").retry_logic is RetryLogic.FIXED  # pyright: ignore[reportUnnecessaryComparison]
    assert TaskResult(status=TaskResultStatus.FAILED).to_wire()["status"] == "FAILED"


@pytest.mark.parametrize(
    ("status", "terminal"),
    [(status, status not in {"RUNNING", "PAUSED"}) for status in WorkflowStatus] + [("HIBERNATING", False)],
)
def test_a_workflow_knows_whether_it_has_ended(status: str, terminal: bool) -> None:  # noqa: FBT001
    assert Workflow.model_validate({"status": status}).is_terminal is terminal


def test_a_workflow_gives_the_latest_attempt_of_a_task() -> None:
    attempts = [{"taskId": "1", "referenceTaskName": "a"}, {"taskId": "2", "referenceTaskName": "a"}]
    workflow = Workflow.model_validate({"tasks": attempts})
    latest = workflow.task("a")
    assert latest is not None
    assert latest.task_id == "2"
    assert workflow.task("b") is None


def test_a_wrong_type_names_the_field() -> None:
    with pytest.raises(ValidationError, match="responseTimeoutSeconds"):
        Task.model_validate({"responseTimeoutSeconds": "soon"})
    with pytest.raises(ValidationError, match="name"):
        TaskDef.model_validate({})


def test_field_names_do_not_collide_with_words_of_pydantic(recwarn: pytest.WarningsRecorder) -> None:
    class Odd(ConductorModel):
        model_version: int | None = None

    assert Odd(model_version=1).to_wire() == {"modelVersion": 1}
    assert list(recwarn) == []


free = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=5), free, max_size=4))
def test_free_documents_go_through_unchanged(document: dict[str, Any]) -> None:
    before = copy.deepcopy(document)
    assert TaskResult(output_data=document).to_wire()["outputData"] == before
    extra = {"xExtra": document}
    assert Task.model_validate(extra).to_wire()["xExtra"] == before
    assert document == before
