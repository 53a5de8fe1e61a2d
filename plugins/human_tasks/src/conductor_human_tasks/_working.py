"""How people work on their tasks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from conductor_core import Api, Call, Face, delete, endpoint, get, post
from conductor_core.models import JsonObject
from conductor_human_tasks._calls import HINT
from conductor_human_tasks.models import HumanTaskEntry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conductor_human_tasks.models import HumanTaskAssignment

Output = Mapping[str, object]


class Claims(Api[Face]):
    """Who works on a task."""

    @endpoint
    def claim_task_as_external_user(
        self, task_id: str, assignee: str, *, override_assignment: bool = False, with_template: bool = False
    ) -> Call[HumanTaskEntry]:
        """Claim a task for a user that the application knows.

        Args:
            task_id: the task.
            assignee: the user who claims it.
            override_assignment: claim it also when it is somebody else's turn; a claimed task stays the claimant's.
            with_template: return the form too.

        Raises:
            ConflictError: somebody works on it already.
        """
        path, query = (task_id, assignee), _claim_options(override_assignment, with_template)
        return post("/human/tasks/{}/externalUser/{}", *path, query=query, returns=HumanTaskEntry, hint=HINT)

    @endpoint
    def claim_task_as_conductor_user(
        self, task_id: str, *, override_assignment: bool = False, with_template: bool = False
    ) -> Call[HumanTaskEntry]:
        """Claim a task for the user who is signed in; the options are those of the claim for an external user.

        Raises:
            ConflictError: somebody works on it already.
        """
        query = _claim_options(override_assignment, with_template)
        return post("/human/tasks/{}/claim", task_id, query=query, returns=HumanTaskEntry, hint=HINT)

    @endpoint
    def release_task(self, task_id: str) -> Call[None]:
        """Give a claimed task back."""
        return post("/human/tasks/{}/release", task_id, hint=HINT)

    @endpoint
    def reassign_task(self, task_id: str, assignments: Sequence[HumanTaskAssignment]) -> Call[None]:
        """Give a task to others: the first one's turn begins now."""
        return post("/human/tasks/{}/reassign", task_id, body=list(assignments), hint=HINT)


class Results(Api[Face]):
    """What a task gives, and how it ends."""

    @endpoint
    def update_task_output(self, task_id: str, output: Output) -> Call[None]:
        """Save what a task gives so far, without completing it."""
        return post("/human/tasks/{}/update", task_id, query={"complete": False}, body=dict(output), hint=HINT)

    @endpoint
    def complete_task(self, task_id: str, output: Output | None = None) -> Call[None]:
        """Save what a task gives and complete it, so that its workflow goes on."""
        return post("/human/tasks/{}/update", task_id, query={"complete": True}, body=dict(output or {}), hint=HINT)

    @endpoint
    def update_task_output_by_ref(
        self,
        workflow_id: str,
        task_ref_name: str,
        output: Output,
        *,
        complete: bool = False,
        iteration: Sequence[int] | None = None,
    ) -> Call[None]:
        """Save what a task gives, or complete it too, by its reference name within its workflow.

        Args:
            workflow_id: the execution.
            task_ref_name: the task's reference name in the definition.
            output: what the task gives.
            complete: end the task.
            iteration: number of the iteration for each loop around the task, the outermost first.
        """
        query = {"workflowId": workflow_id, "taskRefName": task_ref_name, "complete": complete}
        query |= {} if iteration is None else {"iteration": list(iteration)}
        return post("/human/tasks/update/taskRef", query=query, body=dict(output), hint=HINT)

    @endpoint
    def skip_task(self, task_id: str, reason: str | None = None) -> Call[None]:
        """Go on in the workflow without the task."""
        return post("/human/tasks/{}/skip", task_id, query={"reason": reason}, hint=HINT)


class Upkeep(Api[Face]):
    """What an administrator does with the records of tasks; the workflows' own tasks are not touched."""

    @endpoint
    def delete_task(self, task_id: str) -> Call[None]:
        """Delete the record of a task that has ended."""
        return delete("/human/tasks/delete/{}", task_id, hint=HINT)

    @endpoint
    def delete_tasks(self, task_ids: Sequence[str]) -> Call[None]:
        """Delete the records of tasks that have ended."""
        return delete("/human/tasks/delete", body=list(task_ids), hint=HINT)

    @endpoint
    def rebuild_index(self, batch: int = 100) -> Call[JsonObject]:
        """Build the index of the full text search anew, so many tasks at a time."""
        # The server's parameter really is called 100.
        return get("/human/tasks/backPopulateFullTextIndex", query={"100": batch}, returns=JsonObject, hint=HINT)


def _claim_options(override_assignment: bool, with_template: bool) -> dict[str, object]:  # noqa: FBT001 - private
    return {"overrideAssignment": override_assignment, "withTemplate": with_template}
