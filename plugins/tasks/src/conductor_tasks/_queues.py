"""What waits in the queues, and who polls them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, cast

from conductor_core import Api, Call, Face, endpoint, get, post
from conductor_tasks.models import PollData, SizeComparison

if TYPE_CHECKING:
    from collections.abc import Sequence

AllPollData: TypeAlias = list[PollData] | dict[str, object]
_ALL_POLL_DATA = cast("type[AllPollData]", AllPollData)


class Queues(Api[Face]):
    """Depth of the task queues, and the pollers' last polls."""

    @endpoint
    def get_queue_size_for_task(self, task_types: Sequence[str]) -> Call[dict[str, int]]:
        """Return how many tasks wait, for each of the given types."""
        return get("/tasks/queue/sizes", query={"taskType": list(task_types)}, returns=dict[str, int])

    @endpoint
    def get_queue_depth(
        self,
        task_type: str,
        *,
        domain: str | None = None,
        isolation_group_id: str | None = None,
        execution_namespace: str | None = None,
    ) -> Call[int]:
        """Return how many tasks of a type wait in one queue: that of a domain, an isolation group or a namespace."""
        query = {
            "taskType": task_type,
            "domain": domain or None,
            "isolationGroupId": isolation_group_id,
            "executionNamespace": execution_namespace,
        }
        return get("/tasks/queue/size", query=query, returns=int, hint="use get_queue_size_for_task")

    @endpoint
    def get_all_queue_sizes(self) -> Call[dict[str, int]]:
        """Return how many tasks wait, for every queue."""
        return get("/tasks/queue/all", returns=dict[str, int])

    @endpoint
    def get_all_queue_details(self) -> Call[dict[str, dict[str, dict[str, int]]]]:
        """Return how many tasks wait and how many are handed out, for each shard of every queue."""
        return get("/tasks/queue/all/verbose", returns=dict[str, dict[str, dict[str, int]]])

    @endpoint
    def get_task_poll_data(self, task_type: str) -> Call[list[PollData]]:
        """Return who polled a task type last, for each of its domains."""
        return get("/tasks/queue/polldata", query={"taskType": task_type}, returns=list[PollData])

    @endpoint
    def get_all_poll_data(
        self,
        *,
        worker_size: int | None = None,
        worker_comparison: SizeComparison | None = None,
        queue_size: int | None = None,
        queue_comparison: SizeComparison | None = None,
        last_poll_time: int | None = None,
        last_poll_time_comparison: SizeComparison | None = None,
    ) -> Call[AllPollData]:
        """Return who polled anything last; some servers answer with a list, others with an object and filters."""
        query = {
            "workerSize": worker_size,
            "workerOpt": worker_comparison,
            "queueSize": queue_size,
            "queueOpt": queue_comparison,
            "lastPollTimeSize": last_poll_time,
            "lastPollTimeOpt": last_poll_time_comparison,
        }
        return get("/tasks/queue/polldata/all", query=query, returns=_ALL_POLL_DATA)

    @endpoint
    def requeue_pending_tasks(self, task_type: str) -> Call[str]:
        """Put tasks that are scheduled but lost from their queue back on it; the answer is the server's own text."""
        return post("/tasks/queue/requeue/{}", task_type, returns=str)
