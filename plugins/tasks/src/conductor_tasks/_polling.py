"""How a worker gets its tasks."""

from __future__ import annotations

from conductor_core import Api, Call, Face, endpoint, get
from conductor_core.models import Task

_MARGIN = 15.0  # seconds that an answer may take beyond the time the server was asked to wait


class Polling(Api[Face]):
    """Polls. A failed poll is not repeated by the retry policy: the caller's loop polls again anyway."""

    @endpoint
    def poll_task(
        self, task_type: str, *, worker_id: str | None = None, domain: str | None = None
    ) -> Call[Task | None]:
        """Take one task of a type, or None when nothing is waiting; an empty domain is the same as none."""
        query = {"workerid": worker_id, "domain": domain or None}
        return get(
            "/tasks/poll/{}",
            task_type,
            query=query,
            returns=Task,
            none_when_empty=True,
            retry_budget=0,
            repeatable=False,
        )

    @endpoint
    def batch_poll(
        self,
        task_type: str,
        *,
        count: int = 1,
        timeout: int = 100,
        worker_id: str | None = None,
        domain: str | None = None,
    ) -> Call[list[Task]]:
        """Take up to ``count`` tasks; the server waits up to ``timeout`` milliseconds (at most 5000) for the first one."""
        return get(
            "/tasks/poll/batch/{}",
            task_type,
            query={"workerid": worker_id, "domain": domain or None, "count": count, "timeout": timeout},
            returns=list[Task],
            timeout=timeout / 1000 + _MARGIN,
            retry_budget=0,
            repeatable=False,
        )
