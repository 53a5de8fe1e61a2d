"""Tags of applications."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_applications._hint import HINT
from conductor_core import Api, Call, Face, delete, endpoint, get, put
from conductor_core.models import Tag

if TYPE_CHECKING:
    from collections.abc import Sequence


class Tags(Api[Face]):
    """Labels of an application."""

    @endpoint
    def get_application_tags(self, application_id: str) -> Call[list[Tag]]:
        """Return the tags of an application."""
        return get("/applications/{}/tags", application_id, returns=list[Tag], hint=HINT)

    @endpoint
    def add_application_tags(self, application_id: str, tags: Sequence[Tag]) -> Call[None]:
        """Add tags to an application."""
        return put("/applications/{}/tags", application_id, body=list(tags), hint=HINT)

    @endpoint
    def add_application_tag(self, application_id: str, tag: Tag) -> Call[None]:
        """Add one tag to an application."""
        return put("/applications/{}/tags", application_id, body=[tag], hint=HINT)

    @endpoint
    def delete_application_tags(self, application_id: str, tags: Sequence[Tag]) -> Call[None]:
        """Remove tags from an application."""
        return delete("/applications/{}/tags", application_id, body=list(tags), hint=HINT)

    @endpoint
    def delete_application_tag(self, application_id: str, tag: Tag) -> Call[None]:
        """Remove one tag from an application."""
        return delete("/applications/{}/tags", application_id, body=[tag], hint=HINT)
