"""What each builder writes into a definition, field by field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from conductor_core.errors import InvalidArgumentError
from conductor_workflows import (
    Assignment,
    ConductorEventTask,
    ConductorWorkflow,
    DoWhileTask,
    DynamicForkTask,
    DynamicTask,
    EventTask,
    ForEachTask,
    GetDocumentTask,
    HttpInput,
    HttpMethod,
    HttpPollInput,
    HttpPollTask,
    HttpTask,
    HumanTask,
    InlineTask,
    JoinTask,
    JsonJQTask,
    KafkaPublishInput,
    KafkaPublishTask,
    LoopTask,
    PullWorkflowMessagesTask,
    SimpleTask,
    SqsEventTask,
    StartWorkflowTask,
    TaskBuilder,
    UpdateTask,
    WaitForWebhookTask,
    WaitTask,
)

if TYPE_CHECKING:
    from collections.abc import Callable

INNER = InlineTask("inner", "1")
INNER_DOCUMENT = {
    "name": "inner",
    "taskReferenceName": "inner",
    "type": "INLINE",
    "inputParameters": {"evaluatorType": "graaljs", "expression": "1"},
}


class Case(NamedTuple):
    """A builder and what it adds to ``name``, ``taskReferenceName`` and ``type``."""

    builder: TaskBuilder
    type: str
    inputs: dict[str, Any]
    fields: dict[str, Any] = {}  # noqa: RUF012 - never changed


CASES = {
    "http with a dict": Case(
        HttpTask("t", {"uri": "http://a/b"}), "HTTP", {"http_request": {"uri": "http://a/b", "method": "GET"}}
    ),
    "http with everything": Case(
        HttpTask(
            "t",
            HttpInput(
                uri="http://a/${workflow.input.id}",
                method=HttpMethod.PATCH,
                headers={"X-Id": ["1"]},
                body={"a": None},
                accept="application/json",
                content_type="application/json",
                connection_time_out=1000,
                read_timeout=2000,
            ),
            async_complete=True,
        ),
        "HTTP",
        {
            "http_request": {
                "uri": "http://a/${workflow.input.id}",
                "method": "PATCH",
                "headers": {"X-Id": ["1"]},
                "body": {"a": None},
                "accept": "application/json",
                "contentType": "application/json",
                "connectionTimeOut": 1000,
                "readTimeOut": 2000,
            }
        },
        {"asyncComplete": True},
    ),
    "http poll": Case(
        HttpPollTask(
            "t",
            HttpPollInput(uri="http://a", termination_condition="$.done", polling_interval=5, max_poll_count=3),
        ),
        "HTTP_POLL",
        {
            "http_request": {
                "uri": "http://a",
                "method": "GET",
                "terminationCondition": "$.done",
                "pollingInterval": 5,
                "pollingStrategy": "FIXED",
                "maxPollCount": 3,
            }
        },
    ),
    "dynamic": Case(
        DynamicTask("${a.output.next}", "t", inputs={"x": 1}),
        "DYNAMIC",
        {"taskToExecute": "${a.output.next}", "x": 1},
        {"dynamicTaskNameParam": "taskToExecute"},
    ),
    "dynamic fork": Case(
        DynamicForkTask("t").from_lists("${a.output.tasks}", "${a.output.inputs}"),
        "FORK_JOIN_DYNAMIC",
        {"dynamicTasks": "${a.output.tasks}", "dynamicTasksInputs": "${a.output.inputs}"},
        {"dynamicForkTasksParam": "dynamicTasks", "dynamicForkTasksInputParamName": "dynamicTasksInputs"},
    ),
    "do while": Case(
        DoWhileTask("t", "$.t.iteration < 3", INNER, keep_last=2),
        "DO_WHILE",
        {"keepLastN": 2},
        {"loopCondition": "$.t.iteration < 3", "loopOver": [INNER_DOCUMENT]},
    ),
    "loop": Case(
        LoopTask("t", 3, [INNER]),
        "DO_WHILE",
        {"iterations": 3},
        {"loopCondition": "$['t']['iteration'] < $.iterations", "loopOver": [INNER_DOCUMENT]},
    ),
    "for each": Case(
        ForEachTask("t", INNER, "${workflow.input.orders}"),
        "DO_WHILE",
        {},
        {"loopCondition": "true", "loopOver": [INNER_DOCUMENT], "items": "${workflow.input.orders}"},
    ),
    "event": Case(EventTask("t", "kafka", "orders", inputs={"a": 1}), "EVENT", {"a": 1}, {"sink": "kafka:orders"}),
    "event of sqs": Case(SqsEventTask("t", "q"), "EVENT", {}, {"sink": "sqs:q"}),
    "event of conductor": Case(ConductorEventTask("t", "e"), "EVENT", {}, {"sink": "conductor:e"}),
    "human": Case(
        HumanTask("t"),
        "HUMAN",
        {"__humanTaskDefinition": {"assignmentCompletionStrategy": "LEAVE_OPEN", "displayName": "t"}},
    ),
    "human with everything": Case(
        HumanTask(
            "t",
            "Check it",
            "form",
            2,
            "TERMINATE",
            assignments=["ada", Assignment("staff", "CONDUCTOR_GROUP", 60)],
            triggers={"COMPLETED": {"name": "audit"}},
            inputs={"order": "${workflow.input.order}"},
        ),
        "HUMAN",
        {
            "order": "${workflow.input.order}",
            "__humanTaskDefinition": {
                "assignmentCompletionStrategy": "TERMINATE",
                "displayName": "Check it",
                "userFormTemplate": {"name": "form", "version": 2},
                "assignments": [
                    {"assignee": {"user": "ada", "userType": "EXTERNAL_USER"}},
                    {"assignee": {"user": "staff", "userType": "CONDUCTOR_GROUP"}, "slaMinutes": 60},
                ],
                "taskTriggers": [{"triggerType": "COMPLETED", "startWorkflowRequest": {"name": "audit"}}],
            },
        },
    ),
    "start workflow": Case(
        StartWorkflowTask("t", "wf", {"a": 1}, 2, "cid"),
        "START_WORKFLOW",
        {"startWorkflow": {"name": "wf", "version": 2, "input": {"a": 1}, "correlationId": "cid"}},
    ),
    "kafka": Case(
        KafkaPublishTask("t", KafkaPublishInput(bootstrap_servers="b:1", topic="x", value={"a": 1}, max_block_ms=5)),
        "KAFKA_PUBLISH",
        {"kafka_request": {"bootStrapServers": "b:1", "topic": "x", "value": {"a": 1}, "maxBlockMs": 5}},
    ),
    "jq": Case(
        JsonJQTask("t", ".a + .b", {"a": 1, "b": 2}),
        "JSON_JQ_TRANSFORM",
        {"a": 1, "b": 2, "queryExpression": ".a + .b"},
    ),
    "webhook": Case(WaitForWebhookTask("t", {"$['id']": "x"}), "WAIT_FOR_WEBHOOK", {"matches": {"$['id']": "x"}}),
    "messages": Case(PullWorkflowMessagesTask("t", 5), "PULL_WORKFLOW_MESSAGES", {"batchSize": 5}),
    "document": Case(
        GetDocumentTask("t", "http://a", "text/html"), "GET_DOCUMENT", {"url": "http://a", "mediaType": "text/html"}
    ),
    "update by id": Case(
        UpdateTask("t", task_id="i", task_output={"a": 1}),
        "UPDATE_TASK",
        {"taskStatus": "COMPLETED", "mergeOutput": False, "taskId": "i", "taskOutput": {"a": 1}},
    ),
    "update by name": Case(
        UpdateTask("t", "FAILED", workflow_id="w", target_task_ref_name="r", merge_output=True),
        "UPDATE_TASK",
        {"taskStatus": "FAILED", "mergeOutput": True, "workflowId": "w", "taskRefName": "r", "taskOutput": {}},
    ),
    "join by script": Case(
        JoinTask("t", ["a"], "$.a > 1"), "JOIN", {}, {"joinOn": ["a"], "evaluatorType": "js", "expression": "$.a > 1"}
    ),
    "simple with its own definition": Case(
        SimpleTask("charge", "t")
        .retry_count(5)
        .retry_policy("LINEAR_BACKOFF", 2, 3)
        .rate_limit(10, 60)
        .concurrency_limit(4)
        .timeouts(execution=30, response=20, poll=10)
        .timeout_policy("RETRY"),
        "SIMPLE",
        {},
        {
            "name": "charge",
            "retryCount": 5,
            "taskDefinition": {
                "name": "charge",
                "retryLogic": "LINEAR_BACKOFF",
                "retryDelaySeconds": 2,
                "backoffScaleFactor": 3,
                "rateLimitPerFrequency": 10,
                "rateLimitFrequencyInSeconds": 60,
                "concurrentExecLimit": 4,
                "timeoutSeconds": 30,
                "responseTimeoutSeconds": 20,
                "pollTimeoutSeconds": 10,
                "timeoutPolicy": "RETRY",
            },
        },
    ),
    "options of every builder": Case(
        WaitTask("t", name="n", description="d", optional=True, cache_key="k", cache_ttl_seconds=5),
        "WAIT",
        {},
        {
            "name": "n",
            "description": "d",
            "optional": True,
            "cacheConfig": {"key": "k", "ttlInSecond": 5},
        },
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_the_document(case: Case) -> None:
    expected = {"name": "t", "taskReferenceName": "t", "type": case.type, "inputParameters": case.inputs, **case.fields}
    assert case.builder.to_workflow_task().to_wire() == expected


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (HttpTask("t", {"uri": "u"}).status_code(), "${t.output.response.statusCode}"),
        (HttpTask("t", {"uri": "u"}).headers("ETag"), "${t.output.response.headers.ETag}"),
        (HttpTask("t", {"uri": "u"}).body("items")[0], "${t.output.response.body.items[0]}"),
        (JsonJQTask("t", ".").result(), "${t.output.result}"),
        (JsonJQTask("t", ".").results(), "${t.output.resultList}"),
        (StartWorkflowTask("t", "w").workflow_id(), "${t.output.workflowId}"),
        (PullWorkflowMessagesTask("t").messages(), "${t.output.messages}"),
        (PullWorkflowMessagesTask("t").count(), "${t.output.count}"),
        (LoopTask("t", 2, INNER).iteration(), "${t.output.iteration}"),
        (ForEachTask("t", INNER, "${x}").item("id"), "${t.output.loopItem.id}"),
        (ForEachTask("t", INNER, "${x}").index(), "${t.output.loopIndex}"),
    ],
)
def test_expressions_for_what_a_task_gives(expression: str, text: str) -> None:
    assert expression == text


BAD: dict[str, Callable[[], object]] = {
    "uri of task 't' must be text": lambda: HttpTask("t", {"method": "GET"}),
    "method of task 't' must be one of GET, PUT, POST, DELETE, HEAD, OPTIONS, PATCH, got 'FETCH'": lambda: HttpTask(
        "t", {"uri": "u", "method": "FETCH"}
    ),
    "http_input of task 't' must be an HttpInput or a dict, got str": lambda: HttpTask("t", "http://a"),  # type: ignore[arg-type]
    "termination condition of task 't' must be text": lambda: HttpPollTask("t", {"uri": "u"}),
    "iterations of loop 't' must be a whole number from 1 on, got 0": lambda: LoopTask("t", 0, INNER),
    "condition of loop 't' must be text": lambda: DoWhileTask("t", "", INNER),
    "needs at least one task": lambda: DoWhileTask("t", "true", []),
    "not a task": lambda: ForEachTask("t", "inner", "${x}"),  # pyright: ignore[reportArgumentType] - the test
    "strategy of task 't' must be one of LEAVE_OPEN, TERMINATE, got 'CLOSE'": lambda: HumanTask(
        "t", assignment_completion_strategy="CLOSE"
    ),
    "trigger of task 't' must be one of ASSIGNED": lambda: HumanTask("t", triggers={"SEEN": {}}),
    "topic of task 't' must be text": lambda: KafkaPublishTask("t", {}),
    "batch_size of task 't' must be above 0, got 0": lambda: PullWorkflowMessagesTask("t", 0),
    "pass its task_id, or workflow_id and target_task_ref_name": lambda: UpdateTask("t"),
    "join_on of task 't' must be a list of names, got 'a'": lambda: JoinTask("t", "a"),
    "event_suffix of task 't' must be text": lambda: EventTask("t", "sqs", ""),
    "script of task 't' must be text": lambda: JsonJQTask("t", " "),
}


@pytest.mark.parametrize("message", BAD)
def test_bad_arguments_are_refused_when_the_task_is_built(message: str) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        BAD[message]()
    assert message in str(caught.value)


def test_a_dynamic_fork_gets_its_join_wherever_it_stands() -> None:
    flow = ConductorWorkflow(name="orders")
    flow >>= [[DynamicForkTask("a")], [LoopTask("b", 2, DynamicForkTask("c"))]]
    flow >>= DynamicForkTask("d")
    flow >>= JoinTask("mine")
    fork, join, last, mine = flow.to_workflow_def().tasks
    assert fork.fork_tasks is not None
    assert [task.task_reference_name for task in fork.fork_tasks[0]] == ["a", "a_join"]
    loop = fork.fork_tasks[1][0]
    assert [task.task_reference_name for task in loop.loop_over or []] == ["c", "c_join"]
    assert join.join_on == ["a_join", "b"]
    assert (last.task_reference_name, mine.task_reference_name, mine.type) == ("d", "mine", "JOIN")


def test_what_a_workflow_says_of_itself() -> None:
    flow = ConductorWorkflow(name="orders").add(INNER).tags({"team": "a"}, replace=True)
    flow.rate_limit("${workflow.correlationId}", 2).owner_app("shop")
    wire = flow.to_workflow_def().to_wire()
    assert wire["tags"] == [{"key": "team", "value": "a", "type": "METADATA"}]
    assert wire["overwriteTags"] is True
    kept = ConductorWorkflow(name="orders").add(INNER).tags({"team": "a"}).to_workflow_def().to_wire()
    assert (kept["tags"], kept.get("overwriteTags", False)) == (wire["tags"], False)
    assert wire["rateLimitConfig"] == {"rateLimitKey": "${workflow.correlationId}", "concurrentExecLimit": 2}
    assert wire["ownerApp"] == "shop"
