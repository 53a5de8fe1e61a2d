"""Schedules: stored, found, stopped and started again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core import Api, Call, Face, Flow, delete, endpoint, get, post, put
from conductor_core.errors import InvalidArgumentError, NotFoundError, NotSupportedByServerError
from conductor_schedules.models import (
    BulkResponse,
    SaveScheduleRequest,
    SearchResult,
    WorkflowSchedule,
    WorkflowScheduleModel,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_CRON_FIELDS = 6
_PATH = "/scheduler/schedules"
_PAUSE = "use save_schedule with paused set, or pause_all_schedules"
_LIST = "use get_all_schedules, which every server has"


class Definitions(Api[Face]):
    """Schedules by name, one or many at a time."""

    @endpoint
    def save_schedule(self, request: SaveScheduleRequest) -> Call[None]:
        """Create a schedule, or replace the one of this name.

        Raises:
            InvalidArgumentError: the cron expression has not six fields; some servers would store it and never fire.
        """
        _check_cron(request.cron_expression)
        return post(_PATH, body=request, repeatable=True)

    @endpoint
    def get_schedule(self, name: str) -> Flow[WorkflowSchedule]:
        """Fetch one schedule; an unknown one is a NotFoundError, also where the server answers with nothing."""
        found = yield from get(f"{_PATH}/{{}}", name, returns=WorkflowSchedule, none_when_empty=True)
        if found is None or not found.name:
            raise NotFoundError(method="GET", url=f"{_PATH}/{name}", status=200, message="no schedule of this name")
        return found

    @endpoint
    def get_all_schedules(self, workflow_name: str | None = None) -> Call[list[WorkflowScheduleModel]]:
        """List all schedules, or those that start one workflow."""
        return get(_PATH, query={"workflowName": workflow_name}, returns=list[WorkflowScheduleModel])

    @endpoint
    def get_schedules_by_tag(self, tag: str) -> Call[list[WorkflowScheduleModel]]:
        """List schedules that carry a tag, written ``key:value``."""
        returns = list[WorkflowScheduleModel]
        return get(f"{_PATH}/tags", query={"tag": tag}, returns=returns, hint=_LIST, orkes_only=True)

    @endpoint
    def search_schedules(
        self,
        *,
        workflow_name: str | None = None,
        schedule_name: str | None = None,
        paused: bool | None = None,
        free_text: str = "*",
        start: int = 0,
        size: int = 100,
        sort: str | None = None,
    ) -> Call[SearchResult[WorkflowSchedule]]:
        """Find schedules page by page, by workflow, by name and by whether they are paused."""
        query = {
            "workflowName": workflow_name,
            "scheduleName": schedule_name,
            "paused": paused,
            "freeText": free_text,
            "start": start,
            "size": size,
            "sort": sort,
        }
        return get(f"{_PATH}/search", query=query, returns=SearchResult[WorkflowSchedule], hint=_LIST)

    @endpoint
    def delete_schedule(self, name: str) -> Call[None]:
        """Delete a schedule; what it has started goes on."""
        return delete(f"{_PATH}/{{}}", name)

    @endpoint
    def pause_schedule(self, name: str, reason: str | None = None) -> Flow[None]:
        """Stop a schedule from firing; the reason is kept by servers that know it."""
        try:
            yield from put(f"{_PATH}/{{}}/pause", name, query={"reason": reason}, hint=_PAUSE)
        except NotSupportedByServerError:  # servers map this to PUT or to GET, and not to both
            yield from get(f"{_PATH}/{{}}/pause", name, hint=_PAUSE)

    @endpoint
    def resume_schedule(self, name: str) -> Flow[None]:
        """Let a paused schedule fire again."""
        try:
            yield from put(f"{_PATH}/{{}}/resume", name, hint=_PAUSE)
        except NotSupportedByServerError:
            yield from get(f"{_PATH}/{{}}/resume", name, hint=_PAUSE)

    @endpoint
    def pause_schedules(self, names: Sequence[str]) -> Call[BulkResponse]:
        """Stop many schedules; the answer names those that could not be."""
        return put("/scheduler/bulk/pause", body=list(names), returns=BulkResponse)

    @endpoint
    def resume_schedules(self, names: Sequence[str]) -> Call[BulkResponse]:
        """Let many schedules fire again; the answer names those that could not be."""
        return put("/scheduler/bulk/resume", body=list(names), returns=BulkResponse)

    @endpoint
    def reconcile(self, workflow_name: str, desired: Sequence[SaveScheduleRequest]) -> Flow[list[str]]:
        """Make these the only schedules of a workflow: save each, delete the others, and return the names deleted.

        Raises:
            InvalidArgumentError: two of one name, or one that starts another workflow; nothing was changed then.
        """
        names = _checked_names(workflow_name, desired)
        existing = yield from Definitions.get_all_schedules.call(self, workflow_name)
        surplus = [schedule.name for schedule in existing if schedule.name not in names]
        for name in surplus:
            yield from Definitions.delete_schedule.call(self, name)
        for request in desired:
            yield from Definitions.save_schedule.call(self, request)
        return surplus


def _check_cron(expression: str) -> None:
    if len(expression.split()) != _CRON_FIELDS and not expression.startswith("@"):
        raise InvalidArgumentError(
            f"cron_expression must have six fields, seconds first, like '0 0 9 * * MON-FRI'; got {expression!r}"
        )


def _checked_names(workflow_name: str, desired: Sequence[SaveScheduleRequest]) -> set[str]:
    names = {request.name for request in desired}
    if len(names) != len(desired):
        raise InvalidArgumentError("desired holds two schedules of one name: give each a name of its own")
    for request in desired:
        _check_cron(request.cron_expression)
        if request.start_workflow_request.name != workflow_name:
            raise InvalidArgumentError(
                f"schedule {request.name!r} starts {request.start_workflow_request.name!r}, not {workflow_name!r}: "
                f"reconcile it with its own workflow"
            )
    return names
