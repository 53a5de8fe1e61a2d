"""A value for each parameter of a client method, chosen by its annotation."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Final

from conductor_core.models import TaskDef, TaskResult, TaskResultStatus, TaskStatus, WorkflowDef, WorkflowTask
from conductor_human_tasks.models import (
    HumanTaskAssignment,
    HumanTaskSearch,
    HumanTaskState,
    HumanTaskTemplate,
    HumanTaskUser,
    SearchType,
    Tag,
    UserType,
)
from conductor_tasks.models import SizeComparison
from conductor_workflows.models import (
    Consistency,
    CorrelationIdsSearchRequest,
    RerunWorkflowRequest,
    SkipTaskRequest,
    StartWorkflowRequest,
)

if TYPE_CHECKING:
    from conductor_core._endpoint import Endpoint

TASK: Final = WorkflowTask(name="charge", task_reference_name="charge")
WORKFLOW: Final = WorkflowDef(name="orders", tasks=[TASK])
FORM: Final = HumanTaskTemplate(name="form", json_schema={"type": "object"})
START: Final = StartWorkflowRequest(name="orders", version=2, input={"a": 1}, workflow_def=WORKFLOW)
SAMPLES: Final[dict[str, Any]] = {
    "CorrelationIdsSearchRequest": CorrelationIdsSearchRequest(correlation_ids=["c"], workflow_names=["orders"]),
    "Consistency": Consistency.DURABLE,
    "HumanTaskSearch": HumanTaskSearch(states=[HumanTaskState.PENDING]),
    "HumanTaskState": HumanTaskState.PENDING,
    "HumanTaskTemplate": FORM,
    "Iterable[StartWorkflowRequest]": [START],
    "Mapping[str, object]": {"a": {"b": None}},
    "Output": {"a": {"b": None}},
    "RerunWorkflowRequest": RerunWorkflowRequest(re_run_from_task_id="t", task_input={"a": 1}),
    "SearchType": SearchType.INBOX,
    "Sequence[HumanTaskAssignment]": [HumanTaskAssignment(assignee=HumanTaskUser(user="ada"), sla_minutes=5)],
    "Sequence[HumanTaskTemplate]": [FORM],
    "Sequence[Tag]": [Tag(key="team", value="sales")],
    "Sequence[TaskDef]": [TaskDef(name="charge")],
    "Sequence[TaskStatus]": [TaskStatus.FAILED, TaskStatus.TIMED_OUT],
    "Sequence[WorkflowDef | DefinitionSource]": [WORKFLOW],
    "Sequence[int]": [1],
    "Sequence[str]": ["one", "two"],
    "SizeComparison": SizeComparison.GREATER,
    "SkipTaskRequest": SkipTaskRequest(task_output={"a": 1}),
    "StartWorkflowRequest": START,
    "TaskDef": TaskDef(name="charge", retry_count=1),
    "TaskResult": TaskResult(task_id="t", workflow_instance_id="w", output_data={"a": 1}),
    "TaskResultStatus": TaskResultStatus.COMPLETED,
    "TypedUser": "CONDUCTOR_USER:ada",
    "UserType": UserType.EXTERNAL_USER,
    "Values": {"a": {"b": None}},
    "WorkflowDef | DefinitionSource": WORKFLOW,
    "bool": True,
    "float": 1.5,
    "int": 3,
    "str": "text",
}


def arguments_of(endpoint: Endpoint[..., Any]) -> dict[str, Any]:
    """A value for every parameter, so that every part of the request shows."""
    parameters = inspect.signature(endpoint.builder).parameters.values()
    return {parameter.name: sample_of(parameter) for parameter in list(parameters)[1:]}


def sample_of(parameter: inspect.Parameter) -> Any:
    """A value that fits the parameter's annotation."""
    annotation = str(parameter.annotation).removesuffix(" | None")
    assert annotation in SAMPLES, f"add a sample for {annotation!r} (parameter {parameter.name!r}) to {__name__}"
    return SAMPLES[annotation]
