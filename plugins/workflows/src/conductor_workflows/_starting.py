"""How executions start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core import Api, ApiError, Call, ConductorError, Face, Flow, Sleep, Together, WorkflowDef, endpoint, post
from conductor_core.errors import ClosedError, InvalidArgumentError, TransportFailureError
from conductor_workflows._as_api import idempotency_headers
from conductor_workflows._sources import DefinitionSource, definition_of
from conductor_workflows.models import (
    Consistency,
    IdempotencyStrategy,
    ReturnStrategy,
    SignalResponse,
    StartedWorkflow,
    StartWorkflowRequest,
    WorkflowRun,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_MARGIN = 30.0  # seconds that an answer may take beyond the time the server was asked to wait


class Starting(Api[Face]):
    """Registers, starts and executes workflows."""

    @endpoint
    def register_workflow(self, definition: WorkflowDef | DefinitionSource, *, overwrite: bool = False) -> Call[None]:
        """Store a definition; one of the same name and version is replaced, or a ConflictError without ``overwrite``."""
        body = definition_of(definition)
        return post("/metadata/workflow", query={"overwrite": overwrite}, body=body, repeatable=overwrite)

    @endpoint
    def start_workflow(self, request: StartWorkflowRequest) -> Call[str]:
        """Start one execution and return its id."""
        return post("/workflow", body=_checked(request), returns=str)

    @endpoint
    def start_workflow_by_name(
        self,
        name: str,
        input: Mapping[str, object] | None = None,
        *,
        version: int | None = None,
        correlation_id: str | None = None,
        priority: int | None = None,
        idempotency_key: str | None = None,
        idempotency_strategy: IdempotencyStrategy | None = None,
    ) -> Call[str]:
        """Start one execution of the highest version, or of a given one, and return its id."""
        query = {"version": version, "correlationId": correlation_id, "priority": priority}
        headers = idempotency_headers(idempotency_key, idempotency_strategy)
        return post("/workflow/{}", name, query=query, headers=headers, body=dict(input or {}), returns=str)

    @endpoint
    def start_workflows(
        self, requests: Iterable[StartWorkflowRequest], *, concurrency: int = 8
    ) -> Flow[list[StartedWorkflow]]:
        """Start several executions, and say of each, in the order of the requests, its id or why it did not start.

        Args:
            requests: what to start.
            concurrency: starts under way at the same time, at least 1; with 1 they are sent in their order.

        Raises:
            InvalidArgumentError: the concurrency is below 1.
            ClosedError: the conductor was closed meanwhile.
        """
        if concurrency < 1:
            raise InvalidArgumentError(f"concurrency must be 1 or more, got {concurrency}")
        asked = [(request, _start(request)) for request in requests]
        calls = tuple(call for _, call in asked if isinstance(call, Call))
        answers = iter((yield from Together(calls, concurrency)))
        started = [_started(request, next(answers) if isinstance(call, Call) else call) for request, call in asked]
        closed = next((one.error for one in started if isinstance(one.error, ClosedError)), None)
        if closed is not None:
            raise closed
        return started

    @endpoint
    def execute_workflow(
        self,
        request: StartWorkflowRequest,
        *,
        wait_until_task_ref: str | None = None,
        wait_for_seconds: int = 10,
        request_id: str | None = None,
        consistency: Consistency | None = None,
    ) -> Call[WorkflowRun]:
        """Start a workflow and wait on the server until it ends, reaches a task, or the time is over.

        Args:
            request: what to start; without a version the highest one is taken.
            wait_until_task_ref: reference name of a task; the answer comes when it has ended.
            wait_for_seconds: seconds to wait; a workflow that needs longer goes on, and the run says how far it is.
            request_id: an id of the caller's, which comes back in the run.
            consistency: how safely the execution is stored first, on servers that can choose.
        """
        query = {"requestId": request_id, "waitUntilTaskRef": wait_until_task_ref or None, "consistency": consistency}
        return _execution(request, wait_for_seconds, query)

    @endpoint
    def execute_workflow_with_retry(
        self,
        request: StartWorkflowRequest,
        *,
        tries: int = 3,
        retry_wait: float = 1.0,
        wait_until_task_ref: str | None = None,
        wait_for_seconds: int = 10,
    ) -> Flow[WorkflowRun]:
        """Do what `execute_workflow` does, and again where the server says, or is not there to say, that it may work later.

        A start whose answer was lost is not repeated. For programs that talk to a server which comes up beside them,
        such as tests.

        Args:
            request: what to start; without a version the highest one is taken.
            tries: how often to ask, in all.
            retry_wait: seconds between two tries.
            wait_until_task_ref: reference name of a task; the answer comes when it has ended.
            wait_for_seconds: seconds to wait on the server; a workflow that needs longer goes on.

        Raises:
            ConductorError: the last try failed, or one failed in a way that no other try mends.
        """
        call = _execution(request, wait_for_seconds, {"waitUntilTaskRef": wait_until_task_ref or None})
        for _ in range(tries - 1):
            try:
                return (yield from call)
            except (ApiError, TransportFailureError) as error:
                if not error.retryable:
                    raise
            yield Sleep(retry_wait)
        return (yield from call)

    @endpoint
    def execute_workflow_with_return_strategy(
        self,
        request: StartWorkflowRequest,
        *,
        return_strategy: ReturnStrategy = ReturnStrategy.TARGET_WORKFLOW,
        wait_until_task_ref: str | None = None,
        wait_for_seconds: int = 10,
        request_id: str | None = None,
        consistency: Consistency = Consistency.DURABLE,
    ) -> Call[SignalResponse]:
        """Start a workflow and wait on the server until it blocks or ends, and return what the strategy asks for.

        Args:
            request: what to start; without a version the highest one is taken.
            return_strategy: what the answer is about: the execution, the one that waits, or the task that it waits at.
            wait_until_task_ref: reference name of a task; the answer comes when it has ended.
            wait_for_seconds: seconds to wait.
            request_id: an id of the caller's, which comes back in the answer.
            consistency: how safely the execution is stored first, on servers that can choose.
        """
        query = {
            "requestId": request_id,
            "waitUntilTaskRef": wait_until_task_ref or None,
            "waitForSeconds": wait_for_seconds,
            "consistency": consistency,
            "returnStrategy": return_strategy,
        }
        return post(
            "/workflow/execute/{}/{}",
            _checked(request).name,
            request.version or 0,  # 0 is the highest version
            query=query,
            body=request,
            returns=SignalResponse,
            timeout=wait_for_seconds + _MARGIN,
        )


def _execution(
    request: StartWorkflowRequest, wait_for_seconds: int, query: Mapping[str, str | None]
) -> Call[WorkflowRun]:
    return post(
        "/workflow/execute/{}/{}",
        _checked(request).name,
        request.version or 0,  # 0 is the highest version
        query={**query, "waitForSeconds": wait_for_seconds},
        body=request,
        returns=WorkflowRun,
        timeout=wait_for_seconds + _MARGIN,
    )


def _start(request: StartWorkflowRequest) -> Call[str] | ConductorError:
    """Return the call that starts an execution, or what is wrong with the request."""
    try:
        return post("/workflow", body=_checked(request), returns=str)
    except ConductorError as error:
        return error


def _started(request: StartWorkflowRequest, answer: str | ConductorError) -> StartedWorkflow:
    if isinstance(answer, ConductorError):
        return StartedWorkflow(request, error=answer)
    return StartedWorkflow(request, answer)


def _checked(request: object) -> StartWorkflowRequest:
    """Refuse what is no request: most often the name of the workflow alone."""
    if isinstance(request, StartWorkflowRequest):
        return request
    raise InvalidArgumentError(
        f"request must be a StartWorkflowRequest, got {type(request).__name__}; write StartWorkflowRequest(name=...)"
    )
