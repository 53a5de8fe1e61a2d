"""The admin client on the real server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conductor_core import TaskDef
from conductor_core.errors import NotSupportedByServerError, ServerError
from conductor_workflows import ConductorWorkflow, SimpleTask
from tests.conformance.clients.kit import start
from tools.real_server import VERSION

if TYPE_CHECKING:
    from conductor_core import Conductor

pytestmark = pytest.mark.real_server


def test_what_the_server_says_about_itself(real_conductor: Conductor) -> None:
    admin = real_conductor.admin
    assert VERSION in admin.get_version()
    assert admin.get_health().healthy is True
    assert admin.get_config()["java.specification.version"]
    assert "window.conductor" in admin.get_ui_context()


def test_queues_of_events(real_conductor: Conductor) -> None:
    admin = real_conductor.admin
    assert admin.get_event_queues() == admin.get_event_queues(verbose=True) == {}
    assert admin.get_queue_names() == {}
    assert admin.get_queue_sizes() == {}


def test_repairs(real_conductor: Conductor, name: str) -> None:
    admin = real_conductor.admin
    real_conductor.metadata.register_task(TaskDef(name=name))
    workflow = ConductorWorkflow(name=name, version=1)
    workflow >>= SimpleTask(name, "a")
    real_conductor.metadata.register_workflow_def(workflow)
    workflow_id = start(real_conductor, name)
    [task] = admin.list_pending_tasks(name)
    assert (task.workflow_instance_id, task.reference_task_name) == (workflow_id, "a")
    assert admin.list_pending_tasks(name, start=1) == []
    assert admin.requeue_sweep(workflow_id).endswith(f".{workflow_id}")
    with pytest.raises(ServerError, match="WorkflowRepairService is disabled"):
        admin.verify_and_repair(workflow_id)


def test_what_only_orkes_has(real_conductor: Conductor, name: str) -> None:
    admin = real_conductor.admin
    with pytest.raises(NotSupportedByServerError, match="no limits of this kind"):
        admin.get_limits()
    with pytest.raises(NotSupportedByServerError, match=r"tasks\.get_all_queue_sizes"):
        admin.get_redis_usage()
    with pytest.raises(NotSupportedByServerError, match="cacheConfig"):
        admin.clear_task_execution_cache(name)
