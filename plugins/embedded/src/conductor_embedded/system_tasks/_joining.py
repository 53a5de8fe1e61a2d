"""What JOIN and EXCLUSIVE_JOIN have in common: they wait from the start for tasks that they name."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from conductor_embedded._state import TaskState, TaskStatus
from conductor_embedded._values import as_list, as_texts
from conductor_embedded.decider._schedule import new_task
from conductor_embedded.system_tasks._base import SystemTask, begin

if TYPE_CHECKING:
    from conductor_embedded._definitions import TaskNode
    from conductor_embedded.decider._draft import Draft


class JoiningTask(SystemTask):
    """Waits for other tasks of its execution."""

    is_retriable = False
    lists: ClassVar[tuple[str, ...]] = ("joinOn",)
    """The fields of the definition that name tasks; the task's input holds them, and nothing else."""

    def schedule(self, draft: Draft, node: TaskNode, previous: TaskState | None, delay_seconds: int) -> None:
        """Make the task; it waits from the start."""
        del delay_seconds
        values = {key: as_list(node.document.get(key)) for key in self.lists}
        status = TaskStatus.IN_PROGRESS
        new_task(draft, node, previous, values=dict(values), status=status, definition_name=self.type)

    def execute(self, draft: Draft, task: TaskState) -> bool:
        """End the task when what it waits for has ended."""
        began = begin(draft, task)
        return self.join(draft, task) or began

    @abstractmethod
    def join(self, draft: Draft, task: TaskState) -> bool:
        """End the task if its time has come; tells whether it has."""

    @staticmethod
    def named(draft: Draft, task: TaskState, key: str) -> list[TaskState | None]:
        """Return the tasks of one of the lists, in the iteration of this one; None for those that are not there."""
        node = draft.execution.node(task.reference_name)
        names = as_texts(task.input.get(key))
        return [draft.execution.latest(name if node is None else node.local(name)) for name in names]
