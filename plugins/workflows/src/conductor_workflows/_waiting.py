"""How a caller waits for executions to end."""

from __future__ import annotations

import time

from conductor_core import Api, Face, Flow, Sleep, Workflow, endpoint, get
from conductor_core.errors import WaitTimeoutError
from conductor_workflows.models import WorkflowStatusSummary

_FIRST_WAIT = 0.05  # seconds; doubled after each look until it is the poll interval


class Waiting(Api[Face]):
    """Polls until something is so; every wait has an end."""

    @staticmethod
    def _now() -> float:
        return time.monotonic()

    @endpoint
    def wait_for_workflow(
        self, workflow_id: str, *, timeout: float = 60.0, poll_interval: float = 1.0
    ) -> Flow[Workflow]:
        """Wait until an execution has ended, and return it with its tasks.

        Args:
            workflow_id: the execution.
            timeout: seconds after which to give up.
            poll_interval: longest time in seconds between two looks; the first ones come faster.

        Raises:
            WaitTimeoutError: it had not ended in time; the message says in what state it was.
        """
        deadline = self._now() + timeout
        wait = min(_FIRST_WAIT, poll_interval)
        while True:
            summary = yield from get("/workflow/{}/status", workflow_id, returns=WorkflowStatusSummary)
            if summary.is_terminal:
                return (yield from get("/workflow/{}", workflow_id, query={"includeTasks": True}, returns=Workflow))
            left = deadline - self._now()
            if left <= 0:
                raise WaitTimeoutError(f"workflow {workflow_id} is still {summary.status} after {timeout:g} seconds")
            yield Sleep(min(wait, left))
            wait = min(wait * 2, poll_interval)
