"""START_WORKFLOW: starts another workflow and goes on without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_embedded._json import is_object
from conductor_embedded._state import TaskState, TaskStatus
from conductor_embedded._values import Document, as_map, as_text
from conductor_embedded.decider._effects import StartWorkflow
from conductor_embedded.decider._schedule import new_task
from conductor_embedded.system_tasks._base import SystemTask

if TYPE_CHECKING:
    from conductor_embedded._definitions import TaskNode
    from conductor_embedded.decider._draft import Draft

_MISSING = "Missing 'startWorkflow' in input data."
_UNREADABLE = "Error reading StartWorkflowRequest. {} must be a map"
_NAMELESS = "startWorkflow validation failed. 'name' -> Workflow name cannot be null or empty. "


class StartWorkflowTask(SystemTask):
    """Asks for the start of an execution, and gives its id; the two have nothing more to do with each other."""

    type = "START_WORKFLOW"

    def schedule(self, draft: Draft, node: TaskNode, previous: TaskState | None, delay_seconds: int) -> None:
        """Make the task, and ask for the start."""
        self._ask(draft, new_task(draft, node, previous, delay_seconds=delay_seconds))

    def execute(self, draft: Draft, task: TaskState) -> bool:
        """Fail where there is nothing to start; else the start is an event of its own."""
        problem = _problem(task)
        if problem is None:
            return False
        mine = draft.edit(task)
        self.reported(draft, mine)
        draft.end_task(mine, TaskStatus.FAILED, reason=problem)
        return True

    def reported(self, draft: Draft, task: TaskState) -> None:
        """Note that somebody has looked at the task."""
        task.poll_count += 1
        task.start_time = task.start_time or draft.now_ms

    def reset(self, draft: Draft, task: TaskState) -> None:
        """Ask for another start."""
        self._ask(draft, task)

    @staticmethod
    def _ask(draft: Draft, task: TaskState) -> None:
        task.wake_at = None
        request = _request(draft, task)
        if request is not None:
            draft.effects.append(StartWorkflow(draft.execution.workflow_id, task.task_id, task.available_at, request))


def _problem(task: TaskState) -> str | None:
    """Return why the task's input starts nothing, None when it does."""
    request = task.input.get("startWorkflow")
    if request is None:
        return _MISSING
    if not is_object(request):
        return _UNREADABLE.format("startWorkflow")
    if not as_text(request.get("name")):
        return _NAMELESS
    values = request.get("input")
    return None if values is None or is_object(values) else _UNREADABLE.format("its input")


def _request(draft: Draft, task: TaskState) -> Document | None:
    if _problem(task) is not None:
        return None
    return {"correlationId": draft.execution.correlation_id, **as_map(task.input.get("startWorkflow"))}
