"""How executions flow: order, branches, joins, variables, ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from plugins.embedded.tests.engine.workbench import Lab


async def test_tasks_run_one_after_the_other_and_the_output_parameters_are_the_output(lab: Lab) -> None:
    workflow_id = lab.start(
        lab.define.simple("first", inputParameters={"x": "${workflow.input.x}", "none": None}),
        lab.define.simple("second", inputParameters={"y": "${first.output.y}"}),
        outputParameters={"sum": "${second.output.sum}", "status": "${workflow.status}"},
        request={"input": {"x": 1}},
    )
    first = await lab.poll("first")
    assert first["inputData"] == {"x": 1, "none": None}
    assert await lab.idle("second")
    lab.report(first, output={"y": [1, 2]})
    second = await lab.poll("second")
    assert second["inputData"] == {"y": [1, 2]}
    lab.report(second, output={"sum": 3})
    done = lab.workflow(workflow_id)
    assert done["status"] == "COMPLETED"
    assert done["output"] == {"sum": 3, "status": "RUNNING"}
    assert [(task["seq"], task["executed"]) for task in lab.tasks(workflow_id)] == [(1, True), (2, False)]


async def test_without_output_parameters_the_output_is_the_last_task_s(lab: Lab) -> None:
    workflow_id = lab.start(lab.define.simple("only"))
    await lab.do("only", output={"answer": 42})
    assert lab.workflow(workflow_id)["output"] == {"answer": 42}


async def test_a_fork_makes_all_first_tasks_and_the_join_at_once(lab: Lab) -> None:
    define = lab.define
    workflow_id = lab.start(*define.fork("fork", [define.simple("a")], [define.simple("b"), define.simple("c")]))
    assert [(task["seq"], task["taskType"], task["status"]) for task in lab.tasks(workflow_id)] == [
        (1, "FORK", "COMPLETED"),
        (2, "a", "SCHEDULED"),
        (3, "b", "SCHEDULED"),
        (4, "JOIN", "IN_PROGRESS"),
    ]
    assert lab.task(workflow_id, "fork_join")["inputData"] == {"joinOn": ["a", "c"]}
    await lab.do("b", output={"b": 1})
    await lab.do("c", output={"c": 1})
    assert lab.task(workflow_id, "fork_join")["status"] == "IN_PROGRESS"
    await lab.do("a")
    assert lab.task(workflow_id, "fork_join")["outputData"] == {"c": {"c": 1}}
    assert lab.status(workflow_id) == "COMPLETED"


async def test_a_branch_outside_join_on_does_not_hold_the_join_but_the_workflow(lab: Lab) -> None:
    define = lab.define
    fork = define.fork("fork", [define.simple("a")], [define.simple("b")], join_on=["a"])
    workflow_id = lab.start(*fork, define.simple("after"))
    await lab.do("a")
    await lab.do("after")
    assert lab.status(workflow_id) == "RUNNING"
    await lab.do("b")
    assert lab.status(workflow_id) == "COMPLETED"


async def test_an_empty_join_on_completes_at_once(lab: Lab) -> None:
    define = lab.define
    workflow_id = lab.start(*define.fork("fork", [define.simple("a")], join_on=[]))
    assert lab.task(workflow_id, "fork_join")["status"] == "COMPLETED"
    await lab.do("a")
    assert lab.status(workflow_id) == "COMPLETED"


async def test_a_fork_without_a_join_fails_the_workflow(lab: Lab) -> None:
    workflow_id = lab.start(lab.define.task("FORK_JOIN", "fork", forkTasks=[[lab.define.simple("a")]]))
    assert lab.status(workflow_id) == "FAILED"
    assert lab.tasks(workflow_id) == []
    assert "not followed by a join task" in str(lab.workflow(workflow_id)["reasonForIncompletion"])


async def test_a_failed_branch_fails_the_workflow_with_its_reason(lab: Lab) -> None:
    lab.task_def("a")
    define = lab.define
    workflow_id = lab.start(*define.fork("fork", [define.simple("a")], [define.simple("b")]))
    await lab.do("a", "FAILED", reasonForIncompletion="broken")
    failed = lab.workflow(workflow_id)
    task_id = lab.task(workflow_id, "a")["taskId"]
    assert failed["status"] == "FAILED"
    assert failed["reasonForIncompletion"] == f"Task {task_id} failed with status: FAILED and reason: 'broken'"
    assert failed["failedReferenceTaskNames"] == ["a"]
    assert lab.brief(workflow_id)[2:] == [("b", "CANCELED"), ("fork_join", "CANCELED")]
    assert await lab.idle("b")


async def test_an_optional_branch_that_fails_leaves_the_join_with_errors(lab: Lab) -> None:
    lab.task_def("a")
    define = lab.define
    workflow_id = lab.start(*define.fork("fork", [define.simple("a", optional=True)], [define.simple("b")]))
    await lab.do("a", "FAILED", output={"half": 1}, reasonForIncompletion="broken")
    await lab.do("b")
    branch, join = lab.task(workflow_id, "a"), lab.task(workflow_id, "fork_join")
    assert (branch["status"], branch["outputData"]) == ("COMPLETED_WITH_ERRORS", {"half": 1})
    assert join["status"] == "COMPLETED_WITH_ERRORS"
    assert join["reasonForIncompletion"] == f"a/{branch['taskId']} completed with errors"
    assert lab.status(workflow_id) == "COMPLETED"


async def test_a_permissive_branch_that_fails_lets_the_others_end_first(lab: Lab) -> None:
    lab.task_def("a")
    define = lab.define
    workflow_id = lab.start(*define.fork("fork", [define.simple("a", permissive=True)], [define.simple("b")]))
    await lab.do("a", "FAILED", reasonForIncompletion="broken")
    assert lab.status(workflow_id) == "RUNNING"
    await lab.do("b")
    assert lab.status(workflow_id) == "FAILED"
    assert "broken" in str(lab.workflow(workflow_id)["reasonForIncompletion"])


@pytest.mark.parametrize(
    ("value", "ran"), [("x", "in_x"), ("y", "in_y"), (7, "in_seven"), (None, "in_null"), (True, "in_true")]
)
async def test_a_switch_goes_into_the_case_of_its_value(lab: Lab, value: object, ran: str) -> None:
    define = lab.define
    names = {"x": "in_x", "y": "in_y", "7": "in_seven", "null": "in_null", "true": "in_true"}
    cases = {case: [define.simple(ref)] for case, ref in names.items()}
    workflow_id = lab.start(
        define.switch("switch", "${workflow.input.v}", cases), define.simple("after"), request={"input": {"v": value}}
    )
    assert lab.brief(workflow_id) == [("switch", "COMPLETED"), (ran, "SCHEDULED")]
    case = next(case for case, ref in names.items() if ref == ran)
    switch = lab.task(workflow_id, "switch")
    assert switch["inputData"] == {"case": case, "hasChildren": "true"}
    assert switch["outputData"] == {"evaluationResult": [case], "selectedCase": case}
    await lab.do(ran)
    await lab.do("after")
    assert lab.status(workflow_id) == "COMPLETED"


async def test_a_switch_without_a_matching_case_goes_on(lab: Lab) -> None:
    define = lab.define
    workflow_id = lab.start(define.switch("switch", "none", {"x": [define.simple("in_x")]}), define.simple("after"))
    assert lab.brief(workflow_id) == [("switch", "COMPLETED"), ("after", "SCHEDULED")]


async def test_switches_nest_and_lead_back_out(lab: Lab) -> None:
    define = lab.define
    inner = define.switch("inner", "b", {"b": [define.simple("deep")]})
    workflow_id = lab.start(define.switch("outer", "a", {"a": [inner]}), define.simple("after"))
    await lab.do("deep")
    await lab.do("after")
    assert [ref for ref, _ in lab.brief(workflow_id)] == ["outer", "inner", "deep", "after"]
    assert lab.status(workflow_id) == "COMPLETED"


async def test_a_switch_whose_script_fails_fails_the_workflow(lab: Lab) -> None:
    switch = lab.define.task(
        "SWITCH", "switch", evaluatorType="javascript", expression="nonsense()", decisionCases={"x": []}
    )
    workflow_id = lab.start(switch)
    assert lab.brief(workflow_id) == [("switch", "FAILED")]
    assert lab.status(workflow_id) == "FAILED"


async def test_a_chain_of_inline_tasks_is_done_when_start_answers(lab: Lab) -> None:
    script = {"evaluatorType": "javascript", "expression": "$.n + 1"}
    chain = [
        lab.define.task("INLINE", f"i{n}", inputParameters={**script, "n": f"${{i{n - 1}.output.result}}" if n else 0})
        for n in range(25)
    ]
    lab.engine.create_workflow_def(lab.define.workflow(*chain))
    workflow_id = lab.engine.start_workflow({"name": "flow"})
    assert lab.status(workflow_id) == "COMPLETED"
    assert lab.workflow(workflow_id)["output"] == {"result": 25}


async def test_an_inline_script_that_fails_fails_for_good(lab: Lab) -> None:
    inline = lab.define.task("INLINE", "i", inputParameters={"evaluatorType": "javascript", "expression": "x.y"})
    workflow_id = lab.start(inline)
    task = lab.task(workflow_id, "i")
    assert task["status"] == "FAILED_WITH_TERMINAL_ERROR"
    assert "ReferenceError" in str(task["reasonForIncompletion"])
    assert lab.status(workflow_id) == "FAILED"


async def test_variables_begin_as_defined_and_are_set(lab: Lab) -> None:
    define = lab.define
    workflow_id = lab.start(
        define.task("SET_VARIABLE", "set", inputParameters={"b": "${workflow.variables.a}", "c": 3}),
        define.simple("next", inputParameters={"c": "${workflow.variables.c}"}),
        variables={"a": 1},
    )
    assert lab.workflow(workflow_id)["variables"] == {"a": 1, "b": 1, "c": 3}
    assert lab.task(workflow_id, "set")["outputData"] == {}
    assert lab.task(workflow_id, "next")["inputData"] == {"c": 3}


async def test_terminate_ends_the_workflow_with_its_output_and_cancels_the_rest(lab: Lab) -> None:
    define = lab.define
    ending = define.terminate("end", "COMPLETED", terminationReason="enough", workflowOutput={"x": 1})
    workflow_id = lab.start(
        *define.fork("fork", [define.simple("a"), ending], [define.simple("b")]), outputParameters={"ignored": 1}
    )
    await lab.do("a")
    done = lab.workflow(workflow_id)
    assert (done["status"], done["reasonForIncompletion"], done["output"]) == ("COMPLETED", "enough", {"x": 1})
    assert ("b", "CANCELED") in lab.brief(workflow_id)


async def test_terminate_as_failed_names_its_task_and_wraps_a_plain_output(lab: Lab) -> None:
    workflow_id = lab.start(lab.define.terminate("end", "FAILED", workflowOutput=5), lab.define.simple("never"))
    done = lab.workflow(workflow_id)
    task_id = lab.task(workflow_id, "end")["taskId"]
    assert done["status"] == "FAILED"
    assert done["reasonForIncompletion"] == f"Workflow is FAILED by TERMINATE task: {task_id}"
    assert done["output"] == {"output": 5}
    assert lab.brief(workflow_id) == [("end", "COMPLETED")]


async def test_a_wait_of_one_year_ends_when_a_year_has_passed(lab: Lab) -> None:
    workflow_id = lab.start(lab.define.wait("wait", duration="365 days"), lab.define.simple("after"))
    assert lab.task(workflow_id, "wait")["callbackAfterSeconds"] == 365 * 86_400
    lab.engine.advance(365 * 86_400 - 1)
    assert lab.brief(workflow_id) == [("wait", "IN_PROGRESS")]
    lab.engine.advance(1)
    assert lab.brief(workflow_id) == [("wait", "COMPLETED"), ("after", "SCHEDULED")]


async def test_a_wait_until_a_time_and_a_wait_for_somebody(lab: Lab) -> None:
    workflow_id = lab.start(lab.define.wait("until", until="2030-01-01 00:00 UTC"), lab.define.wait("ever"))
    lab.engine.advance(10 * 365 * 86_400)
    assert lab.brief(workflow_id) == [("until", "COMPLETED"), ("ever", "IN_PROGRESS")]
    assert lab.task(workflow_id, "until")["endTime"] == 1_893_456_000_000
    assert lab.task(workflow_id, "ever")["callbackAfterSeconds"] == 2_147_483_647
    assert lab.engine.update_by_ref(workflow_id, "ever", "COMPLETED", {"who": "me"}) is not None
    assert lab.workflow(workflow_id)["output"] == {"who": "me"}


async def test_a_wait_that_cannot_be_read_fails_for_good(lab: Lab) -> None:
    workflow_id = lab.start(lab.define.wait("wait", duration="${workflow.input.d}"), request={"input": {"d": "soon"}})
    assert lab.brief(workflow_id) == [("wait", "FAILED_WITH_TERMINAL_ERROR")]
    assert lab.status(workflow_id) == "FAILED"


async def test_a_human_task_waits_for_an_update(lab: Lab) -> None:
    workflow_id = lab.start(lab.define.task("HUMAN", "ask"))
    assert lab.task(workflow_id, "ask")["status"] == "IN_PROGRESS"
    lab.engine.update_by_ref(workflow_id, "ask", "IN_PROGRESS", {"seen": True})
    assert lab.task(workflow_id, "ask")["status"] == "IN_PROGRESS"
    lab.engine.update_by_ref(workflow_id, "ask", "COMPLETED", {"said": "yes"})
    assert lab.workflow(workflow_id)["output"] == {"seen": True, "said": "yes"}


async def test_an_unknown_type_is_a_worker_task(lab: Lab) -> None:
    workflow_id = lab.start(lab.define.task("HTTP_POLL", "strange"))
    await lab.do("HTTP_POLL")
    assert lab.status(workflow_id) == "COMPLETED"


async def test_input_templates_fill_what_is_missing(lab: Lab) -> None:
    lab.task_def("a", inputTemplate={"unit": "EUR", "who": "${workflow.input.who}", "given": "no"})
    workflow_id = lab.start(
        lab.define.simple("a", inputParameters={"given": "yes", "unit": None}),
        inputTemplate={"who": "anybody", "n": 1},
        request={"input": {"n": 2}},
    )
    assert lab.workflow(workflow_id)["input"] == {"who": "anybody", "n": 2}
    assert lab.task(workflow_id, "a")["inputData"] == {"unit": "EUR", "who": "anybody", "given": "yes"}


async def test_a_workflow_without_tasks_is_complete(lab: Lab) -> None:
    assert lab.status(lab.start()) == "COMPLETED"


async def test_a_task_may_be_told_its_own_id(lab: Lab) -> None:
    workflow_id = lab.start(lab.define.simple("a", inputParameters={"me": "${CPEWF_TASK_ID}"}))
    task = lab.task(workflow_id, "a")
    assert task["inputData"] == {"me": task["taskId"]}


@pytest.mark.parametrize("status", ["PAUSED", None])
async def test_a_terminate_task_that_names_no_end_fails(lab: Lab, status: str | None) -> None:
    ending = lab.define.task("TERMINATE", "end", inputParameters={"terminationStatus": "${workflow.input.s}"})
    workflow_id = lab.start(ending, request={"input": {"s": status}})
    assert lab.brief(workflow_id) == [("end", "FAILED")]
    assert "given termination status is not valid" in lab.workflow(workflow_id)["reasonForIncompletion"]
