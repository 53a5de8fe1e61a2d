"""What calls of clients are counted and measured as."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import Conductor, events, get, post
from conductor_core.errors import NotFoundError
from conductor_metrics_otel._events import MetricsListener
from conductor_workflows import ConductorWorkflow, InlineTask

if TYPE_CHECKING:
    from plugins.metrics_otel.tests.conftest import Seen

ORDERS = ConductorWorkflow(name="orders", version=3).add(InlineTask("one", "1"))


def of(seen: Seen, name: str) -> dict[tuple[str, ...], Any]:
    """The values of one metric by its label values, in the order of their names."""
    return {
        tuple(value for _, value in labels): found
        for (metric, labels), found in seen.values().items()
        if metric == name
    }


def test_the_input_of_a_started_workflow_is_measured(seen: Seen) -> None:
    with Conductor(plugins=seen.plugins()) as conductor:
        ORDERS.start(conductor, workflow_input={"order": 7})
    assert of(seen, "workflow_input_size_bytes") == {("3", "orders"): (1, len('{"order":7}'))}


def test_without_a_version_its_label_is_empty_and_a_failed_start_is_counted(seen: Seen) -> None:
    with Conductor(plugins=seen.plugins()) as conductor:
        ORDERS.register(conductor)
        conductor.run(post("/workflow/{}", "orders", body={}, returns=str))
        with pytest.raises(NotFoundError):
            conductor.run(post("/workflow/{}", "nobody", body={}, returns=str))
    assert of(seen, "workflow_input_size_bytes") == {("", "orders"): (1, 2)}
    assert of(seen, "workflow_start_error_total") == {("NotFoundError", "nobody"): 1}


def test_payloads_are_not_measured_when_that_is_switched_off(seen: Seen) -> None:
    with Conductor(plugins=seen.plugins(measure_payloads=False)) as conductor:
        ORDERS.start(conductor, workflow_input={"order": 7})
    assert of(seen, "workflow_input_size_bytes") == {}
    assert of(seen, "http_api_client_request_seconds").keys() >= {("POST", "200", "/workflow")}


def test_requests_are_measured_by_method_template_and_status(seen: Seen) -> None:
    with Conductor(plugins=seen.plugins()) as conductor, pytest.raises(NotFoundError):
        conductor.run(get("/workflow/{}", "nobody", returns=dict[str, Any]))
    found = of(seen, "http_api_client_request_seconds")
    assert found.keys() == {("GET", "404", "/workflow/{}")}
    assert found["GET", "404", "/workflow/{}"][0] == 1


def test_payloads_outside_of_the_server_are_counted(seen: Seen) -> None:
    listener = MetricsListener(seen.prometheus)
    listener.on_task_payload_used(
        events.TaskPayloadUsed(task_type="pay", operation="WRITE", payload_type="TASK_OUTPUT")
    )
    listener.on_workflow_payload_used(
        events.WorkflowPayloadUsed(name="orders", operation="READ", payload_type="WORKFLOW_OUTPUT")
    )
    text = seen.prometheus.text().decode()
    labels = 'entityName="pay",operation="WRITE",payloadType="TASK_OUTPUT"'
    assert f"external_payload_used_total{{{labels}}} 1.0" in text
    assert 'entityName="orders",operation="READ",payloadType="WORKFLOW_OUTPUT"' in text
