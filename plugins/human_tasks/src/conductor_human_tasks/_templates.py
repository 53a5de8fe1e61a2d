"""The forms of tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core import Api, Call, Face, delete, endpoint, get, post, put
from conductor_core.models import Tag
from conductor_human_tasks._calls import HINT
from conductor_human_tasks.models import HumanTaskTemplate

if TYPE_CHECKING:
    from collections.abc import Sequence


class Templates(Api[Face]):
    """Forms by name and version, and their tags."""

    @endpoint
    def register_template(
        self, template: HumanTaskTemplate, *, as_new_version: bool = False
    ) -> Call[HumanTaskTemplate]:
        """Store a form: in place of its version, or as a new version of its name."""
        query = {"newVersion": as_new_version}
        return post("/human/template", query=query, body=template, returns=HumanTaskTemplate, hint=HINT)

    @endpoint
    def save_templates(
        self, templates: Sequence[HumanTaskTemplate], *, new_version: bool = False
    ) -> Call[list[HumanTaskTemplate]]:
        """Store several forms at once."""
        query, body = {"newVersion": new_version}, list(templates)
        return post("/human/template/bulk", query=query, body=body, returns=list[HumanTaskTemplate], hint=HINT)

    @endpoint
    def list_templates(self, name: str | None = None, version: int | None = None) -> Call[list[HumanTaskTemplate]]:
        """Return forms: all of them, those of a name, or those of a version."""
        query = {"name": name, "version": version}
        return get("/human/template", query=query, returns=list[HumanTaskTemplate], hint=HINT)

    @endpoint
    def get_template_by_name_version(self, name: str, version: int) -> Call[HumanTaskTemplate]:
        """Fetch one version of a form."""
        return get("/human/template/{}/{}", name, version, returns=HumanTaskTemplate, hint=HINT)

    @endpoint
    def get_template_by_id(self, name: str) -> Call[HumanTaskTemplate]:
        """Fetch the first version of a form; older programs call it by this name."""
        return get("/human/template/{}/{}", name, 1, returns=HumanTaskTemplate, hint=HINT)

    @endpoint
    def get_template_of_task(self, task_id: str) -> Call[HumanTaskTemplate]:
        """Fetch the form that a task uses."""
        return get("/human/template/{}", task_id, returns=HumanTaskTemplate, hint=HINT)

    @endpoint
    def delete_template(self, name: str) -> Call[None]:
        """Delete all versions of a form."""
        return delete("/human/template/{}", name, hint=HINT)

    @endpoint
    def delete_template_version(self, name: str, version: int) -> Call[None]:
        """Delete one version of a form."""
        return delete("/human/template/{}/{}", name, version, hint=HINT)

    @endpoint
    def get_template_tags(self, name: str) -> Call[list[Tag]]:
        """Return the tags of a form."""
        return get("/human/template/{}/tags", name, returns=list[Tag], hint=HINT)

    @endpoint
    def set_template_tags(self, tags: Sequence[Tag], name: str) -> Call[None]:
        """Set the tags of a form; others of its tags are removed."""
        return put("/human/template/{}/tags", name, body=list(tags), hint=HINT)

    @endpoint
    def delete_template_tags(self, tags: Sequence[Tag], name: str) -> Call[None]:
        """Remove tags of a form."""
        return delete("/human/template/{}/tags", name, body=list(tags), hint=HINT)
