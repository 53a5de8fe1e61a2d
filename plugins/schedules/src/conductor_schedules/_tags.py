"""Tags of schedules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core import Api, Call, Face, delete, endpoint, get, put
from conductor_core.models import Tag

if TYPE_CHECKING:
    from collections.abc import Sequence

_PATH = "/scheduler/schedules/{}/tags"
_HINT = "keep them in the schedule's description"


class Tags(Api[Face]):
    """Labels that rights and searches go by."""

    @endpoint
    def set_scheduler_tags(self, tags: Sequence[Tag], name: str) -> Call[None]:
        """Give a schedule these tags; others of it stay."""
        return put(_PATH, name, body=list(tags), hint=_HINT)

    @endpoint
    def get_scheduler_tags(self, name: str) -> Call[list[Tag]]:
        """List the tags of a schedule."""
        return get(_PATH, name, returns=list[Tag], hint=_HINT)

    @endpoint
    def delete_scheduler_tags(self, tags: Sequence[Tag], name: str) -> Call[None]:
        """Take these tags from a schedule."""
        return delete(_PATH, name, body=list(tags), hint=_HINT)
