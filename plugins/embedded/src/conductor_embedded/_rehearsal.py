"""Runs workflows with prepared outcomes instead of workers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_embedded._updates import report_status
from conductor_embedded._values import Document, as_map, as_maps
from conductor_embedded.decider import TaskUpdated

if TYPE_CHECKING:
    from collections.abc import Callable

    from conductor_embedded._core import Core
    from conductor_embedded._starter import Starter
    from conductor_embedded._state import TaskState


class Rehearsal:
    """Starts an execution that no worker sees, and reports on its tasks what a request has prepared for them.

    Args:
        core: The heart of the engine.
        starter: Starts the execution.
        run_some: Does a little of what is due, such as the start of sub-workflows.
    """

    def __init__(self, core: Core, starter: Starter, run_some: Callable[[], None]) -> None:
        self._core = core
        self._starter = starter
        self._run_some = run_some

    def run(self, request: Document) -> str:
        """Run a WorkflowTestRequest document until its outcomes are used up; returns the id of the execution.

        Raises:
            EngineError: The workflow cannot be started, or an outcome has a status that no report may have.
        """
        secluded: Document = {**request, "taskToDomain": {"*": self._core.new_id()}}
        workflow_id = self._starter.start(secluded, is_rehearsal=True)
        self._play(workflow_id, request)
        return workflow_id

    def _play(self, workflow_id: str, request: Document) -> None:
        prepared = {name: as_maps(outcomes) for name, outcomes in as_map(request.get("taskRefToMockOutput")).items()}
        children = dict(as_map(request.get("subWorkflowTestRequest")))
        progressed = True
        while progressed:
            self._run_some()
            open_tasks = [task for task in self._core.get(workflow_id).tasks if task.is_open]
            progressed = any(
                self._report(workflow_id, task, prepared) or self._enter(task, children) for task in open_tasks
            )

    def _report(self, workflow_id: str, task: TaskState, prepared: dict[str, list[Document]]) -> bool:
        outcomes = prepared.get(task.reference_name)
        if not outcomes:
            return False
        outcome = outcomes.pop(0)
        status, output = report_status(outcome.get("status")), as_map(outcome.get("output"))
        self._core.apply(workflow_id, TaskUpdated(task.task_id, status, output))
        return True

    def _enter(self, task: TaskState, children: Document) -> bool:
        if task.sub_workflow_id is None or task.reference_name not in children:
            return False
        self._play(task.sub_workflow_id, as_map(children.pop(task.reference_name)))
        return True
