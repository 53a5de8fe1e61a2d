"""The schedule client: workflows that start by the clock. It is put together from one class for each of its nouns."""

from __future__ import annotations

from conductor_core import Face
from conductor_schedules._definitions import Definitions
from conductor_schedules._firing import Firing
from conductor_schedules._tags import Tags


class ScheduleApi(Definitions[Face], Firing[Face], Tags[Face], name="schedules"):
    """Schedules that start workflows, as ``conductor.schedules``."""
