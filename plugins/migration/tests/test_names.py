"""The older classes: what they take, what they pass on, and what they refuse."""

from __future__ import annotations

import threading
from importlib import util
from typing import TYPE_CHECKING

import pytest

from conductor_core import Conductor, Settings, Task, TaskDef, TaskResult
from conductor_core.errors import ConfigurationError, NotFoundError
from conductor_core.models import StartWorkflowRequest, WorkflowDef, WorkflowTask
from conductor_migration import (
    AuthenticationSettings,
    Configuration,
    MetricsSettings,
    OrkesClients,
    TaskHandler,
    TaskRunnerEventsListener,
    Worker,
    WorkerInterface,
    WorkflowExecutor,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conductor_core.events import TaskExecutionCompleted


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


def test_attributes_of_a_configuration_are_settings_or_errors() -> None:
    configuration = Configuration(environ={})
    configuration.host = "https://other:9/api"
    configuration.verify_ssl = False
    configuration.ssl_ca_cert = "ca.pem"
    configuration.cert_file = "client.pem"
    configuration.key_file = "client.key"
    configuration.proxy = "http://proxy:3128"
    configuration.authentication_settings = AuthenticationSettings("k", "s")
    configuration.debug = True
    found = configuration.settings
    assert (found.server_url, found.tls_insecure, found.tls_ca_path) == ("https://other:9/api", True, "ca.pem")
    assert (found.tls_cert_path, found.tls_key_path, found.auth_key) == ("client.pem", "client.key", "k")
    assert found.proxy_url == "http://proxy:3128"
    configuration.authentication_settings = None
    assert configuration.authentication_settings is None
    with pytest.raises(ConfigurationError, match=r"Configuration\.http_connection is not carried over"):
        configuration.http_connection = object()


def test_metrics_settings_are_the_health_server_or_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served = MetricsSettings(http_port=8000).applied_to(Settings(options={"otel": {"names": "both"}}))
    assert (served.health_port, served.options_of("otel")) == (8000, {"names": "both", "prometheus": True})
    filed = MetricsSettings(str(tmp_path / "metrics"), "m.prom", 2.0).applied_to(Settings())
    assert (filed.health_port, filed.metrics_file_interval) == (None, 2.0)
    assert filed.metrics_file == str(tmp_path / "metrics" / "m.prom")
    handler = TaskHandler([], Settings(), MetricsSettings(http_port=0), scan_for_annotated_workers=False)
    assert handler.settings.health_port == 0
    monkeypatch.setattr(util, "find_spec", dict[str, None]().get)
    with pytest.raises(ConfigurationError, match="pip install 'conductor-metrics-otel"):
        MetricsSettings().applied_to(Settings())


class Charge(WorkerInterface):
    def execute(self, task: Task) -> TaskResult:
        result = self.get_task_result_from_task(task)
        result.output_data = {"by": self.get_task_definition_name()}
        return result


class Heard(TaskRunnerEventsListener):
    def __init__(self) -> None:
        self.tasks: list[str] = []

    def on_task_execution_completed(self, event: TaskExecutionCompleted) -> None:
        self.tasks.append(event.task_type)


def test_a_worker_class_and_a_listener_of_older_programs(conductor: Conductor) -> None:
    heard, worker = Heard(), Charge(["charge", "refund"])
    worker.thread_count = 3
    with TaskHandler([worker], conductor.settings, None, False, event_listeners=[heard]) as handler:  # noqa: FBT003 - as they write it
        handler.start_processes()  # what older programs write inside `with`
        started = WorkflowExecutor(conductor).execute("orders", workflow_input={}, wait_for_seconds=0)
        run = conductor.workflows.wait_for_workflow(started.workflow_id, timeout=60)
        alive = {item["worker"]: item["alive"] for item in handler.get_worker_process_status()}
        assert alive["refund"] is True
    assert (run.output, heard.tasks) == ({"by": "charge"}, ["charge"])


def test_schemas_are_registered_when_the_configuration_says_so() -> None:
    configuration = Configuration(environ={}, register_schema=True)
    asked = TaskHandler([], configuration, scan_for_annotated_workers=False)
    environ = asked._options.environ  # pyright: ignore[reportPrivateUsage] - no server here has a registry to look into
    assert environ["CONDUCTOR_REGISTER_SCHEMAS"] == "true"
