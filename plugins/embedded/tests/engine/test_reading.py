"""Documents, searches, metadata, and executions that are waited for."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from conductor_embedded.errors import Conflict, InternalError, InvalidRequest, NotFound

if TYPE_CHECKING:
    from plugins.embedded.tests.engine.workbench import Document, Lab


async def test_documents_leave_nulls_out_and_embed_the_definitions(lab: Lab) -> None:
    workflow_id = lab.start(lab.define.simple("a"))
    workflow, task = lab.workflow(workflow_id), lab.task(workflow_id, "a")
    assert "correlationId" not in workflow
    assert None not in workflow.values()
    assert None not in task.values()
    assert workflow["createTime"] == workflow["startTime"] == lab.clock.now_ms()
    assert (workflow["endTime"], workflow["history"], workflow["output"]) == (0, [], {})
    assert task["workflowTask"]["taskDefinition"] == task["taskDefinition"]
    assert workflow["workflowDefinition"]["tasks"] == [task["workflowTask"]]
    assert lab.engine.get_task(task["taskId"]) == task


async def test_status_and_pages_of_tasks(lab: Lab) -> None:
    workflow_id = lab.start(lab.define.simple("a"), lab.define.simple("b"), request={"correlationId": "c"})
    await lab.do("a")
    brief = lab.engine.workflow_status(workflow_id, include_output=True, include_variables=False)
    assert brief == {"workflowId": workflow_id, "correlationId": "c", "output": {}, "status": "RUNNING"}
    page = lab.engine.workflow_tasks(workflow_id, start=1, count=5)
    assert (page["totalHits"], page["results"]) == (2, [lab.task(workflow_id, "b")])
    assert lab.engine.get_workflow(workflow_id, include_tasks=False)["tasks"] == []


async def test_executions_are_found_by_name_and_correlation_id(lab: Lab) -> None:
    done = lab.start(request={"correlationId": "c"})
    running = lab.start(lab.define.simple("a"), request={"correlationId": "c"})
    assert lab.engine.running("flow") == [running]
    assert lab.engine.running("flow", 99, start_time=0, end_time=1) == []
    found = lab.engine.by_correlation("flow", ["c", "d"], include_tasks=True)
    assert [(key, [item["workflowId"] for item in items]) for key, items in found.items()] == [
        ("c", [running]),
        ("d", []),
    ]
    closed = lab.engine.by_correlation("flow", ["c"], include_closed=True)["c"]
    assert [(item["workflowId"], item["tasks"]) for item in closed] == [(done, []), (running, [])]


@pytest.mark.parametrize(
    ("query", "free_text", "hits"),
    [
        ("", "*", ["one", "two"]),
        ("workflowType = 'one'", "*", ["one"]),
        ('workflowType IN (one, "two") AND status=RUNNING', "*", ["two"]),
        ("status IN (COMPLETED,FAILED)", "", ["one"]),
        ("correlationId='it is'", "*", ["two"]),
        ("priority > 3", "*", ["two"]),
        ("workflowType NOT IN (one)", "*", ["two"]),
        ("startTime>1700000000500", "*", ["two"]),
        ("workflowType='none'", "*", []),
        ("", "one", ["one"]),
        ("", "needle", ["two"]),
    ],
)
async def test_workflow_searches(lab: Lab, query: str, free_text: str, hits: list[str]) -> None:
    lab.start(name="one")
    lab.engine.advance(1)
    request = {"correlationId": "it is", "priority": 5, "input": {"x": "needle"}}
    lab.start(lab.define.simple("a"), name="two", request=request)
    answer: Document = lab.engine.search_workflows(query, free_text)
    assert [hit["workflowType"] for hit in answer["results"]] == hits
    assert answer["totalHits"] == len(hits)


async def test_a_summary_is_text(lab: Lab) -> None:
    workflow_id = lab.start(outputParameters={"o": [1, None]}, request={"input": {"x": 1, "y": "z"}})
    page: Document = lab.engine.search_workflows()
    summary = page["results"][0]
    assert (summary["workflowId"], summary["input"], summary["output"]) == (workflow_id, "{x=1, y=z}", "{o=[1, null]}")
    assert summary["startTime"] == "2023-11-14T22:13:20.000Z"
    assert lab.engine.search_workflows_v2()["results"] == [lab.workflow(workflow_id)]


async def test_searches_are_paged_and_sorted(lab: Lab) -> None:
    ids: list[str] = []
    for _ in range(5):
        ids.append(lab.start())
        lab.engine.advance(1)
    page: Document = lab.engine.search_workflows(start=1, size=2, sort="startTime:ASC")
    assert (page["totalHits"], [hit["workflowId"] for hit in page["results"]]) == (5, ids[1:3])


async def test_task_searches(lab: Lab) -> None:
    workflow_id = lab.start(lab.define.simple("a"), lab.define.simple("b"))
    await lab.do("a", output={"n": 1})
    page: Document = lab.engine.search_tasks("taskType='a' AND status=COMPLETED AND workflowType=flow")
    assert [(hit["workflowId"], hit["output"]) for hit in page["results"]] == [(workflow_id, "{n=1}")]
    assert lab.engine.search_tasks_v2("taskType=a")["results"] == [lab.task(workflow_id, "a")]


@pytest.mark.parametrize(
    ("query", "sort", "word"),
    [
        ("bogus = 1", "", "bogus"),
        ("status ~ 1", "", "cannot read"),
        ("status", "", "cannot read"),
        ("", "bogus:ASC", "bogus"),
        ("status = 'x'; DROP TABLE execution", "", ""),
    ],
)
async def test_a_search_that_cannot_be_read_is_refused_in_words(lab: Lab, query: str, sort: str, word: str) -> None:
    if not word:
        assert lab.engine.search_workflows(query)["totalHits"] == 0
        return
    with pytest.raises(InvalidRequest, match=word):
        lab.engine.search_workflows(query, sort=sort)


async def test_task_definitions(lab: Lab) -> None:
    lab.engine.put_task_defs([{"name": "a", "retryCount": None}])
    created = lab.engine.get_task_def("a")
    assert (created["retryCount"], created["createTime"], created["updateTime"]) == (3, lab.clock.now_ms(), 0)
    lab.engine.advance(1)
    lab.engine.update_task_def({"name": "a", "retryCount": 5})
    changed = lab.engine.get_task_def("a")
    assert (changed["retryCount"], changed["createTime"]) == (5, created["createTime"])
    assert changed["updateTime"] == lab.clock.now_ms()
    assert lab.engine.list_task_defs() == [changed]
    lab.engine.delete_task_def("a")
    with pytest.raises(NotFound, match="No such taskType found by name: a"):
        lab.engine.get_task_def("a")
    with pytest.raises(NotFound, match="No such task by name a"):
        lab.engine.update_task_def({"name": "a"})
    with pytest.raises(InternalError, match="No such task definition"):
        lab.engine.delete_task_def("a")


async def test_workflow_definitions_and_their_versions(lab: Lab) -> None:
    for version in (2, 10, 1):
        lab.engine.create_workflow_def({**lab.define.workflow(lab.define.simple("a")), "version": version})
    assert lab.engine.get_workflow_def("flow")["version"] == 10
    assert lab.engine.get_workflow_def("flow", 2)["version"] == 2
    with pytest.raises(Conflict, match=r"Workflow with flow\.2 already exists!"):
        lab.engine.create_workflow_def({**lab.define.workflow(), "version": 2})
    answer = lab.engine.update_workflow_defs([lab.define.workflow(), lab.define.workflow(name="other")])
    assert answer == {"bulkErrorResults": {}, "bulkSuccessfulResults": ["flow", "other"]}
    lab.engine.delete_workflow_def("flow", 10)
    assert lab.engine.get_workflow_def("flow")["version"] == 2
    assert len(lab.engine.list_workflow_defs()) == 3
    with pytest.raises(InternalError, match="No such workflow definition: flow version: 10"):
        lab.engine.delete_workflow_def("flow", 10)
    with pytest.raises(NotFound, match="No such workflow found by name: none, version: null"):
        lab.engine.get_workflow_def("none")


async def test_starts_that_cannot_be_are_refused(lab: Lab) -> None:
    with pytest.raises(InvalidRequest) as nameless:
        lab.engine.start_workflow({})
    assert (nameless.value.validation_errors or [])[0]["path"] == "startWorkflow.arg0.name"
    with pytest.raises(NotFound, match=r"No such workflow defined\. name=none, version=null"):
        lab.engine.start_workflow({"name": "none"})
    lab.engine.create_workflow_def(lab.define.workflow())
    with pytest.raises(NotFound, match=r"No such workflow defined\. name=flow, version=9"):
        lab.engine.start_workflow({"name": "flow", "version": 9})


async def test_an_inline_definition_needs_no_registration(lab: Lab) -> None:
    inline = lab.define.workflow(lab.define.simple("a"), name="inline")
    workflow_id = lab.engine.start_workflow({"name": "inline", "workflowDef": inline})
    assert lab.brief(workflow_id) == [("a", "SCHEDULED")]
    assert lab.engine.list_workflow_defs() == []


async def test_a_running_execution_keeps_the_definitions_it_started_with(lab: Lab) -> None:
    lab.task_def("b", retryCount=0)
    workflow_id = lab.start(lab.define.simple("a"), lab.define.simple("b"))
    lab.engine.create_workflow_def(lab.define.workflow(lab.define.simple("x")), overwrite=True)
    lab.task_def("b", retryCount=9)
    await lab.do("a")
    await lab.do("b", "FAILED")
    assert lab.status(workflow_id) == "FAILED"


async def test_execute_waits_for_the_end(lab: Lab) -> None:
    lab.engine.create_workflow_def(lab.define.workflow(lab.define.simple("a")))
    call = asyncio.create_task(lab.engine.execute_workflow("flow", 0, {"requestId": "r"}, [], 5))
    task = (await lab.engine.poll("a", timeout_ms=1000))[0]
    lab.report(task, output={"n": 1})
    answer: Document = await call
    assert (answer["responseType"], answer["requestId"], answer["signalTimeout"]) == ("TARGET_WORKFLOW", "r", False)
    assert (answer["status"], answer["targetWorkflowStatus"], answer["output"]) == ("COMPLETED", "COMPLETED", {"n": 1})
    assert [task["referenceTaskName"] for task in answer["tasks"]] == ["a"]


async def test_execute_answers_when_the_time_is_up_or_a_task_is_done_or_it_is_blocked(lab: Lab) -> None:
    define = lab.define
    lab.engine.create_workflow_def(define.workflow(define.simple("a"), define.wait("wait")))
    assert (await lab.engine.execute_workflow("flow", None, {}, [], 0.02))["signalTimeout"] is True
    for until, status in (["a"], "RUNNING"), ([], "RUNNING"):
        call = asyncio.create_task(
            lab.engine.execute_workflow("flow", None, {"returnStrategy": "BLOCKING_TASK"}, until, 5)
        )
        await asyncio.sleep(0)
        for task in await lab.engine.poll("a", count=9, timeout_ms=0):
            lab.report(task)
        answer = await call
        assert (answer["targetWorkflowStatus"], answer["signalTimeout"]) == (status, False)
        assert (answer["referenceTaskName"], answer["taskType"]) == ("wait", "WAIT")


async def test_counts_for_the_health_page(lab: Lab) -> None:
    lab.start(lab.define.simple("a"))
    assert lab.engine.counts() == {"workflows": {"RUNNING": 1}, "tasks": {"SCHEDULED": 1}, "waitingPolls": 0}
