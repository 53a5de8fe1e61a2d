"""The older classes: what they take, what they pass on, and what they refuse."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from conductor_core import Conductor, Settings, TaskDef
from conductor_core.errors import ConfigurationError, NotFoundError
from conductor_core.models import StartWorkflowRequest, WorkflowDef, WorkflowTask
from conductor_migration import (
    AuthenticationSettings,
    Configuration,
    OrkesClients,
    TaskHandler,
    Worker,
    WorkflowExecutor,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def conductor(request: pytest.FixtureRequest) -> Iterator[Conductor]:
    """A conductor of an engine of its own, with a workflow of one task."""
    name = request.node.name.replace("[", "-").replace("]", "")
    settings = Settings(transport="embedded", server_url=f"embedded://memory/{name}")
    with Conductor(settings) as embedded:
        task = WorkflowTask(name="charge", task_reference_name="charge")
        embedded.metadata.register_workflow_def(WorkflowDef(name="orders", version=1, tasks=[task]))
        yield embedded


def test_a_configuration_is_settings() -> None:
    environ = {"CONDUCTOR_SERVER_URL": "http://env:8080", "CONDUCTOR_AUTH_KEY": "k", "CONDUCTOR_AUTH_SECRET": "s"}
    found = Configuration(environ=environ)
    assert (found.host, found.ui_host) == ("http://env:8080/api", "http://env:8080")
    assert found.authentication_settings == AuthenticationSettings("k", "s")
    given = Configuration(
        base_url="http://base:1",
        server_api_url="http://api:2/api",
        authentication_settings=AuthenticationSettings(key_id="a", key_secret="b"),
        auth_token_ttl_min=2,
        debug=True,
        environ=environ,
    )
    assert (given.host, given.settings.auth_key, given.settings.auth_token_ttl) == ("http://api:2/api", "a", 120)
    assert Configuration("http://base:1", environ={}).host == "http://base:1/api"
    assert Configuration(environ={}).authentication_settings is None
    assert "secret" not in repr(AuthenticationSettings("k", "secret"))
    assert repr(given) == "Configuration('http://api:2/api')"


def test_the_executor_runs_what_older_programs_run(conductor: Conductor) -> None:
    executor = OrkesClients(conductor).get_workflow_executor()
    run = executor.execute("orders", 1, {"a": 1}, wait_for_seconds=1, correlation_id="c", domain="eu")
    found = executor.get_workflow(run.workflow_id)
    assert (found.input, found.correlation_id, found.task_to_domain) == ({"a": 1}, "c", {"*": "eu"})
    task = found.tasks[0]
    assert executor.get_task(task.task_id).reference_task_name == "charge"
    executor.update_task_by_ref_name({"b": 2}, run.workflow_id, "charge", "COMPLETED")
    assert executor.get_workflow(run.workflow_id).status == "COMPLETED"
    executor.remove_workflow(run.workflow_id, archive_workflow=False)
    with pytest.raises(NotFoundError):
        executor.get_workflow(run.workflow_id)
    request = StartWorkflowRequest(name="orders")
    first, second = executor.start_workflows(request, request)
    task = executor.get_workflow(first).tasks[0]
    assert executor.update_task(task.task_id, first, {"b": 3}, "COMPLETED") == task.task_id
    executor.terminate(second)
    assert executor.get_workflow(second).status == "TERMINATED"
    with pytest.raises(AttributeError):
        _ = executor._missing


def test_clients_answer_to_older_and_to_their_own_names(conductor: Conductor) -> None:
    with OrkesClients(conductor) as clients:
        metadata = clients.get_metadata_client()
        metadata.register_task_def(TaskDef(name="charge"))
        assert metadata.get_task_def("charge").name == metadata.get_task("charge").name == "charge"
        assert {"register_task_def", "register_task"} <= set(dir(metadata))
        assert "get_metadata_client" in dir(clients)
        with pytest.raises(AttributeError, match="get_shopping_client"):
            clients.get_shopping_client()
    assert conductor.metadata.get_task("charge").name == "charge"  # a shared conductor stays open


def test_their_own_connection_is_closed() -> None:
    configuration = {"transport": "embedded", "server_url": "embedded://memory/own"}
    clients = OrkesClients(configuration)
    clients.close()
    executor = WorkflowExecutor(Settings(transport="embedded", server_url="embedded://memory/own"))
    assert executor.workflows.driver is executor.conductor.workflows.driver
    executor.close()


def test_a_worker_object_is_served(conductor: Conductor) -> None:
    served = threading.Event()

    def charge(a: int) -> dict[str, int]:
        served.set()
        return {"b": a + 1}

    worker = Worker("charge", charge, poll_interval=20, thread_count=2)
    handler = TaskHandler([worker], conductor.settings, scan_for_annotated_workers=False, restart_max_attempts=3)
    handler.start_processes()
    try:
        run = WorkflowExecutor(conductor).execute("orders", workflow_input={}, wait_for_seconds=0)
        conductor.workflows.terminate(run.workflow_id)
        definition = WorkflowDef(
            name="with_input",
            version=1,
            tasks=[WorkflowTask(name="charge", task_reference_name="charge", input_parameters={"a": 1})],
        )
        conductor.metadata.register_workflow_def(definition)
        started = conductor.workflows.start_workflow(StartWorkflowRequest(name="with_input"))
        ended = conductor.workflows.wait_for_workflow(started, timeout=30)
        assert served.wait(20)
        assert (ended.status, ended.tasks[0].output_data) == ("COMPLETED", {"b": 2})
    finally:
        handler.stop_processes()
    handler.join_processes()


def test_metrics_settings_are_refused_with_what_to_do() -> None:
    with pytest.raises(ConfigurationError, match="install conductor-metrics-otel"):
        TaskHandler(metrics_settings=object(), configuration=Settings())
