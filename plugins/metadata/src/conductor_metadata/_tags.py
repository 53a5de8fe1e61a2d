"""Tags of definitions: labels that rights and searches may go by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core import Api, Call, Face, delete, endpoint, get, post, put
from conductor_core.models import Tag

if TYPE_CHECKING:
    from collections.abc import Sequence

_HINT = "the open-source server keeps no tags: write what they say into the description"


class Tags(Api[Face]):
    """Labels of workflow and task definitions."""

    @endpoint
    def get_all_tags(self) -> Call[list[Tag]]:
        """Return all tags that are in use."""
        return get("/metadata/tags", returns=list[Tag], hint=_HINT)

    @endpoint
    def get_workflow_tags(self, name: str) -> Call[list[Tag]]:
        """Return the tags of a workflow definition."""
        return get("/metadata/workflow/{}/tags", name, returns=list[Tag], hint=_HINT)

    @endpoint
    def add_workflow_tag(self, tag: Tag, name: str) -> Call[None]:
        """Add one tag to a workflow definition."""
        return post("/metadata/workflow/{}/tags", name, body=tag, repeatable=True, hint=_HINT)

    @endpoint
    def set_workflow_tags(self, tags: Sequence[Tag], name: str) -> Call[None]:
        """Replace all tags of a workflow definition."""
        return put("/metadata/workflow/{}/tags", name, body=list(tags), hint=_HINT)

    @endpoint
    def delete_workflow_tag(self, tag: Tag, name: str) -> Call[None]:
        """Remove one tag from a workflow definition."""
        return delete("/metadata/workflow/{}/tags", name, body=tag, hint=_HINT, orkes_only=True)

    @endpoint
    def get_task_tags(self, task_name: str) -> Call[list[Tag]]:
        """Return the tags of a task definition."""
        return get("/metadata/task/{}/tags", task_name, returns=list[Tag], hint=_HINT)

    @endpoint
    def add_task_tag(self, tag: Tag, task_name: str) -> Call[None]:
        """Add one tag to a task definition."""
        return post("/metadata/task/{}/tags", task_name, body=tag, repeatable=True, hint=_HINT)

    @endpoint
    def set_task_tags(self, tags: Sequence[Tag], task_name: str) -> Call[None]:
        """Replace all tags of a task definition."""
        return put("/metadata/task/{}/tags", task_name, body=list(tags), hint=_HINT)

    @endpoint
    def delete_task_tag(self, tag: Tag, task_name: str) -> Call[None]:
        """Remove one tag from a task definition."""
        return delete("/metadata/task/{}/tags", task_name, body=tag, hint=_HINT)
