"""When schedules fire, when they have fired, and all of them at once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from conductor_core import Api, Call, Face, Flow, endpoint, get, post
from conductor_core.errors import BadRequestError, InvalidArgumentError, ServerError
from conductor_schedules.models import AdminAnswer, SearchResult, WorkflowScheduleExecutionModel

if TYPE_CHECKING:
    from conductor_schedules.models import WorkflowSchedule


class Firing(Api[Face]):
    """Firings past and to come, and the switch for all schedules."""

    @endpoint
    def search_schedule_executions(
        self,
        query: str | None = None,
        *,
        free_text: str = "*",
        start: int = 0,
        size: int = 100,
        sort: str | None = None,
    ) -> Call[SearchResult[WorkflowScheduleExecutionModel]]:
        """Find past firings by a query like ``scheduleName IN (nightly) AND state IN (FAILED)``.

        Args:
            query: conditions on fields; None is no condition.
            free_text: words to look for; ``*`` is everything.
            start: number of hits to skip.
            size: most hits to return.
            sort: a field, and ``:ASC`` or ``:DESC``.
        """
        page = {"start": start, "size": size, "sort": sort, "freeText": free_text, "query": query}
        return get("/scheduler/search/executions", query=page, returns=SearchResult[WorkflowScheduleExecutionModel])

    @endpoint
    def get_next_few_schedules(
        self, cron_expression: str, *, start: int | None = None, end: int | None = None, limit: int | None = None
    ) -> Flow[list[int]]:
        """Return the next times at which a cron expression fires, as epoch milliseconds.

        Args:
            cron_expression: six fields, seconds first.
            start: epoch milliseconds from which on; None is now.
            end: epoch milliseconds up to which; None is no end.
            limit: most times to return; servers give at most 5.

        Raises:
            BadRequestError: the server cannot read the expression.
        """
        query = {
            "cronExpression": cron_expression,
            "scheduleStartTime": start,
            "scheduleEndTime": end,
            "limit": limit,
        }
        try:
            return (yield from get("/scheduler/nextFewSchedules", query=query, returns=list[int]))
        except ServerError as error:  # some servers call an expression that they cannot read a failure of their own
            if "cron" not in error.server_message.lower():
                raise
            raise BadRequestError(
                method=error.method, url=error.url, status=error.status, message=error.server_message
            ) from error

    @endpoint
    def preview_next(self, cron_expression: str, count: int = 5) -> Flow[list[datetime]]:
        """Return the next times at which a cron expression fires, as UTC datetimes."""
        times = yield from Firing.get_next_few_schedules.call(self, cron_expression, limit=count)
        return [datetime.fromtimestamp(time / 1000, UTC) for time in times]

    @endpoint
    def run_now(self, schedule: WorkflowSchedule) -> Call[str]:
        """Start what a schedule starts, at once and with its input, and return the workflow's id."""
        request = schedule.start_workflow_request
        if request is None:
            raise InvalidArgumentError(
                f"schedule {schedule.name!r} has no start_workflow_request: fetch it by get_schedule"
            )
        return post("/workflow", body=request, returns=str)

    @endpoint
    def pause_all_schedules(self) -> Call[AdminAnswer]:
        """Stop all schedules of the server; meant for finding mistakes."""
        return get("/scheduler/admin/pause", returns=AdminAnswer, repeatable=True)

    @endpoint
    def resume_all_schedules(self) -> Call[AdminAnswer]:
        """Let all schedules of the server fire again."""
        return get("/scheduler/admin/resume", returns=AdminAnswer, repeatable=True)

    @endpoint
    def requeue_all_execution_records(self) -> Call[AdminAnswer]:
        """Put all firings that are waiting back on their queue."""
        return get("/scheduler/admin/requeue", returns=AdminAnswer, repeatable=True)
