"""FORK_JOIN_DYNAMIC: begins as many branches as its input says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_embedded._defaults import complete_branch
from conductor_embedded._definitions import reference_of, split_reference
from conductor_embedded._java_text import java_text
from conductor_embedded._json import is_list, is_object
from conductor_embedded._state import TaskState, TaskStatus, WorkflowStatus
from conductor_embedded._values import Document, as_map, as_maps, as_text, as_texts
from conductor_embedded.decider._draft import WorkflowEnds
from conductor_embedded.decider._inputs import task_input
from conductor_embedded.decider._schedule import new_task, schedule
from conductor_embedded.system_tasks._base import SystemTask
from conductor_embedded.system_tasks._fork import TASK_TYPE, join_behind

if TYPE_CHECKING:
    from conductor_embedded._definitions import TaskNode
    from conductor_embedded.decider._draft import Draft


class DynamicFork(SystemTask):
    """Schedules one task for each branch, and the JOIN behind it, which waits for all of them."""

    type = "FORK_JOIN_DYNAMIC"
    is_retriable = False
    schedules_others = True

    def schedule(self, draft: Draft, node: TaskNode, previous: TaskState | None, delay_seconds: int) -> None:
        """Make the FORK task, which is done at once, the branches, and the JOIN task.

        Raises:
            WorkflowEnds: The input says nothing that could be branches, or there is no JOIN behind the fork.
        """
        del delay_seconds
        join_behind(draft, node)
        values = task_input(draft.execution, node, "")
        branches = _branches(draft, node, values)
        definitions: Document = {}
        tasks: list[Document] = []
        for branch in branches:
            task, of_branch = complete_branch(branch, draft.context.task_definition)
            definitions.update(of_branch)
            tasks.append(task)
        references = [reference_of(task) for task in tasks]
        fork = new_task(
            draft,
            node,
            previous,
            values={**values, "forkedTaskDefs": tasks, "forkedTasks": references},
            status=TaskStatus.COMPLETED,
            task_type=TASK_TYPE,
            definition_name=TASK_TYPE,
        )
        fork.extra = {"definitions": definitions}
        self.complete(draft, node, fork)

    def execute(self, draft: Draft, task: TaskState) -> bool:
        """Do nothing: the task was done when it was scheduled."""
        del draft, task
        return False

    def next_reference(self, node: TaskNode, task: TaskState) -> str | None:
        """Return nothing: all that follows was scheduled with the task."""
        del node, task
        return None

    def complete(self, draft: Draft, node: TaskNode, task: TaskState) -> None:
        """Schedule the branches and the JOIN, where they are not there."""
        references = [_begin(draft, node, reference) for reference in as_texts(task.input.get("forkedTasks"))]
        behind = join_behind(draft, node)
        if schedule(draft, behind.reference_name):
            join = draft.execution.latest(behind.reference_name)
            if join is not None:
                mine = draft.edit(join)
                mine.input = {**mine.input, "joinOn": references}


def _begin(draft: Draft, node: TaskNode, reference: str) -> str:
    """Schedule a branch; returns what the JOIN waits for: the last task made at once, such as that of a chosen case."""
    known = len(draft.execution.tasks)
    schedule(draft, node.local(reference))
    made = draft.execution.tasks[known:]
    last = made[-1].reference_name if made else reference
    return split_reference(last)[0] if node.iteration else last


def _branches(draft: Draft, node: TaskNode, values: Document) -> list[Document]:
    if "dynamicForkTasksParam" in node.document:
        return _of_lists(node, values)
    if "dynamicForkJoinTasksParam" in node.document:
        return _of_requests(node, values)
    return _of_inputs(draft, node, values)


def _of_requests(node: TaskNode, values: Document) -> list[Document]:
    """Return the tasks that an input asks for by name and reference name."""
    parameter = as_text(node.document.get("dynamicForkJoinTasksParam")) or ""
    asked = as_map(values.get(parameter)).get("dynamicTasks")
    if not is_list(asked) or any(not as_text(task.get("referenceName")) for task in as_maps(asked)):
        raise _cannot_fork(
            f"Dynamic tasks could not be created. The value of {parameter} from task's input {java_text(values)} "
            "has no dynamic tasks to be scheduled",
        )
    return [_of_request(task) for task in as_maps(asked)]


def _of_request(asked: Document) -> Document:
    task: Document = {
        "name": asked.get("taskName"),
        "taskReferenceName": asked.get("referenceName"),
        "type": as_text(asked.get("type")) or "SIMPLE",
        "inputParameters": as_map(asked.get("input")),
    }
    workflow = as_text(asked.get("workflowName"))
    return task if workflow is None else {**task, "subWorkflowParam": {"name": workflow}}


def _of_lists(node: TaskNode, values: Document) -> list[Document]:
    """Return the tasks that an input lists, each with its own inputs over those it has."""
    parameter = as_text(node.document.get("dynamicForkTasksParam")) or ""
    tasks = values.get(parameter)
    inputs = values.get(as_text(node.document.get("dynamicForkTasksInputParamName")) or "")
    if not is_list(tasks) or any(not reference_of(task) for task in as_maps(tasks)):
        given = java_text(tasks)
        raise _cannot_fork(
            f"Input '{parameter}' is invalid. Cannot deserialize a list of Workflow Tasks from '{given}'"
        )
    if not is_object(inputs):
        given = java_text(inputs)
        raise _cannot_fork(
            f"Input to the dynamically forked tasks is not a map -> expecting a map of K,V  but found {given}"
        )
    for reference in map(reference_of, as_maps(tasks)):
        if inputs.get(reference) is not None and not is_object(inputs[reference]):
            raise _cannot_fork(
                f"Tasks could not be dynamically forked due to invalid input: that of {reference} is no map"
            )
    return [
        {**task, "inputParameters": {**as_map(task.get("inputParameters")), **as_map(inputs.get(reference_of(task)))}}
        for task in as_maps(tasks)
    ]


def _cannot_fork(reason: str) -> WorkflowEnds:
    return WorkflowEnds(WorkflowStatus.FAILED, reason)


def _of_inputs(draft: Draft, node: TaskNode, values: Document) -> list[Document]:
    """Return one task, or sub-workflow, for each input."""
    inputs = values.get("forkTaskInputs")
    if not is_list(inputs):
        raise _cannot_fork(f"forkTaskInputs of {node.reference_name} is not a list")
    prefix, shape = _branch_shape(node, values)
    if prefix != node.reference_name and any("forkedTaskDefs" in task.input for task in draft.execution.tasks):
        prefix = f"{_plain(node)}_{prefix}"
    return [
        {
            **shape,
            "taskReferenceName": f"_{prefix}_{number}",
            "inputParameters": {**_as_input(given), "__index": number},
        }
        for number, given in enumerate(inputs)
    ]


def _branch_shape(node: TaskNode, values: Document) -> tuple[str, Document]:
    workflow = as_text(values.get("forkTaskWorkflow"))
    if workflow is not None:
        version = _whole_number(values.get("forkTaskWorkflowVersion"))
        parameters: Document = {"name": workflow} if version is None else {"name": workflow, "version": version}
        return _plain(node), {"name": workflow, "type": "SUB_WORKFLOW", "subWorkflowParam": parameters}
    name = as_text(values.get("forkTaskName")) or ""
    return name, {"name": name, "type": as_text(values.get("forkTaskType")) or "SIMPLE"}


def _whole_number(value: object) -> int | None:
    """Return a version; text that is no number means the latest."""
    try:
        return int(value) if isinstance(value, int | str) else None
    except ValueError:
        return None


def _plain(node: TaskNode) -> str:
    return reference_of(node.document)


def _as_input(given: object) -> Document:
    return as_map(given) if is_object(given) else {"input": given}
