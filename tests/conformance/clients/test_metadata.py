"""The metadata client on real servers; what comes back is looked at, not just its status."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conductor_core import TaskDef, WorkflowDef
from conductor_core.errors import BadRequestError, ConflictError, NotFoundError

if TYPE_CHECKING:
    from conductor_core import Conductor
    from conductor_workflows import ConductorWorkflow


def test_metadata_of_tasks(conductor: Conductor, name: str) -> None:
    metadata = conductor.metadata
    metadata.register_task(TaskDef(name=name, retry_count=7, backoff_jitter_ms=5))
    assert metadata.get_task(name).retry_count == 7
    metadata.update_task(TaskDef(name=name, retry_count=8))
    assert name in {definition.name for definition in metadata.get_all_task_defs()}
    assert metadata.register_or_update_task_def(TaskDef(name=name, retry_count=9), overwrite=False) is False
    assert metadata.get_task(name).retry_count == 8
    assert metadata.register_or_update_task_def(TaskDef(name=name, retry_count=9)) is True
    assert metadata.get_task(name).retry_count == 9
    metadata.unregister_task(name)
    with pytest.raises(NotFoundError):
        metadata.get_task(name)
    with pytest.raises(NotFoundError):
        metadata.update_task(TaskDef(name=name))
    with pytest.raises(BadRequestError):
        metadata.register_tasks([])


def test_metadata_of_workflows(conductor: Conductor, flow: ConductorWorkflow, name: str) -> None:
    metadata = conductor.metadata
    definition = flow.to_workflow_def()
    with pytest.raises(ConflictError):
        metadata.register_workflow_def(flow, overwrite=False)
    assert metadata.update_workflow_defs([definition.model_copy(update={"version": 5})]).bulk_successful_results == [
        name
    ]
    assert metadata.get_workflow_def(name).version == 5
    stored = metadata.get_workflow_def(name, 2)
    assert [task.task_reference_name for task in stored.tasks] == ["a", "b"]
    versions = {d.version for d in metadata.get_all_workflow_defs() if d.name == name}
    assert versions == {version.version for version in metadata.get_workflow_versions(name)} == {2, 5}
    assert [d.version for d in metadata.get_latest_workflow_defs() if d.name == name] == [5]
    metadata.validate_workflow_def(definition)
    with pytest.raises(BadRequestError) as refused:
        metadata.validate_workflow_def(WorkflowDef(name=name))
    assert refused.value.validation_errors
    assert name in metadata.get_workflow_names()
    found_versions = metadata.get_workflow_names_and_versions()[name]
    assert sorted(version.version for version in found_versions) == [2, 5]
    metadata.unregister_workflow(name, 5)
    assert metadata.get_workflow_def(name).version == 2
