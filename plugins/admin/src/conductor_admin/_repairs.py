"""What an operator does when something hangs."""

from __future__ import annotations

from conductor_core import Api, Call, Face, Task, endpoint, get, post


class Repairs(Api[Face]):
    """Looks at tasks that wait, and puts executions back on their feet."""

    @endpoint
    def list_pending_tasks(self, task_type: str, *, start: int = 0, count: int = 100) -> Call[list[Task]]:
        """Return one page of the tasks of a type that have not ended."""
        return get("/admin/task/{}", task_type, query={"start": start, "count": count}, returns=list[Task])

    @endpoint
    def requeue_sweep(self, workflow_id: str) -> Call[str]:
        """Make the server's sweeper look at an execution again; the answer is the server's own text."""
        return post("/admin/sweep/requeue/{}", workflow_id, returns=str, repeatable=True)

    @endpoint
    def verify_and_repair(self, workflow_id: str) -> Call[str]:
        """Check that the tasks of an execution are in their queues, and put those back that are not."""
        return post("/admin/consistency/verifyAndRepair/{}", workflow_id, returns=str, repeatable=True)

    @endpoint
    def clear_task_execution_cache(self, task_def_name: str) -> Call[None]:
        """Drop the cached results of a task type."""
        hint = "the open-source server keeps results for as long as the task's cacheConfig says"
        return post("/admin/cache/clear/{}", task_def_name, repeatable=True, hint=hint)
