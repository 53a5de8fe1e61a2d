"""SWITCH: goes on with one of several branches."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from conductor_embedded._definitions import reference_of
from conductor_embedded._java_text import java_text
from conductor_embedded._state import TaskState, TaskStatus, WorkflowStatus
from conductor_embedded._values import Document, as_map, as_maps, as_text
from conductor_embedded.decider._draft import WorkflowEnds
from conductor_embedded.decider._inputs import task_input
from conductor_embedded.decider._schedule import new_task, schedule
from conductor_embedded.evaluators import EvaluationError, UnknownEvaluatorError
from conductor_embedded.system_tasks._base import SystemTask

if TYPE_CHECKING:
    from conductor_embedded._definitions import TaskNode
    from conductor_embedded.decider._draft import Draft


class Switch(SystemTask):
    """Evaluates its expression when it is scheduled, and schedules the first task of the chosen branch with it."""

    type = "SWITCH"
    is_retriable = False
    schedules_others = True
    shows_inputs: ClassVar[bool] = True
    """Whether the task's input holds its input parameters, beside the case."""

    def schedule(self, draft: Draft, node: TaskNode, previous: TaskState | None, delay_seconds: int) -> None:
        """Make the SWITCH task, and the first task of the chosen branch.

        Raises:
            WorkflowEnds: There is no such evaluator.
        """
        del delay_seconds
        values = task_input(draft.execution, node, "")
        shown = values if self.shows_inputs else {}
        try:
            value = self.value(draft, node, values)
        except UnknownEvaluatorError:
            name = as_text(node.document.get("evaluatorType"))
            raise WorkflowEnds(WorkflowStatus.FAILED, f"No evaluator registered for type: {name}") from None
        except EvaluationError as error:
            status = TaskStatus.IN_PROGRESS
            task = new_task(draft, node, previous, values=shown, status=status, definition_name=self.type)
            draft.end_task(task, TaskStatus.FAILED, reason=str(error))
            return
        case = value if isinstance(value, str) else java_text(value)
        branch = _branch(node, case)
        chosen: Document = {"case": case, "hasChildren": "true"} if branch else {"case": case}
        status = TaskStatus.IN_PROGRESS
        shown = {**shown, **chosen}
        task = new_task(draft, node, previous, values=shown, status=status, definition_name=self.type)
        task.output = self.outputs(case)
        if branch:
            schedule(draft, node.local(reference_of(branch[0])))

    def execute(self, draft: Draft, task: TaskState) -> bool:
        """End the task: everything was done when it was scheduled."""
        draft.end_task(task, TaskStatus.COMPLETED)
        return True

    def next_reference(self, node: TaskNode, task: TaskState) -> str | None:
        """Return what follows, if no branch was chosen: the branch's last task leads there otherwise."""
        return None if "hasChildren" in task.input else node.next_reference

    def is_remade(self, values: Document) -> bool:
        """Tell whether a rerun chooses anew: with an input of its own that names no branch it goes on behind all."""
        return "hasChildren" in values

    @staticmethod
    def outputs(case: str) -> Document:
        """Return the task's output."""
        return {"evaluationResult": [case], "selectedCase": case}

    @staticmethod
    def value(draft: Draft, node: TaskNode, values: Document) -> object:
        """Return what the case is made of.

        Raises:
            EvaluationError: The expression failed.
        """
        evaluator = as_text(node.document.get("evaluatorType")) or "value-param"
        expression = as_text(node.document.get("expression")) or ""
        return draft.context.evaluators.evaluate(evaluator, expression, values)


def _branch(node: TaskNode, case: str) -> list[Document]:
    cases = as_map(node.document.get("decisionCases"))
    return as_maps(cases[case]) if case in cases else as_maps(node.document.get("defaultCase"))
