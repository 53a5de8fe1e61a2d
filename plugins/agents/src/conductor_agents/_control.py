"""How executions of agents are answered, steered and ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conductor_core import Api, Call, Face, delete, endpoint, post, put

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conductor_agents._requests import AgentResponse, RerunExecutionRequest
    from conductor_core.models import TaskResultStatus


class Control(Api[Face]):
    """One execution at a time."""

    @endpoint
    def respond(self, execution_id: str, response: AgentResponse | Mapping[str, Any]) -> Call[None]:
        """Answer an execution that waits for a person; ``get_status`` says what for.

        Args:
            execution_id: the execution.
            response: ``AgentResponse(approved=True)`` and the like, or the fields that the step asks for.

        Raises:
            ApiError: it does not wait for anybody.
        """
        return post("/agent/{}/respond", execution_id, body=response)

    @endpoint
    def signal(self, execution_id: str, message: str) -> Call[None]:
        """Tell a running agent something, which its model sees from its next turn on; an empty message takes it back."""
        return post("/agent/{}/signal", execution_id, body={"message": message}, repeatable=True)

    @endpoint
    def stop(self, execution_id: str) -> Call[None]:
        """Let an agent finish the turn that it is at, and end as completed with what it has."""
        return post("/agent/{}/stop", execution_id, repeatable=True)

    @endpoint
    def cancel(self, execution_id: str, reason: str | None = None) -> Call[None]:
        """End an execution at once, as terminated."""
        return delete("/agent/{}/cancel", execution_id, query={"reason": reason})

    @endpoint
    def terminate(self, execution_id: str, reason: str | None = None) -> Call[None]:
        """End an execution at once: another path of the server's to the same as ``cancel``."""
        return delete("/agent/executions/{}", execution_id, query={"reason": reason})

    @endpoint
    def pause(self, execution_id: str) -> Call[None]:
        """Start no further step of an execution until it is resumed."""
        return put("/agent/{}/pause", execution_id)

    @endpoint
    def resume(self, execution_id: str) -> Call[None]:
        """Let a paused execution go on.

        Raises:
            ConflictError: it is not paused.
        """
        return put("/agent/{}/resume", execution_id)

    @endpoint
    def restart(self, execution_id: str, *, use_latest_definitions: bool = False) -> Call[None]:
        """Run an execution that has ended from its beginning, under its id."""
        query = {"useLatestDefinitions": use_latest_definitions}
        return post("/agent/executions/{}/restart", execution_id, query=query)

    @endpoint
    def retry(self, execution_id: str, *, resume_subworkflow_tasks: bool = False) -> Call[None]:
        """Let an execution that has failed go on from the step that failed.

        Args:
            execution_id: the execution.
            resume_subworkflow_tasks: go on inside an agent that failed, instead of starting it again.
        """
        query = {"resumeSubworkflowTasks": resume_subworkflow_tasks}
        return post("/agent/executions/{}/retry", execution_id, query=query)

    @endpoint
    def rerun(self, execution_id: str, request: RerunExecutionRequest) -> Call[str]:
        """Run an execution again from one of its steps, and return its id."""
        return post("/agent/executions/{}/rerun", execution_id, body=request, returns=str)

    @endpoint
    def update_task_status(
        self,
        execution_id: str,
        reference_task_name: str,
        status: TaskResultStatus,
        output: Mapping[str, Any] | None = None,
        *,
        worker_id: str | None = None,
    ) -> Call[None]:
        """Say what became of a step, in a worker's place."""
        path = (execution_id, reference_task_name, status)
        return post("/agent/tasks/{}/{}/{}", *path, query={"workerid": worker_id}, body=dict(output or {}))
