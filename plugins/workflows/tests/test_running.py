"""Definitions that are registered, started and executed."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pydantic
import pytest

from conductor_core.errors import ConflictError, InvalidArgumentError
from conductor_workflows import ConductorWorkflow, SimpleTask, WorkflowRun

if TYPE_CHECKING:
    import respx

    from conductor_core import AsyncConductor, Conductor

DONE = {"workflowId": "an-id", "status": "COMPLETED", "output": {"a": 1}}


def workflow(conductor: Conductor | None = None, version: int | None = 3) -> ConductorWorkflow:
    return ConductorWorkflow(conductor, name="orders", version=version) >> SimpleTask("charge", "pay")


def sent(route: respx.Route) -> Any:
    return json.loads(route.calls.last.request.content)


async def test_register_on_both_faces(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    route = server.post("/metadata/workflow", params={"overwrite": "true"}).respond(200)
    workflow().register(conductor)
    await workflow().register(async_conductor)
    assert route.call_count == 2
    assert sent(route) == workflow().to_workflow_def().to_wire()


def test_register_without_overwrite_replaces_nothing(server: respx.MockRouter, conductor: Conductor) -> None:
    refusal = {"status": 409, "message": "Workflow with orders.3 already exists!"}
    server.post("/metadata/workflow", params={"overwrite": "false"}).respond(409, json=refusal)
    with pytest.raises(ConflictError, match="already exists"):
        workflow().register(conductor, overwrite=False)


@dataclasses.dataclass
class Line:
    sku: str
    price: Decimal


@dataclasses.dataclass
class Order:
    lines: list[Line]
    placed: dt.date


class Customer(pydantic.BaseModel):
    customer_id: int = pydantic.Field(alias="customerId")
    since: dt.date


@pytest.mark.parametrize(
    ("given", "document"),
    [
        (
            Order([Line("a", Decimal("1.50"))], dt.date(2026, 1, 2)),
            {"lines": [{"sku": "a", "price": "1.50"}], "placed": "2026-01-02"},
        ),
        (Customer(customerId=7, since=dt.date(2026, 1, 2)), {"customerId": 7, "since": "2026-01-02"}),
        (None, {}),
    ],
    ids=["dataclass", "model", "nothing"],
)
def test_the_input_of_a_run_may_be_a_typed_object(
    server: respx.MockRouter, conductor: Conductor, given: object, document: dict[str, object]
) -> None:
    started = server.post("/workflow").respond(text="an-id")
    executed = server.post("/workflow/execute/orders/3").respond(json=DONE)
    workflow().start(conductor, workflow_input=given)
    workflow().execute(conductor, workflow_input=given)
    assert sent(started)["input"] == sent(executed)["input"] == document


@pytest.mark.parametrize("given", [5, "text", [1]])
def test_an_input_that_is_no_document_is_refused(conductor: Conductor, given: object) -> None:
    with pytest.raises(
        InvalidArgumentError, match=f"must be a dict, a dataclass or a model, got {type(given).__name__}"
    ):
        workflow().start(conductor, workflow_input=given)


async def test_start_sends_the_definition_along(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    route = server.post("/workflow").respond(text="an-id")
    values = {"amount": 1, "nothing": None}
    assert workflow().start(conductor, workflow_input=values, correlation_id="c", priority=5) == "an-id"
    first = sent(route)
    assert await workflow().start(async_conductor, workflow_input=values, task_to_domain={"*": "eu"}) == "an-id"
    second = sent(route)
    definition = workflow().to_workflow_def().to_wire()
    common = {"name": "orders", "version": 3, "input": values, "workflowDef": definition}
    assert first == {**common, "correlationId": "c", "priority": 5}
    assert second == {**common, "taskToDomain": {"*": "eu"}}


@pytest.mark.parametrize(("version", "path"), [(3, "/workflow/execute/orders/3"), (None, "/workflow/execute/orders/1")])
async def test_execute_asks_for_the_version_of_the_definition(
    version: int | None,
    path: str,
    server: respx.MockRouter,
    conductor: Conductor,
    async_conductor: AsyncConductor,
) -> None:
    query = {"waitForSeconds": "3", "waitUntilTaskRef": "pay", "requestId": "r"}
    route = server.post(path, params=query).respond(json=DONE)
    flow = workflow(version=version)
    run = flow.execute(conductor, wait_for_seconds=3, wait_until_task_ref="pay", request_id="r")
    assert (run.workflow_id, run.is_terminal, run.output) == ("an-id", True, {"a": 1})
    assert await flow.execute(async_conductor, wait_for_seconds=3, wait_until_task_ref="pay", request_id="r") == run
    assert sent(route)["version"] == (version or 1)


def test_the_workflow_client_is_an_executor_too(server: respx.MockRouter, conductor: Conductor) -> None:
    server.post("/workflow").respond(200, text="an-id")
    server.delete("/metadata/workflow/greet/1").respond(200)
    workflow = ConductorWorkflow(conductor.workflows, name="greet", version=1)
    workflow >>= SimpleTask("greet", "greet")
    assert workflow.start() == "an-id"
    workflow.unregister()
    assert server.calls.last.request.method == "DELETE"


def test_a_workflow_with_an_executor_is_called_like_a_function(server: respx.MockRouter, conductor: Conductor) -> None:
    route = server.post("/workflow/execute/orders/3").respond(json=DONE)
    assert isinstance(workflow(conductor)(amount=1), WorkflowRun)
    assert sent(route)["input"] == {"amount": 1}


def test_without_a_conductor_it_says_what_to_pass() -> None:
    with pytest.raises(InvalidArgumentError, match="pass one, or make the workflow with executor=conductor"):
        workflow().start()
    with pytest.raises(InvalidArgumentError, match="conductor must be a Conductor or an AsyncConductor, got str"):
        workflow().register("http://localhost")  # type: ignore[call-overload]


def test_older_programs_pass_overwrite_first(server: respx.MockRouter, conductor: Conductor) -> None:
    route = server.post("/metadata/workflow", params={"overwrite": "false"}).respond(200)
    workflow(conductor).register(False)  # noqa: FBT003 - the official builders' argument
    assert route.called
