"""Many executions at a time, and their records when they are over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_agents._answers import PruneResponse
from conductor_core import Api, Call, Face, delete, endpoint, post, put

if TYPE_CHECKING:
    from collections.abc import Sequence

_BULK = "/agent/executions/bulk"


class Records(Api[Face]):
    """Executions by the dozen. The server goes through them in order and ends at the first that it cannot do."""

    @endpoint
    def pause_executions(self, execution_ids: Sequence[str]) -> Call[None]:
        """Pause several executions."""
        return put(f"{_BULK}/pause", body=list(execution_ids))

    @endpoint
    def resume_executions(self, execution_ids: Sequence[str]) -> Call[None]:
        """Resume several executions."""
        return put(f"{_BULK}/resume", body=list(execution_ids))

    @endpoint
    def restart_executions(self, execution_ids: Sequence[str], *, use_latest_definitions: bool = False) -> Call[None]:
        """Run several executions that have ended from their beginning."""
        query = {"useLatestDefinitions": use_latest_definitions}
        return post(f"{_BULK}/restart", query=query, body=list(execution_ids))

    @endpoint
    def retry_executions(self, execution_ids: Sequence[str]) -> Call[None]:
        """Let several executions that have failed go on."""
        return post(f"{_BULK}/retry", body=list(execution_ids))

    @endpoint
    def terminate_executions(self, execution_ids: Sequence[str], reason: str | None = None) -> Call[None]:
        """End several executions at once."""
        return post(f"{_BULK}/terminate", query={"reason": reason}, body=list(execution_ids))

    @endpoint
    def delete_execution_record(self, execution_id: str, *, archive_tasks: bool = False) -> Call[None]:
        """Delete what the server has kept of an execution; one that runs should be ended first.

        Args:
            execution_id: the execution.
            archive_tasks: move its tasks to the archive instead of deleting them.
        """
        return delete("/agent/executions/{}/record", execution_id, query={"archiveTasks": archive_tasks})

    @endpoint
    def prune_executions(self, *, older_than_days: int = 30, archive_tasks: bool = False) -> Call[PruneResponse]:
        """Delete the records of executions that ended so many days ago, and say how many there were."""
        query = {"olderThanDays": older_than_days, "archiveTasks": archive_tasks}
        return post("/agent/executions/prune", query=query, returns=PruneResponse, repeatable=True)
