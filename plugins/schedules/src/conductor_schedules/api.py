"""A client: schedules that start workflows at the times of a cron expression."""

from __future__ import annotations

from conductor_core import Api, Call, Face, endpoint, get


class ScheduleApi(Api[Face], name="schedules"):
    """A client as ``conductor.schedules``: schedules that start workflows at the times of a cron expression."""

    @endpoint
    def get_all_schedules(self) -> Call[list[dict[str, object]]]:
        """Fetch all schedules."""
        return get("/scheduler/schedules", returns=list[dict[str, object]])
