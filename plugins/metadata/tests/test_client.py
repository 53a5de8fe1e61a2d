"""What the metadata client does beyond one documented call."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core.errors import (
    BadRequestError,
    ConflictError,
    InvalidArgumentError,
    NotFoundError,
    NotSupportedByServerError,
    PermissionDeniedError,
)
from conductor_core.http import Request, Response
from conductor_core.models import TaskDef, WorkflowDef, WorkflowTask
from conductor_metadata import BulkResponse, DefinitionSource, IncomingBpmnFile, RateLimitConfig, Tag

if TYPE_CHECKING:
    import respx

    from conductor_core import AsyncConductor, Conductor

TASK = WorkflowTask(name="charge", task_reference_name="pay")
ORDERS = WorkflowDef(name="orders", version=3, tasks=[TASK])


class Source:
    """A builder of definitions."""

    def to_workflow_def(self) -> WorkflowDef:
        return ORDERS


def sent(route: respx.Route) -> Any:
    return json.loads(route.calls.last.request.content)


@pytest.mark.parametrize("source", [ORDERS, Source()], ids=["model", "builder"])
async def test_a_definition_is_a_model_or_what_makes_one(
    source: WorkflowDef | DefinitionSource,
    server: respx.MockRouter,
    conductor: Conductor,
    async_conductor: AsyncConductor,
) -> None:
    route = server.post("/metadata/workflow", params={"overwrite": "true"}).respond(200)
    conductor.metadata.register_workflow_def(source)
    await async_conductor.metadata.register_workflow_def(source)
    assert route.call_count == 2
    assert sent(route) == ORDERS.to_wire()


def test_anything_else_is_refused_before_any_request(conductor: Conductor) -> None:
    with pytest.raises(InvalidArgumentError, match=r"got dict: .* WorkflowDef\.model_validate"):
        conductor.metadata.register_workflow_def({"name": "orders"})  # type: ignore[arg-type]


def test_without_overwrite_an_existing_definition_is_a_conflict(server: respx.MockRouter, conductor: Conductor) -> None:
    refusal = {"status": 409, "message": "Workflow with orders.3 already exists!"}
    server.post("/metadata/workflow", params={"overwrite": "false"}).respond(409, json=refusal)
    with pytest.raises(ConflictError, match=r"Workflow with orders\.3 already exists!"):
        conductor.metadata.register_workflow_def(ORDERS, overwrite=False)


def test_mistakes_in_a_definition_are_listed(server: respx.MockRouter, conductor: Conductor) -> None:
    problems = [{"path": "registerWorkflowDef.arg0.tasks", "message": "tasks must not be empty"}]
    document = {"status": 400, "message": "Validation failed", "validationErrors": problems}
    server.post("/metadata/workflow/validate").respond(400, json=document)
    with pytest.raises(BadRequestError, match="tasks must not be empty") as caught:
        conductor.metadata.validate_workflow_def(WorkflowDef(name="orders"))
    assert list(caught.value.validation_errors) == problems


async def test_many_definitions_say_what_became_of_each(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    answer = {"bulkErrorResults": {"x": "no"}, "bulkSuccessfulResults": ["orders"]}
    route = server.put("/metadata/workflow").respond(json=answer)
    expected = BulkResponse(bulk_error_results={"x": "no"}, bulk_successful_results=["orders"])
    assert conductor.metadata.update_workflow_defs([ORDERS, Source()]) == expected
    assert sent(route) == [ORDERS.to_wire(), ORDERS.to_wire()]
    route.respond(200)
    assert await async_conductor.metadata.update_workflow_defs([ORDERS]) == BulkResponse()


@pytest.mark.parametrize(
    ("there", "overwrite", "stored", "methods"),
    [
        (False, True, True, ["GET", "POST"]),
        (False, False, True, ["GET", "POST"]),
        (True, True, True, ["GET", "PUT"]),
        (True, False, False, ["GET"]),
    ],
)
async def test_a_task_definition_is_made_or_replaced_or_kept(
    there: bool,  # noqa: FBT001 - a column of the table
    overwrite: bool,  # noqa: FBT001 - a column of the table
    stored: bool,  # noqa: FBT001 - a column of the table
    methods: list[str],
    server: respx.MockRouter,
    conductor: Conductor,
    async_conductor: AsyncConductor,
) -> None:
    seen: list[str] = []

    def answer(request: Request) -> Response:
        seen.append(request.method)
        if request.method != "GET":
            return Response(200)
        return Response(200, json={"name": "charge"}) if there else Response(404, json={"message": "No such taskType"})

    server.route().mock(side_effect=answer)
    definition = TaskDef(name="charge", retry_count=1)
    assert conductor.metadata.register_or_update_task_def(definition, overwrite=overwrite) is stored
    assert seen == methods
    assert await async_conductor.metadata.register_or_update_task_def(definition, overwrite=overwrite) is stored
    assert seen == methods * 2


def test_another_error_than_not_found_creates_nothing(server: respx.MockRouter, conductor: Conductor) -> None:
    looked = server.route().respond(403, json={"message": "not yours"})
    with pytest.raises(PermissionDeniedError, match="not yours"):
        conductor.metadata.register_or_update_task_def(TaskDef(name="charge"))
    assert looked.call_count == 1


def test_retries_timeouts_and_limits_of_a_task_reach_the_server(server: respx.MockRouter, conductor: Conductor) -> None:
    route = server.post("/metadata/taskdefs").respond(200)
    definition = TaskDef(
        name="task_with_retries",
        retry_count=3,
        retry_logic="LINEAR_BACKOFF",
        retry_delay_seconds=1,
        backoff_scale_factor=2,
        concurrent_exec_limit=3,
        poll_timeout_seconds=60,
        timeout_seconds=120,
        response_timeout_seconds=60,
        total_timeout_seconds=600,
        rate_limit_per_frequency=100,
        rate_limit_frequency_in_seconds=10,
    )
    conductor.metadata.register_tasks([definition])
    assert sent(route) == [
        {
            "name": "task_with_retries",
            "retryCount": 3,
            "retryLogic": "LINEAR_BACKOFF",
            "retryDelaySeconds": 1,
            "backoffScaleFactor": 2,
            "concurrentExecLimit": 3,
            "pollTimeoutSeconds": 60,
            "timeoutSeconds": 120,
            "responseTimeoutSeconds": 60,
            "totalTimeoutSeconds": 600,
            "rateLimitPerFrequency": 100,
            "rateLimitFrequencyInSeconds": 10,
        },
    ]


def test_what_is_not_there_is_not_found(server: respx.MockRouter, conductor: Conductor) -> None:
    server.get("/metadata/taskdefs/none").respond(404, json={"message": "No such taskType found by name: none"})
    with pytest.raises(NotFoundError, match="No such taskType found by name: none"):
        conductor.metadata.get_task("none")


def test_a_definition_from_a_file_keeps_what_this_version_does_not_know(
    server: respx.MockRouter, conductor: Conductor
) -> None:
    route = server.post("/metadata/workflow").respond(200)
    document = ORDERS.to_wire() | {"newField": {"a": None}}
    conductor.metadata.register_workflow_def(WorkflowDef.model_validate_json(json.dumps(document)))
    assert sent(route) == document


async def test_a_rate_limit_is_there_or_none(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    route = server.get("/metadata/workflow/orders/rate-limit").respond(json={"concurrentExecLimit": 3})
    found = conductor.metadata.get_workflow_rate_limit("orders")
    assert found == RateLimitConfig(concurrent_exec_limit=3)
    route.respond(404, json={"message": "none"})
    assert await async_conductor.metadata.get_workflow_rate_limit("orders") is None
    route.respond(404, json={"message": "No static resource api/metadata/workflow/orders/rate-limit."})
    with pytest.raises(NotSupportedByServerError, match="put a rateLimitConfig into the definition"):
        conductor.metadata.get_workflow_rate_limit("orders")


def test_one_tag_is_a_document_and_many_are_a_list(server: respx.MockRouter, conductor: Conductor) -> None:
    tag = Tag(key="team", value="billing")
    document = {"key": "team", "value": "billing"}
    added = server.post("/metadata/task/charge/tags", json=document).respond(200)
    replaced = server.put("/metadata/workflow/orders/tags", json=[document]).respond(200)
    conductor.metadata.add_task_tag(tag, "charge")
    conductor.metadata.set_workflow_tags([tag], "orders")
    assert (added.call_count, replaced.call_count) == (1, 1)


def test_a_process_of_another_tool_becomes_definitions(server: respx.MockRouter, conductor: Conductor) -> None:
    path = "/metadata/workflow-importer/import-bpm"
    route = server.post(path, params={"overwrite": "false"}).respond(json=[ORDERS.to_wire()])
    file = IncomingBpmnFile(file_name="orders.bpmn", file_content="<definitions/>")
    assert [found.name for found in conductor.metadata.import_bpmn(file, overwrite=False)] == ["orders"]
    assert sent(route) == {"fileName": "orders.bpmn", "fileContent": "<definitions/>"}
