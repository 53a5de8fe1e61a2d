"""The four requests of a worker as values: poll, update, update-v2 and heartbeat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from conductor_core._call import get, post

if TYPE_CHECKING:
    from conductor_core._call import Call
    from conductor_core.worker._polled import JsonObject, PolledTask

POLL_MARGIN_SECONDS: Final = 6.5
UPDATE_RETRY_SECONDS: Final = 10.0
HEARTBEAT_TIMEOUT_SECONDS: Final = 10.0
LAST_UPDATE_TIMEOUT_SECONDS: Final = 4.0


def poll_call(
    task_type: str, *, worker_id: str, count: int, timeout_ms: int, domain: str | None
) -> Call[list[dict[str, Any]] | None]:
    """Ask for tasks; the policy never repeats it, the runner's own backoff does.

    Args:
        task_type: task definition name.
        worker_id: id of the worker.
        count: most tasks wanted.
        timeout_ms: milliseconds that the server may hold the request open.
        domain: task domain; None sends none.
    """
    return get(
        "/tasks/poll/batch/{}",
        task_type,
        query={"workerid": worker_id, "count": count, "timeout": timeout_ms, "domain": domain or None},
        returns=list[dict[str, Any]],
        none_when_empty=True,
        # The server holds the request for the poll timeout, so the client has to be more patient than that.
        timeout=timeout_ms / 1000 + POLL_MARGIN_SECONDS,
        retry_budget=0,
        repeatable=False,  # each poll takes tasks, so one whose answer was lost must not be sent again unseen
    )


def update_call(document: JsonObject) -> Call[None]:
    """Report a result; the server ignores a second report of the same task, so sending twice is safe."""
    return post("/tasks", body=document, retry_budget=UPDATE_RETRY_SECONDS, repeatable=True)


def last_update_call(document: JsonObject) -> Call[None]:
    """Report a result when the process is about to end: one short try."""
    return post("/tasks", body=document, retry_budget=0, repeatable=True, timeout=LAST_UPDATE_TIMEOUT_SECONDS)


def update_v2_call(document: JsonObject) -> Call[dict[str, Any] | None]:
    """Report a result and take the next task of the same type and domain from the answer.

    Sending it twice could fetch two tasks, so a broken exchange is not repeated.
    """
    return post(
        "/tasks/update-v2",
        body=document,
        returns=dict[str, Any],
        none_when_empty=True,
        retry_budget=UPDATE_RETRY_SECONDS,
        repeatable=False,
    )


def heartbeat_call(task: PolledTask, worker_id: str) -> Call[None]:
    """Extend the lease of a running task; the tracker itself repeats it."""
    document = {
        "taskId": task.task_id,
        "workflowInstanceId": task.workflow_instance_id,
        "workerId": worker_id,
        "status": "IN_PROGRESS",
        "extendLease": True,
    }
    return post("/tasks", body=document, retry_budget=0, timeout=HEARTBEAT_TIMEOUT_SECONDS)
