"""What the schedule client does beyond one documented call, and how it says what went wrong."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from conductor_core.errors import (
    ApiError,
    BadRequestError,
    ConflictError,
    InvalidArgumentError,
    NotFoundError,
    NotSupportedByServerError,
    PermissionDeniedError,
    ServerError,
)
from conductor_schedules import (
    SaveScheduleRequest,
    ScheduleApi,
    ScheduleExecutionState,
    StartWorkflowRequest,
    WorkflowSchedule,
)

if TYPE_CHECKING:
    import respx

    from conductor_core import AsyncConductor, Conductor

NIGHTLY = SaveScheduleRequest(
    name="nightly", cron_expression="0 30 2 * * *", start_workflow_request=StartWorkflowRequest(name="report")
)
STORED = {"name": "nightly", "cronExpression": "0 30 2 * * *", "startWorkflowRequest": {"name": "report"}, "new": 1}
LACKING = {"status": 404, "message": "No static resource api/x."}


async def test_pause_and_resume_try_put_then_get(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    for verb, reason in (("pause", {"reason": "holidays"}), ("resume", {})):
        path = f"/scheduler/schedules/nightly/{verb}"
        refused = server.put(path, params=reason).respond(
            405, json={"message": "Request method 'PUT' is not supported"}
        )
        taken = server.get(path).respond(json={})
        arguments = list(reason.values())
        getattr(conductor.schedules, f"{verb}_schedule")("nightly", *arguments)
        await getattr(async_conductor.schedules, f"{verb}_schedule")("nightly", *arguments)
        assert (refused.call_count, taken.call_count) == (2, 2)


def test_pausing_an_unknown_schedule_is_not_tried_twice(server: respx.MockRouter, conductor: Conductor) -> None:
    server.put("/scheduler/schedules/x/pause").respond(404, json={"message": "Schedule 'x' not found"})
    with pytest.raises(NotFoundError, match="Schedule 'x' not found"):
        conductor.schedules.pause_schedule("x")


@pytest.mark.parametrize("answer", [b"", b"null", b"{}"])
async def test_an_empty_answer_is_no_schedule(
    answer: bytes, server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    server.get("/scheduler/schedules/x").respond(200, content=answer, headers={"content-type": "application/json"})
    with pytest.raises(NotFoundError, match="no schedule of this name"):
        conductor.schedules.get_schedule("x")
    with pytest.raises(NotFoundError, match="no schedule of this name"):
        await async_conductor.schedules.get_schedule("x")


def test_a_schedule_keeps_what_this_version_does_not_know(server: respx.MockRouter, conductor: Conductor) -> None:
    server.get("/scheduler/schedules/nightly").respond(json=STORED)
    found = conductor.schedules.get_schedule("nightly")
    assert found.start_workflow_request is not None
    assert (found.cron_expression, found.start_workflow_request.name) == ("0 30 2 * * *", "report")
    assert found.to_wire()["new"] == 1


@pytest.mark.parametrize("expression", ["", "* * * * *", "0 0 * * * * *", "hourly"])
def test_an_expression_without_six_fields_is_refused_before_any_io(expression: str, conductor: Conductor) -> None:
    request = NIGHTLY.model_copy(update={"cron_expression": expression})
    with pytest.raises(InvalidArgumentError, match="cron_expression must have six fields"):
        conductor.schedules.save_schedule(request)
    with pytest.raises(InvalidArgumentError, match="cron_expression must have six fields"):
        conductor.schedules.reconcile("report", [request])


def test_macros_are_left_to_the_server(server: respx.MockRouter, conductor: Conductor) -> None:
    route = server.post("/scheduler/schedules").respond(json={})
    conductor.schedules.save_schedule(NIGHTLY.model_copy(update={"cron_expression": "@hourly"}))
    assert json.loads(route.calls.last.request.content)["cronExpression"] == "@hourly"


def test_an_expression_the_server_cannot_read_is_a_bad_request(server: respx.MockRouter, conductor: Conductor) -> None:
    route = server.get("/scheduler/nextFewSchedules")
    route.respond(500, json={"message": "Invalid cron expression"})
    with pytest.raises(BadRequestError, match="Invalid cron expression"):
        conductor.schedules.get_next_few_schedules("x")
    route.respond(500, json={"message": "database gone"})
    with pytest.raises(ServerError, match="database gone"):
        conductor.schedules.get_next_few_schedules("x")


def test_times_to_come_as_datetimes(server: respx.MockRouter, conductor: Conductor) -> None:
    query = {"cronExpression": "0 0 0 * * *", "limit": "2"}
    server.get("/scheduler/nextFewSchedules", params=query).respond(json=[86_400_000, 172_800_000])
    found = conductor.schedules.preview_next("0 0 0 * * *", 2)
    assert found == [datetime(1970, 1, 2, tzinfo=UTC), datetime(1970, 1, 3, tzinfo=UTC)]


def test_run_now_starts_what_the_schedule_starts(server: respx.MockRouter, conductor: Conductor) -> None:
    server.post("/workflow", json={"name": "report", "input": {"region": "eu"}}).respond(text="an-id")
    start = StartWorkflowRequest(name="report", input={"region": "eu"})
    assert conductor.schedules.run_now(WorkflowSchedule(name="nightly", start_workflow_request=start)) == "an-id"
    with pytest.raises(InvalidArgumentError, match="fetch it by get_schedule"):
        conductor.schedules.run_now(WorkflowSchedule(name="nightly"))


async def test_reconcile_saves_what_is_wanted_and_deletes_the_rest(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    listed = [STORED, {"name": "old"}]
    server.get("/scheduler/schedules", params={"workflowName": "report"}).respond(json=listed)
    deleted = server.delete("/scheduler/schedules/old").respond(json={})
    saved = server.post("/scheduler/schedules").respond(json={})
    assert conductor.schedules.reconcile("report", [NIGHTLY]) == ["old"]
    assert await async_conductor.schedules.reconcile("report", [NIGHTLY]) == ["old"]
    assert (deleted.call_count, saved.call_count) == (2, 2)


def test_reconcile_refuses_what_it_cannot_do_before_any_io(conductor: Conductor) -> None:
    with pytest.raises(InvalidArgumentError, match="two schedules of one name"):
        conductor.schedules.reconcile("report", [NIGHTLY, NIGHTLY])
    with pytest.raises(InvalidArgumentError, match="'nightly' starts 'report', not 'other'"):
        conductor.schedules.reconcile("other", [NIGHTLY])


def test_a_server_that_would_take_tags_for_a_name_is_not_asked(server: respx.MockRouter, conductor: Conductor) -> None:
    server.get("/version").respond(text="3.32.2")
    server.get("/token/userInfo").respond(404, json=LACKING)
    with pytest.raises(NotSupportedByServerError, match=r"was not sent: .*use get_all_schedules"):
        conductor.schedules.get_schedules_by_tag("team:a")


def test_states_may_be_new(server: respx.MockRouter, conductor: Conductor) -> None:
    hits = [{"executionId": "1", "state": "EXECUTED"}, {"executionId": "2", "state": "SKIPPED"}]
    server.get("/scheduler/search/executions").respond(json={"totalHits": 2, "results": hits})
    found = conductor.schedules.search_schedule_executions("scheduleName IN (nightly)", size=2)
    assert [one.state for one in found.results] == [ScheduleExecutionState.EXECUTED, "SKIPPED"]


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, BadRequestError), (403, PermissionDeniedError), (404, NotFoundError), (409, ConflictError)],
)
async def test_errors_on_both_faces(
    status: int,
    kind: type[ApiError],
    server: respx.MockRouter,
    conductor: Conductor,
    async_conductor: AsyncConductor,
) -> None:
    server.delete("/scheduler/schedules/nightly").respond(status, json={"message": "said no"})
    with pytest.raises(kind, match="said no") as on_sync:
        conductor.schedules.delete_schedule("nightly")
    with pytest.raises(kind, match="said no") as on_async:
        await async_conductor.schedules.delete_schedule("nightly")
    for error in (on_sync.value, on_async.value):
        assert (type(error), error.method, error.status, error.server_message) == (kind, "DELETE", status, "said no")


async def test_tags_say_what_to_do_without_them(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    server.get("/scheduler/schedules/nightly/tags").respond(404, json=LACKING)
    with pytest.raises(NotSupportedByServerError, match="keep them in the schedule's description"):
        conductor.schedules.get_scheduler_tags("nightly")
    with pytest.raises(NotSupportedByServerError, match="keep them in the schedule's description"):
        await async_conductor.schedules.get_scheduler_tags("nightly")


def test_flags_of_a_preview_are_sent_as_given() -> None:
    steps = ScheduleApi.get_next_few_schedules.call(None, "0 0 0 * * *", start=1, end=2, limit=3)
    query = dict(next(steps).query)  # type: ignore[union-attr]  # its first step is a call
    assert query == {"cronExpression": "0 0 0 * * *", "scheduleStartTime": "1", "scheduleEndTime": "2", "limit": "3"}
