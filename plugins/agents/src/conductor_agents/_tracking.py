"""Steps that happen outside the server and are shown there: for wrappers of other agent frameworks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conductor_agents._answers import CreateTrackingExecutionResponse, InjectTaskResponse
from conductor_core import Api, Call, Face, endpoint, post

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conductor_agents._requests import CreateTrackingExecutionRequest, InjectTaskRequest


class Tracking(Api[Face]):
    """Executions and tasks that are shown and never run."""

    @endpoint
    def create_tracking_execution(
        self, request: CreateTrackingExecutionRequest
    ) -> Call[CreateTrackingExecutionResponse]:
        """Make an execution without tasks; ``inject_task`` puts in what happens elsewhere."""
        return post("/agent/execution", body=request, returns=CreateTrackingExecutionResponse)

    @endpoint
    def complete_tracking_execution(self, execution_id: str, output: Mapping[str, Any] | None = None) -> Call[None]:
        """End such an execution as completed."""
        return post("/agent/execution/{}/complete", execution_id, body=dict(output or {}), repeatable=True)

    @endpoint
    def inject_task(self, execution_id: str, request: InjectTaskRequest) -> Call[InjectTaskResponse]:
        """Put a task into an execution that only shows it; nothing is decided by it."""
        return post("/agent/{}/tasks", execution_id, body=request, returns=InjectTaskResponse)

    @endpoint
    def push_event(self, execution_id: str, event: Mapping[str, Any]) -> Call[None]:
        """Hand an event to those who follow an execution; servers drop it silently where nobody does.

        Args:
            execution_id: the execution.
            event: the fields of an event, ``type`` among them.
        """
        return post("/agent/events/{}", execution_id, body=dict(event))
