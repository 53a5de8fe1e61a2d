"""Tags of event handlers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core import Api, Call, Face, delete, endpoint, get, put
from conductor_core.models import Tag

if TYPE_CHECKING:
    from collections.abc import Sequence

_PATH = "/event/{}/tags"
_HINT = "keep them in the handler's name"


class Tags(Api[Face]):
    """Labels that rights and searches go by."""

    @endpoint
    def get_tags_for_event_handler(self, name: str) -> Call[list[Tag]]:
        """List the tags of an event handler."""
        return get(_PATH, name, returns=list[Tag], hint=_HINT)

    @endpoint
    def put_tag_for_event_handler(self, name: str, tags: Sequence[Tag]) -> Call[None]:
        """Give an event handler these tags; others of it stay."""
        return put(_PATH, name, body=list(tags), hint=_HINT)

    @endpoint
    def delete_tags_for_event_handler(self, name: str, tags: Sequence[Tag]) -> Call[None]:
        """Take these tags from an event handler."""
        return delete(_PATH, name, body=list(tags), hint=_HINT)

    @endpoint
    def delete_tag_for_event_handler(self, name: str, tag: Tag) -> Call[None]:
        """Take one tag from an event handler."""
        return delete(_PATH, name, body=[tag], hint=_HINT)
