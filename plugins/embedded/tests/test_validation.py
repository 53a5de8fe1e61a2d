"""Findings were observed on the real server; paths and messages are its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from conductor_embedded import validation
from conductor_embedded.errors import EngineError, InternalError, InvalidRequest
from conductor_embedded.evaluators import Evaluators
from conductor_embedded.validation import Validation

if TYPE_CHECKING:
    from collections.abc import Callable

CHECKS = Validation(Evaluators().syntax_error)
ARG = "registerWorkflowDef.arg0"


def task(kind: str = "SIMPLE", ref: str = "r1", name: str = "pt", **fields: Any) -> dict[str, Any]:
    return {"name": name, "taskReferenceName": ref, "type": kind, **fields}


def workflow(*tasks: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"name": "pv", "version": 1, "schemaVersion": 2, "tasks": list(tasks), **fields}


def findings(check: Callable[[Any], object], document: object) -> list[tuple[str, str]]:
    with pytest.raises(InvalidRequest) as caught:
        check(document)
    assert caught.value.message == "Validation failed, check below errors for detail."
    return sorted((str(e["path"]), str(e["message"])) for e in caught.value.validation_errors or [])


SWITCH = {"evaluatorType": "value-param", "expression": "x"}
TERMINATE = (
    "terminate task must have an terminationStatus parameter and must be set to COMPLETED or FAILED, taskName: pt"
)


@pytest.mark.parametrize(
    "definition",
    [
        workflow(task()),
        workflow({"name": "a", "taskReferenceName": "b"}),
        workflow(task("WEIRD"), name="a:b c", version=-1),
        workflow(task(foo=1), bar=2, version="1", name=5),
        workflow(task(), outputParameters={"k": "${zz.a}"}),
        workflow(task("SWITCH", "s", **SWITCH, decisionCases={"a": [task(inputParameters={"k": "${zz.a}"})]})),
        workflow(
            task(inputParameters={"k": "${n1.output.a}"}),
            task("SWITCH", "s", **SWITCH, decisionCases={"a": [task(ref="n1")]}),
        ),
        workflow(task("FORK_JOIN", "f", forkTasks=[[task()]])),
        workflow(task("JOIN", joinOn=["zz"])),
        workflow(task("SUB_WORKFLOW", subWorkflowParam={})),
        workflow(task("INLINE", inputParameters={"expression": "((("})),
        workflow(task("HUMAN"), task("SET_VARIABLE", "s"), task("WAIT", "w")),
        workflow(task("TERMINATE", inputParameters={"terminationStatus": "TERMINATED"})),
        workflow(task("FORK_JOIN_DYNAMIC", inputParameters={"forkTaskName": "x", "forkTaskInputs": []})),
        workflow(task("SWITCH", evaluatorType="javascript", expression="throw 1", decisionCases={"a": []})),
    ],
)
def test_accepted_definitions(definition: dict[str, Any]) -> None:
    assert CHECKS.workflow_def(definition)["tasks"]


@pytest.mark.parametrize(
    ("tasks", "expected"),
    [
        ([task(name="")], [("tasks[0].name", "WorkflowTask name cannot be empty or null")]),
        (
            [task(ref="")],
            [("tasks[0].taskReferenceName", "WorkflowTask taskReferenceName name cannot be empty or null")],
        ),
        ([task(startDelay=-1)], [("tasks[0].startDelay", "must be greater than or equal to 0")]),
        (
            [task(), task(), task(ref="z"), task(ref="z")],
            [
                ("", "taskReferenceName: r1 should be unique across tasks for a given workflowDefinition: pv"),
                ("", "taskReferenceName: z should be unique across tasks for a given workflowDefinition: pv"),
            ],
        ),
        (
            [task(), task("FORK_JOIN", "f", forkTasks=[[task()], [task(ref="q")]]), task("JOIN", "j")],
            [("", "taskReferenceName: r1 should be unique across tasks for a given workflowDefinition: pv")],
        ),
        (
            [task("SWITCH")],
            [
                ("tasks[0]", "decisionCases should have atleast one task for taskType: SWITCH taskName: pt"),
                ("tasks[0]", "evaluatorType field is required for taskType: SWITCH taskName: pt"),
            ],
        ),
        (
            [task("SWITCH", evaluatorType="value-param", decisionCases={"a": [task(ref="q")]})],
            [("tasks[0]", "expression field is required for taskType: SWITCH taskName: pt")],
        ),
        (
            [task("SWITCH", "s", **SWITCH, decisionCases={"a": [task("FORK_JOIN")]}, defaultCase=[task(ref="")])],
            [
                (
                    "tasks[0].decisionCases[a].<map value>[0]",
                    "forkTasks should have atleast one task for taskType: FORK_JOIN taskName: pt",
                ),
                (
                    "tasks[0].defaultCase[0].taskReferenceName",
                    "WorkflowTask taskReferenceName name cannot be empty or null",
                ),
            ],
        ),
        (
            [task("FORK_JOIN", "f", forkTasks=[[task()], [task(ref="a"), task(name="", ref="b")]])],
            [("tasks[0].forkTasks[1].<list element>[1].name", "WorkflowTask name cannot be empty or null")],
        ),
        (
            [task("SUB_WORKFLOW")],
            [("tasks[0]", "subWorkflowParam field is required for taskType: SUB_WORKFLOW taskName: pt")],
        ),
        ([task("TERMINATE")], [("tasks[0]", TERMINATE)]),
        ([task("TERMINATE", inputParameters={"terminationStatus": "${workflow.input.s}"})], [("tasks[0]", TERMINATE)]),
        (
            [task("TERMINATE", optional=True, inputParameters={"terminationStatus": "FAILED"})],
            [("tasks[0]", "terminate task cannot be optional, taskName: pt")],
        ),
        (
            [task("DECISION")],
            [
                ("tasks[0]", "caseValueParam or caseExpression field is required for taskType: DECISION taskName: pt"),
                ("tasks[0]", "decisionCases should have atleast one task for taskType: DECISION taskName: pt"),
            ],
        ),
        (
            [task("DYNAMIC")],
            [("tasks[0]", "dynamicTaskNameParam field is required for taskType: DYNAMIC taskName: pt")],
        ),
        (
            [task("DO_WHILE")],
            [
                ("tasks[0]", "loopCondition field is required for taskType: DO_WHILE taskName: pt"),
                ("tasks[0]", "loopOver field is required for taskType: DO_WHILE taskName: pt"),
            ],
        ),
        (
            [task("FORK_JOIN_DYNAMIC")],
            [
                (
                    "tasks[0]",
                    f"{field} field is required for taskType: FORK_JOIN_DYNAMIC taskName: pt",
                )
                for field in ("dynamicForkTasksInputParamName", "dynamicForkTasksParam")
            ],
        ),
        (
            [task("HTTP")],
            [
                (
                    "tasks[0]",
                    "inputParameters.http_request or inputParameters.uri field is required for taskType: HTTP taskName: pt",
                )
            ],
        ),
        (
            [task("JSON_JQ_TRANSFORM")],
            [
                (
                    "tasks[0]",
                    "inputParameters.queryExpression field is required for taskType: JSON_JQ_TRANSFORM taskName: pt",
                )
            ],
        ),
        ([task("EVENT")], [("tasks[0]", "sink field is required for taskType: EVENT taskName: pt")]),
    ],
)
def test_refused_tasks(tasks: list[dict[str, Any]], expected: list[tuple[str, str]]) -> None:
    found = findings(CHECKS.workflow_def, workflow(*tasks))

    assert found == sorted((f"{ARG}.{path}".rstrip("."), message) for path, message in expected)


def test_all_findings_of_a_definition_are_told_at_once() -> None:
    definition = workflow(task(name="", ref=""), task("SWITCH", "s"), name="", schemaVersion=1)

    with pytest.raises(InvalidRequest) as caught:
        CHECKS.workflow_def(definition)

    assert len(caught.value.validation_errors or []) == 6
    assert {
        "path": f"{ARG}.schemaVersion",
        "message": "workflowDef schemaVersion: 2 is only supported",
        "invalidValue": "1",
    } in (caught.value.validation_errors or [])


@pytest.mark.parametrize("script", ["(((", "return 1", "1 +"])
def test_a_switch_script_must_parse(script: str) -> None:
    definition = workflow(task("SWITCH", evaluatorType="javascript", expression=script, decisionCases={"a": []}))

    [(path, message)] = findings(CHECKS.workflow_def, definition)

    assert path == f"{ARG}.tasks[0]"
    assert message.startswith("Expression is not well formatted: SyntaxError:")
    assert message.endswith(", taskType: SWITCH taskName pt")


def test_checking_a_script_does_not_run_it() -> None:
    assert Evaluators().syntax_error("while (true) {}") is None
    assert Evaluators().syntax_error("function f() { while (true) {} } f()") is None


def unknown(root: str, text: str, key: str = "k") -> str:
    return (
        f"taskReferenceName: {root} for given task: pt input value: {key} of input parameter: {text} "
        "is not defined in workflow definition."
    )


@pytest.mark.parametrize(
    ("value", "messages"),
    [
        ("${zz.output.a}", [unknown("zz", "${zz.output.a}")]),
        ("${}", ["key: k input parameter value:  is not valid"]),
        ("${ x }", ["key: k input parameter value:  x  is not valid"]),
        ("${$.x}", [unknown("$", "${$.x}")]),
        ("${['a'].b}", [unknown("['a']", "${['a'].b}")]),
        ("${workflowx.a}", [unknown("workflowx", "${workflowx.a}")]),
        ("x ${zz.a} y ${yy.b}", [unknown("yy", "x ${zz.a} y ${yy.b}"), unknown("zz", "x ${zz.a} y ${yy.b}")]),
        ("${zz}", [unknown("zz", "${zz}")]),
        ("${workflow.input.${zz.a}}", [unknown("zz", "${workflow.input.${zz.a}}")]),
        ("${workflow.input.a b}", ["key: k input parameter value: workflow.input.a b is not valid"]),
        ("${workflow.input.}", ["key: k input parameter value: workflow.input. is not valid"]),
        ("${workflow.input[a]}", ["key: k input parameter value: workflow.input[a] is not valid"]),
        ("${r1[0]}", [unknown("r1[0]", "${r1[0]}")]),
        (["${zz.a}"], [unknown("zz", "${zz.a}")]),
        ({"q": ["${zz.a}", None]}, [unknown("zz", "${zz.a}", "q")]),
    ],
)
def test_expressions_that_cannot_be_resolved(value: object, messages: list[str]) -> None:
    found = findings(CHECKS.workflow_def, workflow(task(inputParameters={"k": value})))

    assert found == [(ARG, message) for message in messages]


@pytest.mark.parametrize(
    "value",
    [
        "${workflow.input}",
        "${workflow}",
        "${r1.output}",
        "$${zz.a}",
        "${CPEWF_TASK_ID}",
        "${",
        "a${b",
        "${workflow.secrets.X}",
        "${workflow.input.items[?(@.id==2)].p}",
        "${workflow.input.a.length()}",
        None,
        5,
    ],
)
def test_expressions_that_are_accepted(value: object) -> None:
    assert CHECKS.workflow_def(workflow(task(inputParameters={"k": value})))


WAIT_OK: list[dict[str, Any]] = [
    {},
    {"duration": "5s"},
    {"duration": "1 day 2 hours"},
    {"duration": "1d 2h 3m 4s"},
    {"duration": "0s"},
    {"duration": "5S"},
    {"duration": "2 minutes"},
    {"duration": "1 hrs"},
    {"duration": ""},
    {"duration": None},
    {"duration": "${workflow.input.d}"},
    {"until": "2030-01-01"},
    {"until": "2030-01-01 10:00"},
    {"until": "2030-01-01 10:00 GMT"},
    {"until": "2030-02-30"},
    {"until": "${workflow.input.u}"},
]
WAIT_REFUSED: list[tuple[dict[str, Any], str]] = [
    *(
        ({"duration": bad}, "Either date or duration is passed as null ")
        for bad in ("x", "1.5s", 5, "5", "4s 1d", "-5s", "1 weeks", "5ms")
    ),
    *(
        ({"until": bad}, "Unable to parse date ")
        for bad in ("nope", "2030-01-01 10:00 +02:00", "2030-01-01T10:00", "2030-01-01 10:00:00", 5)
    ),
    (
        {"duration": "5s", "until": "2030-01-01"},
        "Both 'duration' and 'until' specified. Please provide only one input",
    ),
]


@pytest.mark.parametrize("inputs", WAIT_OK)
def test_wait_times_that_are_accepted(inputs: dict[str, Any]) -> None:
    assert CHECKS.workflow_def(workflow(task("WAIT", inputParameters=inputs)))


@pytest.mark.parametrize(("inputs", "message"), WAIT_REFUSED)
def test_wait_times_that_are_refused(inputs: dict[str, Any], message: str) -> None:
    found = findings(CHECKS.workflow_def, workflow(task("WAIT", inputParameters=inputs)))

    assert found == [(f"{ARG}.tasks[0]", message)]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], "workflow definition must be an object, got a list"),
        ("x", "workflow definition must be an object, got 'x'"),
        (workflow(task(), version="x"), "workflow definition.version must be a whole number, got 'x'"),
        (workflow(task(), timeoutPolicy="NOPE"), "timeoutPolicy must be one of TIME_OUT_WF, ALERT_ONLY, got 'NOPE'"),
        (workflow(task(), inputParameters={"a": 1}), "inputParameters must be a list, got an object"),
        (workflow(task(optional="yes")), "workflow definition.tasks[0].optional must be true or false, got 'yes'"),
        (
            workflow(task(inputParameters="x")),
            "workflow definition.tasks[0].inputParameters must be an object, got 'x'",
        ),
        (workflow(task("FORK_JOIN", forkTasks=[task()])), "tasks[0].forkTasks[0] must be a list, got an object"),
    ],
)
def test_wrong_types_are_named(document: object, message: str) -> None:
    with pytest.raises(InternalError) as caught:
        CHECKS.workflow_def(document)

    assert caught.value.status == 500
    assert message in caught.value.message


def test_values_are_coerced_and_null_fields_left_out() -> None:
    definition = CHECKS.workflow_def(
        {
            "name": 5,
            "version": "3",
            "restartable": "true",
            "description": None,
            "extra": None,
            "tasks": [task(startDelay=1.7)],
        }
    )

    assert definition == {
        "name": "5",
        "version": 3,
        "restartable": True,
        "extra": None,
        "tasks": [task(startDelay=1)],
    }


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({}, [(".name", "TaskDef name cannot be null or empty")]),
        ({"name": "t", "responseTimeoutSeconds": 0}, [
            (".responseTimeoutSeconds", "TaskDef responseTimeoutSeconds: 0 should be minimum 1 second")
        ]),
        ({"name": "t", "timeoutSeconds": 10}, [
            ("", "TaskDef: t responseTimeoutSeconds: 3600 must be less than timeoutSeconds: 10")
        ]),
        ({"name": "t", "totalTimeoutSeconds": 5, "timeoutSeconds": 10, "responseTimeoutSeconds": 5}, [
            ("", "TaskDef: t timeoutSeconds: 10 must be less than or equal to totalTimeoutSeconds: 5")
        ]),
        ({"name": "t", "retryCount": -1, "backoffScaleFactor": 0, "backoffJitterMs": -1}, [
            (".backoffJitterMs", "TaskDef backoffJitterMs: 0 must be >= 0"),
            (".backoffScaleFactor", "Backoff scale factor. Applicable for LINEAR_BACKOFF"),
            (".retryCount", "TaskDef retryCount: 0 must be >= 0"),
        ]),
    ],
)  # fmt: skip
def test_refused_task_definitions(document: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert findings(CHECKS.task_defs, [document]) == [(f"registerTaskDef.arg0[0]{at}", text) for at, text in expected]
    assert findings(CHECKS.task_def, document) == [(f"updateTaskDef.arg0{at}", text) for at, text in expected]


def test_empty_lists_are_refused() -> None:
    assert findings(CHECKS.task_defs, []) == [("registerTaskDef.arg0", "TaskDefList is empty")]
    assert findings(CHECKS.workflow_defs, []) == [("updateWorkflowDef.arg0", "WorkflowDefList is empty")]
    assert findings(lambda ids: validation.bulk_ids(ids, "pauseWorkflow"), []) == [
        ("pauseWorkflow.arg0", "WorkflowIds list cannot be null.")
    ]


def test_one_bad_definition_refuses_the_list() -> None:
    found = findings(CHECKS.workflow_defs, [workflow(task()), workflow(task(), name=None)])

    assert found == [("updateWorkflowDef.arg0[1].name", "WorkflowDef name cannot be null or empty")]


def test_too_many_ids_are_refused() -> None:
    [(_, message)] = findings(lambda ids: validation.bulk_ids(ids, "pauseWorkflow"), ["x"] * 1001)

    assert message == "Cannot process more than 1000 workflows. Please use multiple requests."


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ({}, [(".name", "Workflow name cannot be null or empty")]),
        ({"name": "pv", "priority": 200}, [(".priority", "priority: 200 should be maximum 99")]),
        ({"name": "pv", "priority": -1}, [(".priority", "priority: -1 should be minimum 0")]),
        ({"name": "x", "workflowDef": {"name": "q"}}, [(".workflowDef.tasks", "WorkflowTask list cannot be empty")]),
        ({"name": "x", "workflowDef": {"tasks": [task()]}}, [
            (".workflowDef.name", "WorkflowDef name cannot be null or empty")
        ]),
    ],
)  # fmt: skip
def test_refused_start_requests(request_: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert findings(CHECKS.start_request, request_) == [(f"startWorkflow.arg0{at}", text) for at, text in expected]


def test_a_null_input_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="NULL input passed when starting workflow"):
        CHECKS.start_request({"name": "pv", "input": None})


def test_task_results() -> None:
    assert findings(validation.task_result, {}) == [
        ("updateTask.arg0.taskId", "Task ID cannot be null or empty"),
        ("updateTask.arg0.workflowInstanceId", "Workflow Id cannot be null or empty"),
    ]
    result = validation.task_result(
        {"taskId": "t", "workflowInstanceId": "w", "status": None, "logs": ["x", {"log": "y", "createdTime": "5"}]}
    )
    assert result == {
        "taskId": "t",
        "workflowInstanceId": "w",
        "logs": [{"log": "x"}, {"log": "y", "createdTime": 5}],
    }


@pytest.mark.parametrize("field", [{"status": "TIMED_OUT"}, {"outputData": [1]}, {"callbackAfterSeconds": "x"}])
def test_task_results_of_wrong_types(field: dict[str, Any]) -> None:
    with pytest.raises(EngineError) as caught:
        validation.task_result({"taskId": "t", "workflowInstanceId": "w", "status": "COMPLETED", **field})

    assert caught.value.status == 500
