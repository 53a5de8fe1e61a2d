"""Operations of the workflow client on many executions at once, on real servers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conductor_core import TaskDef
from conductor_core.errors import BadRequestError, NotFoundError
from conductor_core.models import TaskResultStatus
from conductor_workflows import ConductorWorkflow, SimpleTask
from tests.conformance.clients.kit import PATIENCE, polled, result, start, until

if TYPE_CHECKING:
    from conductor_core import Conductor


def _states(conductor: Conductor, ids: list[str]) -> list[str]:
    return [str(conductor.workflows.get_execution(workflow_id, include_tasks=False).status) for workflow_id in ids]


def test_many_executions_are_paused_resumed_ended_and_begun_again(
    conductor: Conductor, flow: ConductorWorkflow, name: str
) -> None:
    workflows = conductor.workflows
    ids = [start(conductor, flow.name) for _ in range(2)]
    paused = workflows.bulk_pause([*ids, "nobody"])
    assert sorted(paused.bulk_successful_results) == sorted(ids)
    assert paused.bulk_error_results == {"nobody": "No such workflow found by id: nobody"}
    assert _states(conductor, ids) == ["PAUSED", "PAUSED"]
    assert sorted(workflows.bulk_resume(ids).bulk_successful_results) == sorted(ids)
    assert _states(conductor, ids) == ["RUNNING", "RUNNING"]
    assert sorted(workflows.bulk_terminate(ids, "over").bulk_successful_results) == sorted(ids)
    assert workflows.get_workflow(ids[0]).reason_for_incompletion == "over"
    assert sorted(workflows.bulk_restart(ids, use_latest_definitions=True).bulk_successful_results) == sorted(ids)
    assert _states(conductor, ids) == ["RUNNING", "RUNNING"]
    for _ in ids:
        conductor.tasks.update_task(result(polled(conductor, f"{name}_a"), TaskResultStatus.FAILED))
    assert [run.status for run in workflows.wait_for_workflows(ids, timeout=PATIENCE)] == ["FAILED", "FAILED"]
    assert sorted(workflows.bulk_retry(ids).bulk_successful_results) == sorted(ids)
    assert _states(conductor, ids) == ["RUNNING", "RUNNING"]


def test_no_ids_are_refused(conductor: Conductor) -> None:
    with pytest.raises(BadRequestError):
        conductor.workflows.bulk_pause([])


def test_many_executions_are_fetched_and_removed(conductor: Conductor, flow: ConductorWorkflow) -> None:
    workflows = conductor.workflows
    ids = [start(conductor, flow.name) for _ in range(3)]
    fetched = workflows.bulk_search([*ids, "nobody"], include_tasks=True)
    assert sorted(run.workflow_id for run in fetched.bulk_successful_results) == sorted(ids)
    assert [run.tasks[0].reference_task_name for run in fetched.bulk_successful_results] == ["a", "a", "a"]
    assert list(fetched.bulk_error_results) == ["nobody"]
    refused = workflows.bulk_remove(ids[:1])
    assert "RUNNING" in refused.bulk_error_results[ids[0]]
    assert set(workflows.bulk_terminate_remove(ids[1:2], "over").bulk_successful_results) == {ids[1]}
    workflows.terminate_and_remove(ids[2], "over")
    workflows.terminate(ids[0])
    assert workflows.bulk_remove(ids[:1]).bulk_successful_results == ids[:1]
    for workflow_id in ids:
        with pytest.raises(NotFoundError):
            workflows.get_execution(workflow_id)


def test_executions_are_found_whole_and_page_by_page(conductor: Conductor, flow: ConductorWorkflow, name: str) -> None:
    workflows = conductor.workflows
    ids = {start(conductor, flow.name) for _ in range(3)}
    query = f"workflowType='{name}'"
    until(lambda: workflows.search(query).total_hits == 3)
    assert {run.workflow_id for run in workflows.search_all(query, page_size=2, sort="startTime:ASC")} == ids
    assert {run.workflow_id for run in workflows.search_v2(query).results} == ids


@pytest.mark.real_server
def test_executions_are_found_by_their_tasks(real_conductor: Conductor, name: str) -> None:
    workflows = real_conductor.workflows
    real_conductor.metadata.register_task(TaskDef(name=name))
    workflow = ConductorWorkflow(name=name, version=1)
    workflow >>= SimpleTask(name, "a")
    real_conductor.metadata.register_workflow_def(workflow)
    workflow_id = start(real_conductor, name)
    real_conductor.tasks.update_task(result(polled(real_conductor, name)))  # the index hears of a task when it changes
    query = f"taskType='{name}'"
    until(lambda: workflows.search_by_tasks(query).total_hits > 0)
    assert [run.workflow_id for run in workflows.search_by_tasks(query).results] == [workflow_id]
    assert [run.workflow_id for run in workflows.search_by_tasks_v2(query).results] == [workflow_id]
