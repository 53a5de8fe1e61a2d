"""The builders as functions, reference name first: the style of the other official libraries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from conductor_workflows.builder._document import GetDocumentTask
from conductor_workflows.builder._dynamic import DynamicForkTask, DynamicTask
from conductor_workflows.builder._event import ConductorEventTask, EventTask, SqsEventTask
from conductor_workflows.builder._fork import ForkTask, JoinTask
from conductor_workflows.builder._http import HttpPollTask, HttpTask
from conductor_workflows.builder._human import AssignmentCompletionStrategy, HumanTask
from conductor_workflows.builder._inline import InlineTask
from conductor_workflows.builder._jq import JsonJQTask
from conductor_workflows.builder._kafka import KafkaPublishTask
from conductor_workflows.builder._loop import DoWhileTask, LoopTask
from conductor_workflows.builder._simple import SimpleTask
from conductor_workflows.builder._start_workflow import StartWorkflowTask
from conductor_workflows.builder._sub_workflow import SubWorkflowTask
from conductor_workflows.builder._switch import SwitchTask
from conductor_workflows.builder._terminate import TerminateTask
from conductor_workflows.builder._variables import SetVariableTask
from conductor_workflows.builder._wait import WaitTask
from conductor_workflows.builder._waiting_for import WaitForWebhookTask

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from conductor_workflows.builder._http import HttpInput, HttpPollInput
    from conductor_workflows.builder._human import Assignment
    from conductor_workflows.builder._kafka import KafkaPublishInput
    from conductor_workflows.builder._sequence import Step
    from conductor_workflows.builder._switch import K
    from conductor_workflows.builder._task import TaskOptions
    from conductor_workflows.builder._terminate import FinalStatus


def simple_task(
    task_ref_name: str,
    task_def_name: str,
    inputs: Mapping[str, object] | None = None,
    **options: Unpack[TaskOptions],
) -> SimpleTask:
    """Return a :class:`SimpleTask`."""
    return SimpleTask(task_def_name, task_ref_name, inputs=inputs, **options)


def http_task(
    task_ref_name: str,
    http_input: HttpInput | Mapping[str, object],
    *,
    async_complete: bool | None = None,
    **options: Unpack[TaskOptions],
) -> HttpTask:
    """Return an :class:`HttpTask`."""
    return HttpTask(task_ref_name, http_input, async_complete=async_complete, **options)


def http_poll_task(
    task_ref_name: str, http_input: HttpPollInput | Mapping[str, object], **options: Unpack[TaskOptions]
) -> HttpPollTask:
    """Return an :class:`HttpPollTask`."""
    return HttpPollTask(task_ref_name, http_input, **options)


def inline_task(
    task_ref_name: str,
    script: str,
    evaluator_type: str = "graaljs",
    bindings: Mapping[str, object] | None = None,
    **options: Unpack[TaskOptions],
) -> InlineTask:
    """Return an :class:`InlineTask`."""
    return InlineTask(task_ref_name, script, bindings, evaluator_type=evaluator_type, **options)


def sub_workflow_task(
    task_ref_name: str,
    workflow_name: str,
    version: int | None = None,
    task_to_domain: Mapping[str, str] | None = None,
    *,
    inputs: Mapping[str, object] | None = None,
    **options: Unpack[TaskOptions],
) -> SubWorkflowTask:
    """Return a :class:`SubWorkflowTask`."""
    return SubWorkflowTask(task_ref_name, workflow_name, version, task_to_domain, inputs=inputs, **options)


def switch_task(
    task_ref_name: str,
    expression: str,
    cases: Mapping[K, Step] | None = None,
    default_case: Step | None = None,
    *,
    use_javascript: bool = False,
    **options: Unpack[TaskOptions],
) -> SwitchTask:
    """Return a :class:`SwitchTask`."""
    switch = SwitchTask(task_ref_name, expression, use_javascript, cases, **options)
    return switch if default_case is None else switch.default_case(default_case)


def fork_task(task_ref_name: str, branches: Sequence[Step], **options: Unpack[TaskOptions]) -> ForkTask:
    """Return a :class:`ForkTask`, whose join waits for the last task of each branch."""
    return ForkTask(task_ref_name, branches, **options)


def fork_task_join(
    task_ref_name: str, branches: Sequence[Step], join_on: Sequence[str] | None = None, **options: Unpack[TaskOptions]
) -> ForkTask:
    """Return a :class:`ForkTask`; the join can be told what to wait for."""
    return ForkTask(task_ref_name, branches, join_on, **options)


def join_task(
    task_ref_name: str,
    join_on: Sequence[str] | None = None,
    join_on_script: str | None = None,
    **options: Unpack[TaskOptions],
) -> JoinTask:
    """Return a :class:`JoinTask`."""
    return JoinTask(task_ref_name, join_on, join_on_script, **options)


def dynamic_task(
    task_ref_name: str,
    dynamic_task_name: str,
    dynamic_task_param: str = "taskToExecute",
    *,
    inputs: Mapping[str, object] | None = None,
    **options: Unpack[TaskOptions],
) -> DynamicTask:
    """Return a :class:`DynamicTask`."""
    return DynamicTask(dynamic_task_name, task_ref_name, dynamic_task_param, inputs=inputs, **options)


def dynamic_fork_task(
    task_ref_name: str,
    tasks: object = (),
    inputs: object = None,
    join_task: JoinTask | None = None,
    **options: Unpack[TaskOptions],
) -> DynamicForkTask:
    """Return a :class:`DynamicForkTask`; tasks and their inputs are values or expressions."""
    fork = DynamicForkTask(task_ref_name, join_task=join_task, **options)
    return fork.from_lists(tasks, {} if inputs is None else inputs)


def do_while_task(
    task_ref_name: str, condition: str, tasks: Step, *, keep_last: int | None = None, **options: Unpack[TaskOptions]
) -> DoWhileTask:
    """Return a :class:`DoWhileTask`."""
    return DoWhileTask(task_ref_name, condition, tasks, keep_last=keep_last, **options)


def loop_task(task_ref_name: str, count: int | str, tasks: Step, **options: Unpack[TaskOptions]) -> LoopTask:
    """Return a :class:`LoopTask`."""
    return LoopTask(task_ref_name, count, tasks, **options)


def wait_task_duration(task_ref_name: str, duration: int | str, **options: Unpack[TaskOptions]) -> WaitTask:
    """Return a :class:`WaitTask` for a duration: seconds, or text like ``2h 30m``."""
    return WaitTask(task_ref_name, wait_for_seconds=duration, **options)


def wait_task_until(task_ref_name: str, until: dt.datetime | str, **options: Unpack[TaskOptions]) -> WaitTask:
    """Return a :class:`WaitTask` until a time."""
    return WaitTask(task_ref_name, wait_until=until, **options)


def wait_for_webhook_task(
    task_ref_name: str, matches: Mapping[str, object], **options: Unpack[TaskOptions]
) -> WaitForWebhookTask:
    """Return a :class:`WaitForWebhookTask`."""
    return WaitForWebhookTask(task_ref_name, matches, **options)


def set_variable_task(
    task_ref_name: str, values: Mapping[str, object], **options: Unpack[TaskOptions]
) -> SetVariableTask:
    """Return a :class:`SetVariableTask`."""
    return SetVariableTask(task_ref_name, values, **options)


def terminate_task(
    task_ref_name: str, status: FinalStatus, reason: str | None = None, **options: Unpack[TaskOptions]
) -> TerminateTask:
    """Return a :class:`TerminateTask`."""
    return TerminateTask(task_ref_name, status, reason, **options)


def event_task(
    task_ref_name: str,
    event_prefix: str,
    event_suffix: str,
    *,
    inputs: Mapping[str, object] | None = None,
    **options: Unpack[TaskOptions],
) -> EventTask:
    """Return an :class:`EventTask`."""
    return EventTask(task_ref_name, event_prefix, event_suffix, inputs=inputs, **options)


def sqs_event_task(
    task_ref_name: str, queue: str, *, inputs: Mapping[str, object] | None = None, **options: Unpack[TaskOptions]
) -> SqsEventTask:
    """Return an :class:`SqsEventTask`."""
    return SqsEventTask(task_ref_name, queue, inputs=inputs, **options)


def conductor_event_task(
    task_ref_name: str, event: str, *, inputs: Mapping[str, object] | None = None, **options: Unpack[TaskOptions]
) -> ConductorEventTask:
    """Return a :class:`ConductorEventTask`."""
    return ConductorEventTask(task_ref_name, event, inputs=inputs, **options)


def human_task(
    task_ref_name: str,
    *,
    display_name: str | None = None,
    form_template: str | None = None,
    form_version: int = 0,
    assignment_completion_strategy: str = AssignmentCompletionStrategy.LEAVE_OPEN,
    assignments: Sequence[Assignment | str] = (),
    inputs: Mapping[str, object] | None = None,
    **options: Unpack[TaskOptions],
) -> HumanTask:
    """Return a :class:`HumanTask`."""
    return HumanTask(
        task_ref_name,
        display_name,
        form_template,
        form_version,
        assignment_completion_strategy,
        assignments=assignments,
        inputs=inputs,
        **options,
    )


def start_workflow_task(
    task_ref_name: str,
    workflow_name: str,
    workflow_input: Mapping[str, object] | None = None,
    version: int | None = None,
    correlation_id: str | None = None,
    **options: Unpack[TaskOptions],
) -> StartWorkflowTask:
    """Return a :class:`StartWorkflowTask`."""
    return StartWorkflowTask(task_ref_name, workflow_name, workflow_input, version, correlation_id, **options)


def kafka_publish_task(
    task_ref_name: str, kafka_request: KafkaPublishInput | Mapping[str, object], **options: Unpack[TaskOptions]
) -> KafkaPublishTask:
    """Return a :class:`KafkaPublishTask`."""
    return KafkaPublishTask(task_ref_name, kafka_request, **options)


def json_jq_task(
    task_ref_name: str, script: str, inputs: Mapping[str, object] | None = None, **options: Unpack[TaskOptions]
) -> JsonJQTask:
    """Return a :class:`JsonJQTask`."""
    return JsonJQTask(task_ref_name, script, inputs, **options)


def get_document_task(
    task_ref_name: str, url: str, media_type: str | None = None, **options: Unpack[TaskOptions]
) -> GetDocumentTask:
    """Return a :class:`GetDocumentTask`."""
    return GetDocumentTask(task_ref_name, url, media_type, **options)
