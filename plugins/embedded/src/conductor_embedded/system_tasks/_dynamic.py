"""DYNAMIC: a task whose type is known only when its turn has come."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conductor_embedded._java_text import java_text
from conductor_embedded._state import WorkflowStatus
from conductor_embedded._values import as_text
from conductor_embedded.decider._draft import WorkflowEnds
from conductor_embedded.decider._inputs import task_input
from conductor_embedded.decider._schedule import schedule_worker_task
from conductor_embedded.system_tasks._base import SystemTask

if TYPE_CHECKING:
    from conductor_embedded._definitions import TaskNode
    from conductor_embedded._state import TaskState
    from conductor_embedded.decider._draft import Draft


class Dynamic(SystemTask):
    """Becomes a task of the type that one of its inputs names."""

    type = "DYNAMIC"

    def schedule(self, draft: Draft, node: TaskNode, previous: TaskState | None, delay_seconds: int) -> None:
        """Make the task as its type makes it.

        Raises:
            WorkflowEnds: The input names none.
        """
        parameter = as_text(node.document.get("dynamicTaskNameParam")) or ""
        values = task_input(draft.execution, node, "")
        given = values.get(parameter)
        if given is None:
            raise WorkflowEnds(
                WorkflowStatus.FAILED,
                "Cannot map a dynamic task based on the parameter and input. "
                f"Parameter= {parameter}, input= {java_text(values)}",
            )
        name = java_text(given)
        system_task = draft.context.system_tasks.get(name)
        if system_task is not None and system_task is not self:
            system_task.schedule(draft, replace(node, name=name, type=name), previous, delay_seconds)
        else:
            task = schedule_worker_task(draft, replace(node, name=name, type="SIMPLE"), previous, delay_seconds)
            task.response_timeout_seconds = 0

    def execute(self, draft: Draft, task: TaskState) -> bool:
        """Do nothing: the task has another type."""
        del draft, task
        return False
