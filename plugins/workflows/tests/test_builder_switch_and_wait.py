"""Switches and waits."""

from __future__ import annotations

import datetime as dt

import pytest

from conductor_core.errors import InvalidArgumentError
from conductor_workflows import (
    ConductorWorkflow,
    SimpleTask,
    SwitchTask,
    TerminateTask,
    WaitForDurationTask,
    WaitTask,
    WaitUntilTask,
)


def simple(ref: str) -> SimpleTask:
    return SimpleTask(ref, ref)


def test_a_switch_by_value() -> None:
    flow = ConductorWorkflow(name="orders")
    _ = (
        flow
        >> SwitchTask("route", flow.input("country"))
        >> {"DE": simple("rail"), None: [simple("pack"), simple("air")]}
    )
    route = flow.to_workflow_def().tasks[0].to_wire()
    assert route == {
        "name": "route",
        "taskReferenceName": "route",
        "type": "SWITCH",
        "inputParameters": {"switchCaseValue": "${workflow.input.country}"},
        "evaluatorType": "value-param",
        "expression": "switchCaseValue",
        "decisionCases": {"DE": [simple("rail").to_workflow_task().to_wire()]},
        "defaultCase": [simple("pack").to_workflow_task().to_wire(), simple("air").to_workflow_task().to_wire()],
    }


def test_a_switch_by_script() -> None:
    switch = SwitchTask("big", "$.amount > 100 ? 'yes' : 'no'", use_javascript=True)
    switch.input_parameter("amount", "${workflow.input.amount}").switch_case("yes", simple("check"))
    found = switch.to_workflow_task()
    assert (found.evaluator_type, found.expression) == ("graaljs", "$.amount > 100 ? 'yes' : 'no'")
    assert found.input_parameters == {"amount": "${workflow.input.amount}"}


def test_ways_of_giving_cases_are_the_same() -> None:
    by_method = SwitchTask("s", "${x.output.y}").switch_case("a", [simple("b"), simple("c")]).default_case(simple("d"))
    by_dict = SwitchTask("s", "${x.output.y}") >> {"a": [simple("b"), simple("c")], None: simple("d")}
    by_argument = SwitchTask("s", "${x.output.y}", cases={"a": [simple("b"), simple("c")], None: simple("d")})
    assert by_method.to_workflow_task() == by_dict.to_workflow_task() == by_argument.to_workflow_task()


def test_a_switch_in_a_case_of_a_switch() -> None:
    inner = SwitchTask("inner", "${workflow.input.b}") >> {"x": TerminateTask("stop", "FAILED")}
    outer = SwitchTask("outer", "${workflow.input.a}") >> {"y": [inner, simple("after")]}
    cases = outer.to_workflow_task().decision_cases
    assert cases is not None
    assert [task.task_reference_name for task in cases["y"]] == ["inner", "after"]


def test_mistakes_with_cases_are_named() -> None:
    flow = ConductorWorkflow(name="orders")
    with pytest.raises(InvalidArgumentError, match="a dict holds the cases of the SwitchTask directly before it"):
        _ = flow >> {"a": simple("b")}
    _ = flow >> (SwitchTask("s", "${workflow.input.a}") >> {"a": simple("b")})
    with pytest.raises(InvalidArgumentError, match="must have none yet"):
        _ = flow >> {"a": simple("b")}
    with pytest.raises(InvalidArgumentError, match="a case of task 's' must be text, got 7"):
        SwitchTask("s", "x").switch_case(7, simple("b"))  # type: ignore[arg-type]
    with pytest.raises(InvalidArgumentError, match="switch 's' has no case"):
        SwitchTask("s", "x").to_workflow_task()


def test_the_form_of_the_guide_waits_until_a_time_and_not_for_ever() -> None:
    text = "2026-01-31 00:00 UTC"
    for wait in (WaitTask(task_ref_name="w", wait_until=text), WaitUntilTask("w", text)):
        assert wait.to_workflow_task().to_wire() == {
            "name": "w",
            "taskReferenceName": "w",
            "type": "WAIT",
            "inputParameters": {"until": text},
        }


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (dt.datetime(2026, 1, 31, 12, 30, tzinfo=dt.UTC), "2026-01-31 12:30 UTC"),
        (dt.datetime(2026, 1, 31, 12, 30, 1, tzinfo=dt.UTC), "2026-01-31 12:31 UTC"),
        (dt.datetime(2026, 1, 1, 0, 30, tzinfo=dt.timezone(dt.timedelta(hours=2))), "2025-12-31 22:30 UTC"),
    ],
)
def test_a_moment_becomes_whole_minutes_in_utc(moment: dt.datetime, text: str) -> None:
    assert WaitTask("w", wait_until=moment).input_parameters == {"until": text}


def test_a_wait_for_some_time_and_for_somebody() -> None:
    assert WaitTask("w", wait_for_seconds=2).input_parameters == {"duration": "2s"}
    assert WaitForDurationTask("w", 90).input_parameters == {"duration": "90s"}
    assert WaitTask("w", wait_for_seconds="${workflow.input.pause}").input_parameters["duration"].startswith("${")
    assert WaitTask("w").input_parameters == {}


def test_mistakes_with_waits_are_named() -> None:
    with pytest.raises(InvalidArgumentError, match="takes wait_until or wait_for_seconds, not both"):
        WaitTask("w", wait_until="2026-01-31", wait_for_seconds=1)
    with pytest.raises(InvalidArgumentError, match="wait_until of task 'w' has no time zone"):
        WaitTask("w", wait_until=dt.datetime(2026, 1, 31))  # noqa: DTZ001 - the mistake
    for wrong in (-1, True, 1.5):
        with pytest.raises(InvalidArgumentError, match="must be a whole number from 0 on"):
            WaitTask("w", wait_for_seconds=wrong)  # type: ignore[arg-type]
