"""FORK_JOIN: begins several branches at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_embedded._definitions import reference_of
from conductor_embedded._state import TaskState, TaskStatus, WorkflowStatus
from conductor_embedded.decider._draft import WorkflowEnds
from conductor_embedded.decider._schedule import new_task, schedule
from conductor_embedded.system_tasks._base import SystemTask

if TYPE_CHECKING:
    from conductor_embedded._definitions import TaskNode
    from conductor_embedded.decider._draft import Draft

TASK_TYPE = "FORK"


class ForkJoin(SystemTask):
    """Schedules the first task of each branch, and the JOIN behind it, with itself."""

    type = "FORK_JOIN"
    is_retriable = False
    schedules_others = True

    def schedule(self, draft: Draft, node: TaskNode, previous: TaskState | None, delay_seconds: int) -> None:
        """Make the FORK task, which is done at once, the first task of each branch, and the JOIN task.

        Raises:
            WorkflowEnds: There is no JOIN behind the fork.
        """
        del delay_seconds
        join_behind(draft, node)
        fork = new_task(
            draft,
            node,
            previous,
            values={},
            status=TaskStatus.COMPLETED,
            task_type=TASK_TYPE,
            definition_name=TASK_TYPE,
        )
        self.complete(draft, node, fork)

    def complete(self, draft: Draft, node: TaskNode, task: TaskState) -> None:
        """Schedule the first task of each branch and the JOIN, where they are not there."""
        del task
        for branch in node.branches("forkTasks"):
            if branch:
                schedule(draft, node.local(reference_of(branch[0])))
        schedule(draft, node.next_reference)

    def execute(self, draft: Draft, task: TaskState) -> bool:
        """Do nothing: the task was done when it was scheduled."""
        del draft, task
        return False

    def next_reference(self, node: TaskNode, task: TaskState) -> str | None:
        """Return nothing: all that follows was scheduled with the task."""
        del node, task
        return None


def join_behind(draft: Draft, node: TaskNode) -> TaskNode:
    """Return the JOIN behind a fork.

    Raises:
        WorkflowEnds: There is none.
    """
    join = draft.execution.node(node.next_reference or "")
    if join is None or join.type != "JOIN":
        raise WorkflowEnds(
            WorkflowStatus.FAILED, "Fork task definition is not followed by a join task.  Check the blueprint"
        )
    return join
