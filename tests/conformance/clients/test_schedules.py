"""The schedule client on the real server; what comes back is looked at, not just its status."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from conductor_core.errors import BadRequestError, NotFoundError, NotSupportedByServerError
from conductor_core.models import WorkflowDef, WorkflowTask
from conductor_schedules import SaveScheduleRequest, ScheduleExecutionState, StartWorkflowRequest
from tests.conformance.clients.kit import PATIENCE

if TYPE_CHECKING:
    from conductor_core import Conductor

pytestmark = pytest.mark.real_server

EVERY_SECOND = "* * * * * *"
ONCE_A_YEAR = "0 0 0 1 1 *"


@pytest.fixture
def workflow(real_conductor: Conductor, name: str) -> str:
    """A registered workflow that ends at once."""
    step = WorkflowTask(name="mark", task_reference_name="mark", type="SET_VARIABLE", input_parameters={"n": 1})
    definition = WorkflowDef(name=name, version=1, tasks=[step], owner_email="tests@example.com", timeout_seconds=60)
    real_conductor.metadata.register_workflow_def(definition)
    return name


def schedule(workflow: str, suffix: str = "", cron: str = ONCE_A_YEAR) -> SaveScheduleRequest:
    start = StartWorkflowRequest(name=workflow, version=1, input={"region": "eu", "nothing": None})
    return SaveScheduleRequest(
        name=f"{workflow}{suffix}",
        cron_expression=cron,
        start_workflow_request=start,
        zone_id="Europe/Berlin",
        description="by a test",
    )


def test_one_schedule_from_saving_to_deleting(real_conductor: Conductor, workflow: str) -> None:
    schedules = real_conductor.schedules
    schedules.save_schedule(schedule(workflow))
    stored = schedules.get_schedule(workflow)
    assert (stored.cron_expression, stored.zone_id, stored.description) == (ONCE_A_YEAR, "Europe/Berlin", "by a test")
    assert stored.start_workflow_request is not None
    assert stored.start_workflow_request.input == {"region": "eu", "nothing": None}
    assert [one.name for one in schedules.get_all_schedules(workflow)] == [workflow]
    assert [one.name for one in schedules.search_schedules(workflow_name=workflow, size=5).results] == [workflow]
    schedules.pause_schedule(workflow, "holidays")
    paused = schedules.get_schedule(workflow)
    assert (paused.paused, paused.paused_reason) == (True, "holidays")
    assert [one.name for one in schedules.search_schedules(workflow_name=workflow, paused=True).results] == [workflow]
    schedules.resume_schedule(workflow)
    assert schedules.get_schedule(workflow).paused is False
    run = real_conductor.workflows.wait_for_workflow(schedules.run_now(stored), timeout=PATIENCE)
    assert (run.status, run.input["region"]) == ("COMPLETED", "eu")
    schedules.delete_schedule(workflow)
    with pytest.raises(NotFoundError, match="not found"):
        schedules.get_schedule(workflow)
    with pytest.raises(NotFoundError, match="not found"):
        schedules.pause_schedule(workflow)


def test_many_schedules_at_once(real_conductor: Conductor, workflow: str) -> None:
    schedules = real_conductor.schedules
    assert schedules.reconcile(workflow, [schedule(workflow, "_a"), schedule(workflow, "_b")]) == []
    paused = schedules.pause_schedules([f"{workflow}_a", f"{workflow}_missing"])
    assert paused.bulk_successful_results == [f"{workflow}_a"]
    assert list(paused.bulk_error_results) == [f"{workflow}_missing"]
    assert schedules.get_schedule(f"{workflow}_a").paused is True
    assert schedules.resume_schedules([f"{workflow}_a"]).bulk_successful_results == [f"{workflow}_a"]
    assert schedules.get_schedule(f"{workflow}_a").paused is False
    assert schedules.reconcile(workflow, [schedule(workflow, "_b")]) == [f"{workflow}_a"]
    assert [one.name for one in schedules.get_all_schedules(workflow)] == [f"{workflow}_b"]
    assert schedules.reconcile(workflow, []) == [f"{workflow}_b"]
    assert schedules.get_all_schedules(workflow) == []


def test_a_schedule_fires(real_conductor: Conductor, workflow: str) -> None:
    schedules = real_conductor.schedules
    schedules.save_schedule(schedule(workflow, cron=EVERY_SECOND))
    try:
        deadline = time.monotonic() + 2 * PATIENCE  # the server starts its scheduler late
        while True:
            found = schedules.search_schedule_executions(
                f"scheduleName IN ({workflow}) AND state IN (EXECUTED)", size=100
            )
            fired = [one for one in found.results if one.schedule_name == workflow and one.workflow_id]
            if fired or time.monotonic() > deadline:
                break
            time.sleep(0.2)
    finally:
        schedules.delete_schedule(workflow)
    assert {one.schedule_name for one in found.results} == {workflow}
    assert (fired[0].state, fired[0].workflow_name) == (ScheduleExecutionState.EXECUTED, workflow)
    run = real_conductor.workflows.wait_for_workflow(fired[0].workflow_id or "", timeout=PATIENCE)
    assert (run.workflow_name, run.status) == (workflow, "COMPLETED")


def test_times_to_come(real_conductor: Conductor) -> None:
    schedules = real_conductor.schedules
    first = int(datetime(2030, 1, 1, tzinfo=UTC).timestamp() * 1000)
    hour = 3_600_000
    assert schedules.get_next_few_schedules("0 0 * * * *", start=first, limit=2) == [first, first + hour]
    coming = schedules.preview_next("0 0 0 * * *", 3)
    assert len(coming) == 3
    assert all((time.hour, time.minute, time.second) == (0, 0, 0) for time in coming)
    with pytest.raises(BadRequestError, match="cron"):
        schedules.get_next_few_schedules("no such times at all !")


def test_all_schedules(real_conductor: Conductor) -> None:
    schedules = real_conductor.schedules
    assert schedules.pause_all_schedules() == {"status": "done"}
    assert schedules.resume_all_schedules() == {"status": "done"}
    assert "recordIds.size" in schedules.requeue_all_execution_records()


def test_what_the_server_lacks_says_what_to_use(real_conductor: Conductor, name: str) -> None:
    with pytest.raises(NotSupportedByServerError, match="keep them in the schedule's description"):
        real_conductor.schedules.get_scheduler_tags(name)
    with pytest.raises(NotSupportedByServerError, match="use get_all_schedules"):
        real_conductor.schedules.get_schedules_by_tag("team:a")
