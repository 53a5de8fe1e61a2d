"""What the service registry client can do on a server without a registry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conductor_core.errors import NotSupportedByServerError
from conductor_core.models import StartWorkflowRequest, TaskDef, WorkflowDef, WorkflowTask

if TYPE_CHECKING:
    from conductor_core import Conductor

pytestmark = pytest.mark.real_server


def test_queue_sizes(real_conductor: Conductor, name: str) -> None:
    task = WorkflowTask(name=name, task_reference_name="waits")
    definition = WorkflowDef(name=name, version=1, tasks=[task], owner_email="tests@example.com", timeout_seconds=60)
    real_conductor.metadata.register_task(TaskDef(name=name))
    real_conductor.metadata.register_workflow_def(definition)
    workflow_id = real_conductor.workflows.start_workflow(StartWorkflowRequest(name=name))
    assert real_conductor.service_registry.get_queue_sizes_for_all_tasks()[name] == 1
    real_conductor.workflows.terminate(workflow_id)


def test_what_the_server_lacks_says_what_to_use(real_conductor: Conductor, name: str) -> None:
    with pytest.raises(NotSupportedByServerError, match="give the address to an HTTP task"):
        real_conductor.service_registry.get_service(name)
    with pytest.raises(NotSupportedByServerError, match="give the text to the task as messages"):
        real_conductor.prompts.get_prompts()
    with pytest.raises(NotSupportedByServerError, match="give the provider's settings"):
        real_conductor.integrations.get_integration_provider(name)
    with pytest.raises(NotSupportedByServerError, match="complete a WAIT task"):
        real_conductor.webhooks.list_webhooks()
