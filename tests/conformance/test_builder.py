"""Definitions made with the builder register and run: every task type of it, forks everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conductor_core import AsyncConductor, Conductor
from conductor_workflows import (
    ConductorWorkflow,
    ForkTask,
    InlineTask,
    JoinTask,
    SetVariableTask,
    SubWorkflowTask,
    SwitchTask,
    TerminateTask,
    WaitTask,
)

if TYPE_CHECKING:
    from conductor_core import Settings

PATIENCE = 60


def inline(ref: str, value: int) -> InlineTask:
    return InlineTask(ref, str(value))


def kitchen_sink() -> ConductorWorkflow:
    """A workflow with every task type that needs no worker."""
    child = ConductorWorkflow(name="builder_child")
    child >>= InlineTask("twice", "$.n * 2", {"n": child.input("n")})
    flow = ConductorWorkflow(name="builder_sink", version=4, description="All that the builder has.")
    start = InlineTask("start", "({n: $.n + 1, list: [1, 2]})", {"n": flow.input("n")})
    flow >>= start
    flow >>= SetVariableTask("keep", {"kept": start.output("n"), "second": start.output("list")[1]})
    flow >>= [
        [inline("left", 1), [inline("deep_a", 2), inline("deep_b", 3)]],
        [SwitchTask("route", flow.input("kind")) >> {"slow": WaitTask("pause", wait_for_seconds=1)}],
        child.to_sub_workflow_task("child", {"n": start.output("n")}),
    ]
    flow >>= SwitchTask("by_script", "$.n > 1 ? 'big' : 'small'", use_javascript=True).input_parameter(
        "n", flow.input("n")
    )
    flow >>= {"big": [[inline("case_a", 4), inline("case_b", 5)]], None: TerminateTask("stop", "FAILED", "too small")}
    flow >>= ForkTask("last", [inline("end_a", 6), inline("end_b", 7)])
    flow.timeout_policy("TIME_OUT_WF", 120).variables({"kept": 0}).input_template({"kind": "none"})
    return flow.output_parameters({"kept": flow.variable("kept"), "second": flow.variable("second")}).output_parameter(
        "child", "${child.output.result}"
    )


def test_everything_that_needs_no_worker_runs(conductor_settings: Settings) -> None:
    flow = kitchen_sink()
    with Conductor(conductor_settings) as conductor:
        flow.register(conductor)
        workflow_id = flow.start(conductor, workflow_input={"n": 5, "kind": "slow"})
        run = conductor.workflows.wait_for_workflow(workflow_id, timeout=PATIENCE)
    assert (run.status, run.output) == ("COMPLETED", {"kept": 6, "second": 2, "child": 12})
    done = {task.reference_task_name for task in run.tasks}
    assert {"join_left", "join_deep_a", "join_case_a", "last_join", "route_end", "pause"} <= done
    joined = run.task("join_left")
    pause = run.task("pause")
    assert joined is not None
    assert pause is not None
    assert (joined.end_time or 0) >= (pause.end_time or 0) > 0


@pytest.mark.parametrize(("number", "status"), [(2, "COMPLETED"), (1, "FAILED")])
async def test_an_unregistered_definition_is_executed_and_awaited(
    number: int, status: str, conductor_settings: Settings
) -> None:
    flow = kitchen_sink()
    flow.name = "builder_sink_unregistered"
    async with AsyncConductor(conductor_settings) as conductor:
        run = await flow.execute(conductor, workflow_input={"n": number}, wait_for_seconds=30)
        if not run.is_terminal:  # the real server now and then goes on only with its sweep
            await conductor.workflows.wait_for_workflow(run.workflow_id, timeout=PATIENCE)
        ended = await conductor.workflows.get_workflow(run.workflow_id)
    assert ended.status == status
    assert ended.reason_for_incompletion == (None if status == "COMPLETED" else "too small")
    assert ended.workflow_version == 4


def test_a_fork_of_a_registered_child_and_a_join_of_its_own(conductor_settings: Settings) -> None:
    with Conductor(conductor_settings) as conductor:
        child = ConductorWorkflow(conductor, name="builder_named_child", version=2)
        child >>= InlineTask("twice", "$.n * 2", {"n": child.input("n")})
        child.register()
        flow = ConductorWorkflow(conductor, name="builder_parent")
        one = SubWorkflowTask("one", "builder_named_child", 2, inputs={"n": flow.input("n")})
        join = JoinTask("both")
        flow = flow >> [one, SubWorkflowTask("two", "builder_named_child", inputs={"n": 10})] >> join
        flow.output_parameters({"one": join.output("one.result"), "two": join.output("two.result")})
        workflow_id = flow.start(workflow_input={"n": 3})
        run = conductor.workflows.wait_for_workflow(workflow_id, timeout=PATIENCE)
    assert (run.status, run.output) == ("COMPLETED", {"one": 6, "two": 20})
