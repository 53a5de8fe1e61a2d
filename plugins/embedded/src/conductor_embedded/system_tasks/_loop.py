"""DO_WHILE: runs its body again and again, as long as a condition holds or there are items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conductor_embedded._definitions import reference_of, split_reference
from conductor_embedded._json import is_list
from conductor_embedded._state import TaskState, TaskStatus
from conductor_embedded._values import Document, as_int, as_map, as_maps, as_text, is_true
from conductor_embedded.decider._inputs import ExpressionContext, task_input
from conductor_embedded.decider._schedule import new_task, schedule
from conductor_embedded.evaluators import EvaluationError
from conductor_embedded.expressions import resolve
from conductor_embedded.system_tasks._base import SystemTask

if TYPE_CHECKING:
    from conductor_embedded._definitions import TaskNode
    from conductor_embedded.decider._draft import Draft

_AT_ONCE: Final = 500
"""Iterations that one decision may begin; an endless loop leaves time for everybody else."""
_TASKS_PER_UNIT: Final = 20
"""An iteration of a long execution counts for more: it looks at all the tasks that are there."""


_NESTED: Final = "a loop inside another one needs a SUB_WORKFLOW around it"


class DoWhile(SystemTask):
    """Schedules its body once for each iteration; its output is that of all iterations by their number.

    The server counts a loop inside another by the iterations of both at once, so that its own end is never seen. Here it
    fails after its first iteration, with the server's reason where it has one.
    """

    type = "DO_WHILE"
    is_retriable = False

    def schedule(self, draft: Draft, node: TaskNode, previous: TaskState | None, delay_seconds: int) -> None:
        """Make the task; it is open until the last iteration has ended."""
        del delay_seconds
        task = new_task(draft, node, previous, status=TaskStatus.IN_PROGRESS)
        if node.iteration > 1:
            draft.end_task(task, TaskStatus.FAILED_WITH_TERMINAL_ERROR, reason=_NESTED)
        elif _items(draft, node) == []:
            draft.end_task(task, TaskStatus.COMPLETED, output={"iteration": 0})
        else:
            _begin(draft, node, task, 1)

    def execute(self, draft: Draft, task: TaskState) -> bool:
        """Begin the next iteration when one has ended, or end the loop."""
        node = draft.execution.node(task.reference_name)
        if node is None or (task.wake_at is not None and task.wake_at > draft.now_ms):
            return False
        inside = _tasks_of(draft, node, task.iteration)
        if not inside:
            return _schedule_body(draft, node, task.iteration)
        if any(_is_going_on(draft, other) for other in inside):
            return False
        if draft.begun_iterations >= _AT_ONCE:
            draft.edit(task).wake_at = draft.now_ms + 1
            return False
        mine = draft.edit(task)
        mine.wake_at = None
        mine.output = {**mine.output, str(task.iteration): _outputs(draft, inside)}
        _forget_old(draft, node, mine)
        goes_on, problem = _next(draft, node, mine)
        if problem is not None:
            draft.end_task(mine, TaskStatus.FAILED_WITH_TERMINAL_ERROR, reason=problem)
        elif goes_on:
            _begin(draft, node, mine, mine.iteration + 1)
            _schedule_body(draft, node, mine.iteration)
        else:
            draft.end_task(mine, TaskStatus.COMPLETED)
        return True

    def reset(self, draft: Draft, task: TaskState) -> None:
        """Begin again with the first iteration."""
        node = draft.execution.node(task.reference_name)
        if node is not None:
            task.status, task.start_time = TaskStatus.IN_PROGRESS, draft.now_ms
            _begin(draft, node, task, 1)

    def complete(self, draft: Draft, node: TaskNode, task: TaskState) -> None:
        """Open a loop again when a rerun goes on inside it; iterations that are gone leave its output."""
        inside = [other.iteration for other in draft.open_tasks() if _is_of(draft, node, other)]
        if task.is_open or not inside:
            return
        mine, number = draft.edit(task), max(inside)
        kept = {key: value for key, value in mine.output.items() if not key.isdecimal() or int(key) < number}
        mine.status, mine.output = TaskStatus.IN_PROGRESS, kept
        mine.reason, mine.end_time, mine.executed = None, 0, False
        _begin(draft, node, mine, number)


def _next(draft: Draft, node: TaskNode, task: TaskState) -> tuple[bool, str | None]:
    """Return whether there is another iteration, and why the loop fails if it does."""
    goes_on, problem = False, None
    try:
        goes_on = _has_next_item(draft, node, task) and _holds(draft, node, task)
    except EvaluationError as error:
        condition = as_text(node.document.get("loopCondition"))
        problem = f"Unable to evaluate condition {condition}, exception {error.message}"
    if node.iteration:
        problem = _NESTED if problem is None else f"{problem}; {_NESTED}"
    return goes_on, problem


def _begin(draft: Draft, node: TaskNode, task: TaskState, number: int) -> None:
    task.iteration = number
    task.loop_over_task = True
    task.output = {**task.output, "iteration": number}
    items = _items(draft, node)
    if items is not None:
        index = number - 1
        task.output = {**task.output, "loopIndex": index, "loopItem": items[index] if index < len(items) else None}


def _schedule_body(draft: Draft, node: TaskNode, number: int) -> bool:
    draft.begun_iterations += 1 + len(draft.execution.tasks) // _TASKS_PER_UNIT
    body = as_maps(node.document.get("loopOver"))
    first = draft.execution.node(reference_of(body[0])) if body else None
    return schedule(draft, None if first is None else first.in_iteration(number).reference_name)


def _tasks_of(draft: Draft, node: TaskNode, number: int) -> list[TaskState]:
    return [task for task in draft.execution.tasks if task.iteration == number and _is_of(draft, node, task)]


def _is_of(draft: Draft, node: TaskNode, task: TaskState) -> bool:
    if not task.loop_over_task or task.reference_name == node.reference_name:
        return False
    own = draft.execution.node(task.reference_name)
    return own is not None and own.loop == reference_of(node.document)


def _is_going_on(draft: Draft, task: TaskState) -> bool:
    return task.is_open or not (task.executed or task.retried or task.task_id in draft.handled)


def _outputs(draft: Draft, tasks: list[TaskState]) -> Document:
    """Return outputs by reference name; what a dynamic fork has made is not part of the loop's definition, and not seen."""
    layout = draft.execution.definition.layout
    return {
        split_reference(task.reference_name)[0]: task.output
        for task in tasks
        if layout.get(task.reference_name) is not None
    }


def _items(draft: Draft, node: TaskNode) -> list[object] | None:
    """Return what the loop goes over, None when it has a condition only; what is no list is the only item."""
    template = node.document.get("items")
    if template is None:
        template = node.input_parameters.get("_items")
    if template is None:
        return None
    found = resolve(template, ExpressionContext(draft.execution))
    if found is None:
        return []
    return found if is_list(found) else [found]


def _has_next_item(draft: Draft, node: TaskNode, task: TaskState) -> bool:
    items = _items(draft, node)
    return items is None or task.iteration < len(items)


def _holds(draft: Draft, node: TaskNode, task: TaskState) -> bool:
    values = {**task_input(draft.execution, node, task.task_id), task.reference_name: task.output}
    values.update(_outputs(draft, _tasks_of(draft, node, task.iteration)))
    condition = as_text(node.document.get("loopCondition")) or "false"
    value = draft.context.evaluators.evaluate("javascript", condition, values)
    return is_true(value)


def _forget_old(draft: Draft, node: TaskNode, task: TaskState) -> None:
    kept = as_int(as_map(task.input).get("keepLastN"))
    gone = task.iteration - kept
    if kept <= 0 or gone <= 0:
        return
    task.output = {key: value for key, value in task.output.items() if key != str(gone)}
    for other in _tasks_of(draft, node, gone):
        draft.remove(other)
