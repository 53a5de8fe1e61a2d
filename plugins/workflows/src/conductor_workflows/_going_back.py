"""Back to a task that an execution has left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core import Api, Face, Flow, Task, Workflow, endpoint, get, post
from conductor_core.errors import InvalidArgumentError
from conductor_core.models import TaskStatus
from conductor_workflows.models import RerunWorkflowRequest

if TYPE_CHECKING:
    from collections.abc import Callable


class GoingBack(Api[Face]):
    """Runs finished executions again from one of their tasks."""

    @endpoint
    def go_back_to_task(
        self, workflow_id: str, predicate: Callable[[Task], bool], overrides: RerunWorkflowRequest | None = None
    ) -> Flow[None]:
        """Run an execution again from the last task that a predicate accepts.

        Args:
            workflow_id: the execution, which must have ended.
            predicate: says of a task whether it is the one.
            overrides: new inputs for the workflow or the task.

        Raises:
            InvalidArgumentError: no task is accepted.
        """
        yield from _rerun_from_last(workflow_id, predicate, overrides)

    @endpoint
    def go_back_to_first_task_matching_type(self, workflow_id: str, task_type: str) -> Flow[None]:
        """Run an execution again from its last completed task of a type.

        Raises:
            InvalidArgumentError: no task of this type has completed.
        """

        def is_wanted(task: Task) -> bool:
            return task.task_type == task_type and task.status == TaskStatus.COMPLETED

        yield from _rerun_from_last(workflow_id, is_wanted, None)


def _rerun_from_last(
    workflow_id: str, predicate: Callable[[Task], bool], overrides: RerunWorkflowRequest | None
) -> Flow[None]:
    run = yield from get("/workflow/{}", workflow_id, query={"includeTasks": True}, returns=Workflow)
    found = next((task for task in reversed(run.tasks) if predicate(task)), None)
    if found is None:
        raise InvalidArgumentError(f"no task of workflow {workflow_id} is the one to go back to: change the predicate")
    request = (overrides or RerunWorkflowRequest()).model_copy(update={"re_run_from_task_id": found.task_id})
    yield from post("/workflow/{}/rerun", workflow_id, body=request, returns=str)
