"""Documents of the workflow client. Names follow the server's, in snake_case; fields this version does not know are kept."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pydantic import Field

from conductor_core.errors import InvalidArgumentError
from conductor_core.models import (
    ConductorModel,
    Execution,
    IdempotencyStrategy,
    SearchResult,
    StartWorkflowRequest,
    Task,
    TaskResult,
    TaskResultStatus,
    Tolerant,
    Workflow,
    WorkflowStatus,
)

if TYPE_CHECKING:
    from conductor_core.errors import ConductorError

__all__ = [
    "BulkWorkflows",
    "Consistency",
    "CorrelationIdsSearchRequest",
    "ExternalStorageLocation",
    "IdempotencyStrategy",
    "PayloadOperation",
    "PayloadType",
    "RerunWorkflowRequest",
    "ReturnStrategy",
    "SearchResult",
    "SignalResponse",
    "SkipTaskRequest",
    "StartWorkflowRequest",
    "StartedWorkflow",
    "TaskMock",
    "TaskPage",
    "UpgradeWorkflowRequest",
    "WorkflowRun",
    "WorkflowStateUpdate",
    "WorkflowStatusSummary",
    "WorkflowSummary",
    "WorkflowTestRequest",
]


class Consistency(StrEnum):
    """How safely an executed workflow is stored before the answer comes, on servers that can choose."""

    SYNCHRONOUS = "SYNCHRONOUS"
    DURABLE = "DURABLE"
    REGION_DURABLE = "REGION_DURABLE"


class ReturnStrategy(StrEnum):
    """What the answer to a signal or an execution is about."""

    TARGET_WORKFLOW = "TARGET_WORKFLOW"
    BLOCKING_WORKFLOW = "BLOCKING_WORKFLOW"
    BLOCKING_TASK = "BLOCKING_TASK"
    BLOCKING_TASK_INPUT = "BLOCKING_TASK_INPUT"


class PayloadOperation(StrEnum):
    """What is to be done with a payload that is kept outside the server."""

    READ = "READ"
    WRITE = "WRITE"


class PayloadType(StrEnum):
    """What the payload is."""

    TASK_INPUT = "TASK_INPUT"
    TASK_OUTPUT = "TASK_OUTPUT"
    WORKFLOW_INPUT = "WORKFLOW_INPUT"
    WORKFLOW_OUTPUT = "WORKFLOW_OUTPUT"


class ExternalStorageLocation(ConductorModel):
    """Where a payload is written to or read from; both are empty on a server that keeps all payloads itself."""

    uri: str | None = None
    path: str | None = None


class RerunWorkflowRequest(ConductorModel):
    """From where to run a workflow again, and with what."""

    re_run_from_workflow_id: str | None = None
    re_run_from_task_id: str | None = None
    """Task to run from; None starts from the beginning."""
    workflow_input: dict[str, Any] | None = None
    """Replaces the workflow's input, when run from the beginning."""
    task_input: dict[str, Any] | None = None
    """Replaces the task's input."""
    correlation_id: str | None = None


class SkipTaskRequest(ConductorModel):
    """Input and output of a task that is not to run."""

    task_input: dict[str, Any] = Field(default_factory=dict)
    task_output: dict[str, Any] = Field(default_factory=dict)


class CorrelationIdsSearchRequest(ConductorModel):
    """Which executions to find: every pair of these names and correlation ids."""

    correlation_ids: list[str]
    workflow_names: list[str]


class WorkflowRun(Execution, ConductorModel):
    """What an executed workflow has come to, finished or not."""

    workflow_id: str = ""
    status: Tolerant[WorkflowStatus] = WorkflowStatus.RUNNING
    input: dict[str, Any] = Field(default_factory=dict)
    output: dict[str, Any] = Field(default_factory=dict)
    variables: dict[str, Any] = Field(default_factory=dict)
    tasks: list[Task] = Field(default_factory=list[Task])
    correlation_id: str | None = None
    request_id: str | None = None
    priority: int | None = None
    signal_timeout: bool | None = None
    """Whether the wait ended before what it waited for."""
    response_type: str | None = None
    target_workflow_id: str | None = None
    target_workflow_status: str | None = None
    reason_for_incompletion: str | None = None
    created_by: str | None = None
    create_time: int | None = None
    update_time: int | None = None


class SignalResponse(ConductorModel):
    """What a signal or an execution was asked to return: an execution, or the task that it waits at.

    The typed parts refuse the wrong kind: :attr:`run` is there for the two strategies about workflows, :attr:`blocking_task`
    and :attr:`task_input` for the two about tasks.
    """

    response_type: Tolerant[ReturnStrategy] = ReturnStrategy.TARGET_WORKFLOW
    """What this is: the strategy that was asked for."""
    target_workflow_id: str | None = None
    """The execution that was signalled or started."""
    target_workflow_status: str | None = None
    workflow_id: str = ""
    """The execution that this is about; another one than the target when that waits in a sub-workflow."""
    request_id: str | None = None
    correlation_id: str | None = None
    input: dict[str, Any] = Field(default_factory=dict)
    """Input of the execution or of the task."""
    output: dict[str, Any] = Field(default_factory=dict)
    """Output of the execution or of the task."""

    @property
    def is_target_workflow(self) -> bool:
        """Whether this is the execution that was signalled or started."""
        return self.response_type == ReturnStrategy.TARGET_WORKFLOW

    @property
    def is_blocking_workflow(self) -> bool:
        """Whether this is the execution that waits, perhaps a sub-workflow of the target."""
        return self.response_type == ReturnStrategy.BLOCKING_WORKFLOW

    @property
    def is_blocking_task(self) -> bool:
        """Whether this is the task that the execution waits at."""
        return self.response_type == ReturnStrategy.BLOCKING_TASK

    @property
    def is_blocking_task_input(self) -> bool:
        """Whether this is the input of the task that the execution waits at."""
        return self.response_type == ReturnStrategy.BLOCKING_TASK_INPUT

    @property
    def run(self) -> WorkflowRun:
        """The execution, with its status and tasks.

        Raises:
            InvalidArgumentError: this is about a task.
        """
        self._require("run", self.is_target_workflow or self.is_blocking_workflow)
        return WorkflowRun.model_validate(self.to_wire())

    @property
    def blocking_task(self) -> Task:
        """The task that the execution waits at.

        Raises:
            InvalidArgumentError: this is something else.
        """
        self._require("blocking_task", self.is_blocking_task)
        document = self.to_wire()
        return Task.model_validate(
            {
                **document,
                "inputData": self.input,
                "outputData": self.output,
                "workflowInstanceId": self.workflow_id,
            }
        )

    @property
    def task_input(self) -> dict[str, Any]:
        """The input of the task that the execution waits at.

        Raises:
            InvalidArgumentError: this is about an execution.
        """
        self._require("task_input", self.is_blocking_task or self.is_blocking_task_input)
        return self.input

    def _require(self, part: str, there: bool) -> None:  # noqa: FBT001 - a condition, not an option
        if not there:
            raise InvalidArgumentError(
                f"{part} is not part of an answer of the strategy {self.response_type}: ask for another return_strategy"
            )


class WorkflowStatusSummary(ConductorModel):
    """The state of one execution without its tasks."""

    workflow_id: str = ""
    correlation_id: str | None = None
    status: Tolerant[WorkflowStatus] = WorkflowStatus.RUNNING
    output: dict[str, Any] | None = None
    """Only when asked for."""
    variables: dict[str, Any] | None = None
    """Only when asked for."""

    @property
    def is_terminal(self) -> bool:
        """Whether the execution has ended; a status this version does not know counts as running."""
        return isinstance(self.status, WorkflowStatus) and self.status.is_terminal


class WorkflowSummary(ConductorModel):
    """One execution as a search finds it: inputs and outputs are text, times are ISO 8601 text."""

    workflow_id: str = ""
    workflow_type: str = ""
    version: int | None = None
    status: Tolerant[WorkflowStatus] = WorkflowStatus.RUNNING
    correlation_id: str | None = None
    start_time: str | None = None
    update_time: str | None = None
    end_time: str | None = None
    execution_time: int | None = None
    """Milliseconds."""
    input: str | None = None
    output: str | None = None
    input_size: int | None = None
    output_size: int | None = None
    reason_for_incompletion: str | None = None
    failed_reference_task_names: str | None = None
    failed_task_names: list[str] | None = None
    priority: int | None = None
    event: str | None = None
    task_to_domain: dict[str, str] | None = None
    idempotency_key: str | None = None
    created_by: str | None = None
    external_input_payload_storage_path: str | None = None
    external_output_payload_storage_path: str | None = None


class TaskPage(ConductorModel):
    """One page of an execution's tasks."""

    total_hits: int = 0
    """Tasks on all pages."""
    results: list[Task] = Field(default_factory=list[Task])
    summary: dict[str, int] | None = None
    """Number of tasks in each state, on servers that count them."""


class TaskMock(ConductorModel):
    """What a task gives when a definition is tested."""

    status: Tolerant[TaskResultStatus] = TaskResultStatus.COMPLETED
    output: dict[str, Any] = Field(default_factory=dict)
    execution_time: int | None = None
    """Milliseconds that the task is to take."""
    queue_wait_time: int | None = None
    """Milliseconds that the task is to wait before."""


class WorkflowTestRequest(StartWorkflowRequest):
    """A definition to run with results in place of workers."""

    task_ref_to_mock_output: dict[str, list[TaskMock]] | None = None
    """Results of each attempt, by the task's reference name."""
    sub_workflow_test_request: dict[str, WorkflowTestRequest] | None = None
    """The same for sub-workflows, by the reference name of their task."""


class WorkflowStateUpdate(ConductorModel):
    """What is to change in an execution, all at once."""

    task_reference_name: str | None = None
    task_result: TaskResult | None = None
    variables: dict[str, Any] | None = None


class UpgradeWorkflowRequest(ConductorModel):
    """To what definition an execution is to move."""

    name: str
    version: int | None = None
    task_output: dict[str, Any] | None = None
    """Outputs of tasks that only the new version has, by reference name."""
    workflow_input: dict[str, Any] | None = None


class BulkWorkflows(ConductorModel):
    """Executions that were asked for by their ids."""

    bulk_error_results: dict[str, str] = Field(default_factory=dict)
    """Message of each id that failed."""
    bulk_successful_results: list[Workflow] = Field(default_factory=list[Workflow])


@dataclass(frozen=True, slots=True)
class StartedWorkflow:
    """What came of one request of several.

    Attributes:
        request: what was asked for.
        workflow_id: id of the execution, or an empty text.
        error: why it did not start, or None.
    """

    request: StartWorkflowRequest
    workflow_id: str = ""
    error: ConductorError | None = None
