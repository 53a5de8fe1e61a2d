"""Workflows that are called like an HTTP API, and starts that name their version in the path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from conductor_core import Api, Call, Face, endpoint, get, post

if TYPE_CHECKING:
    from conductor_workflows.models import IdempotencyStrategy

Values = Mapping[str, object]
_DOCUMENT = dict[str, Any]
_MARGIN = 30.0  # seconds that an answer may take beyond the time the server was asked to wait
_HINT = "use execute_workflow, and take the output of the run"


class AsApi(Api[Face]):
    """Executions whose answer is the workflow's output."""

    @endpoint
    def execute_as_api(
        self,
        name: str,
        input: Values | None = None,
        *,
        version: int | None = None,
        request_id: str | None = None,
        wait_until_task_ref: str | None = None,
        wait_for_seconds: int = 10,
        idempotency_key: str | None = None,
        idempotency_strategy: IdempotencyStrategy | None = None,
    ) -> Call[dict[str, Any]]:
        """Run a workflow like an HTTP API, and return its output.

        Args:
            name: the workflow.
            input: its input.
            version: version of the definition; None takes the highest.
            request_id: an id of the caller's.
            wait_until_task_ref: reference name of a task; the answer comes when it has ended.
            wait_for_seconds: seconds that the server waits.
            idempotency_key: what makes two calls the same one.
            idempotency_strategy: what the second of two calls that are the same gets.
        """
        headers = _headers(request_id, wait_until_task_ref, wait_for_seconds, idempotency_key, idempotency_strategy)
        return post(
            "/workflow/execute/{}",
            name,
            query={"version": version},
            headers=headers,
            body=dict(input or {}),
            returns=_DOCUMENT,
            timeout=wait_for_seconds + _MARGIN,
            hint=_HINT,
        )

    @endpoint
    def execute_as_get_api(
        self,
        name: str,
        *,
        version: int | None = None,
        request_id: str | None = None,
        wait_until_task_ref: str | None = None,
        wait_for_seconds: int = 10,
        idempotency_key: str | None = None,
        idempotency_strategy: IdempotencyStrategy | None = None,
    ) -> Call[dict[str, Any]]:
        """Run a workflow without an input, and return its output; the arguments are those of :meth:`execute_as_api`."""
        return get(
            "/workflow/execute/{}",
            name,
            query={"version": version},
            headers=_headers(request_id, wait_until_task_ref, wait_for_seconds, idempotency_key, idempotency_strategy),
            returns=_DOCUMENT,
            timeout=wait_for_seconds + _MARGIN,
            repeatable=idempotency_key is not None,
            hint=_HINT,
        )

    @endpoint
    def start_workflow_async(
        self,
        name: str,
        version: int,
        input: Values | None = None,
        *,
        correlation_id: str | None = None,
        priority: int | None = None,
        idempotency_key: str | None = None,
        idempotency_strategy: IdempotencyStrategy | None = None,
    ) -> Call[str]:
        """Have an execution started soon, and return its id at once."""
        return post(
            "/workflow/start/{}/{}",
            name,
            version,
            query={"correlationId": correlation_id, "priority": priority},
            headers=idempotency_headers(idempotency_key, idempotency_strategy),
            body=dict(input or {}),
            returns=str,
            hint="use start_workflow",
        )


def idempotency_headers(key: str | None, strategy: IdempotencyStrategy | None) -> dict[str, object]:
    """Return the headers that make two starts the same one."""
    return {"X-Idempotency-key": key, "X-on-conflict": strategy}


def _headers(
    request_id: str | None,
    wait_until_task_ref: str | None,
    wait_for_seconds: int,
    idempotency_key: str | None,
    idempotency_strategy: IdempotencyStrategy | None,
) -> dict[str, object]:
    waiting = {"requestId": request_id, "waitUntilTaskRef": wait_until_task_ref, "waitForSeconds": wait_for_seconds}
    return waiting | idempotency_headers(idempotency_key, idempotency_strategy)
