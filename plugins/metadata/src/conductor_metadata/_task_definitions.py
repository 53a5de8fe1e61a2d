"""Definitions of task types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core import Api, Call, Face, Flow, TaskDef, delete, endpoint, get, post, put
from conductor_core.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence


class TaskDefinitions(Api[Face]):
    """Task definitions: retries, timeouts and limits of a task type."""

    @endpoint
    def register_task(self, definition: TaskDef) -> Call[None]:
        """Store one task definition, also over one of the same name."""
        return post("/metadata/taskdefs", body=[definition], repeatable=True)

    @endpoint
    def register_tasks(self, definitions: Sequence[TaskDef]) -> Call[None]:
        """Store many task definitions in one call, also over ones of the same names."""
        return post("/metadata/taskdefs", body=list(definitions), repeatable=True)

    @endpoint
    def update_task(self, definition: TaskDef) -> Call[None]:
        """Replace a task definition that exists; an unknown one is a NotFoundError."""
        return put("/metadata/taskdefs", body=definition)

    @endpoint
    def register_or_update_task_def(self, definition: TaskDef, *, overwrite: bool = True) -> Flow[bool]:
        """Make sure that a task definition is there, and return whether it was stored.

        Unlike :meth:`register_task` it can leave an existing definition alone.

        Args:
            definition: the definition that is wanted.
            overwrite: replace one that exists; False keeps it.
        """
        try:
            yield from get("/metadata/taskdefs/{}", definition.name, returns=TaskDef)
        except NotFoundError:
            yield from post("/metadata/taskdefs", body=[definition], repeatable=True)
            return True
        if overwrite:
            yield from put("/metadata/taskdefs", body=definition)
        return overwrite

    @endpoint
    def get_task(self, name: str, *, metadata: bool = False) -> Call[TaskDef]:
        """Fetch one task definition, with its tags when ``metadata`` is set."""
        return get("/metadata/taskdefs/{}", name, query={"metadata": metadata or None}, returns=TaskDef)

    @endpoint
    def get_all_task_defs(
        self,
        *,
        access: str | None = None,
        metadata: bool = False,
        tag_key: str | None = None,
        tag_value: str | None = None,
    ) -> Call[list[TaskDef]]:
        """Fetch all task definitions; filters by access and tags have an effect on servers that know them."""
        query = {"access": access, "metadata": metadata or None, "tagKey": tag_key, "tagValue": tag_value}
        return get("/metadata/taskdefs", query=query, returns=list[TaskDef])

    @endpoint
    def unregister_task(self, name: str) -> Call[None]:
        """Delete a task definition."""
        return delete("/metadata/taskdefs/{}", name)
