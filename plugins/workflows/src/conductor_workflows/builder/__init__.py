"""Workflow definitions in code: tasks, and what puts them in order. Building needs no client and no server."""

from conductor_workflows._sources import DefinitionSource, TaskSource
from conductor_workflows.builder._definitions import TASK_DEFAULTS, task_definition, workflow
from conductor_workflows.builder._document import GetDocumentTask
from conductor_workflows.builder._dynamic import DynamicForkTask, DynamicTask
from conductor_workflows.builder._event import ConductorEventTask, EventTask, SqsEventTask
from conductor_workflows.builder._expression import Expression
from conductor_workflows.builder._fork import ForkTask, JoinTask
from conductor_workflows.builder._functions import (
    conductor_event_task,
    do_while_task,
    dynamic_fork_task,
    dynamic_task,
    event_task,
    fork_task,
    fork_task_join,
    get_document_task,
    http_poll_task,
    http_task,
    human_task,
    inline_task,
    join_task,
    json_jq_task,
    kafka_publish_task,
    loop_task,
    set_variable_task,
    simple_task,
    sqs_event_task,
    start_workflow_task,
    sub_workflow_task,
    switch_task,
    terminate_task,
    wait_for_webhook_task,
    wait_task_duration,
    wait_task_until,
)
from conductor_workflows.builder._http import HttpInput, HttpMethod, HttpPollInput, HttpPollTask, HttpTask
from conductor_workflows.builder._human import (
    Assignment,
    AssignmentCompletionStrategy,
    HumanTask,
    TriggerType,
    UserType,
)
from conductor_workflows.builder._inline import InlineTask, JavascriptTask
from conductor_workflows.builder._jq import JsonJQTask
from conductor_workflows.builder._kafka import KafkaPublishInput, KafkaPublishTask
from conductor_workflows.builder._loop import DoWhileTask, ForEachTask, LoopTask
from conductor_workflows.builder._simple import SimpleTask
from conductor_workflows.builder._start_workflow import StartWorkflowTask
from conductor_workflows.builder._sub_workflow import InlineSubWorkflowTask, SubWorkflowTask
from conductor_workflows.builder._switch import SwitchTask
from conductor_workflows.builder._task import TaskBuilder, TaskOptions
from conductor_workflows.builder._terminate import TerminateTask
from conductor_workflows.builder._update_task import UpdateTask
from conductor_workflows.builder._variables import SetVariableTask
from conductor_workflows.builder._wait import WaitForDurationTask, WaitTask, WaitUntilTask
from conductor_workflows.builder._waiting_for import PullWorkflowMessagesTask, WaitForWebhookTask
from conductor_workflows.builder._workflow import ConductorWorkflow

__all__ = [
    "TASK_DEFAULTS",
    "Assignment",
    "AssignmentCompletionStrategy",
    "ConductorEventTask",
    "ConductorWorkflow",
    "DefinitionSource",
    "DoWhileTask",
    "DynamicForkTask",
    "DynamicTask",
    "EventTask",
    "Expression",
    "ForEachTask",
    "ForkTask",
    "GetDocumentTask",
    "HttpInput",
    "HttpMethod",
    "HttpPollInput",
    "HttpPollTask",
    "HttpTask",
    "HumanTask",
    "InlineSubWorkflowTask",
    "InlineTask",
    "JavascriptTask",
    "JoinTask",
    "JsonJQTask",
    "KafkaPublishInput",
    "KafkaPublishTask",
    "LoopTask",
    "PullWorkflowMessagesTask",
    "SetVariableTask",
    "SimpleTask",
    "SqsEventTask",
    "StartWorkflowTask",
    "SubWorkflowTask",
    "SwitchTask",
    "TaskBuilder",
    "TaskOptions",
    "TaskSource",
    "TerminateTask",
    "TriggerType",
    "UpdateTask",
    "UserType",
    "WaitForDurationTask",
    "WaitForWebhookTask",
    "WaitTask",
    "WaitUntilTask",
    "conductor_event_task",
    "do_while_task",
    "dynamic_fork_task",
    "dynamic_task",
    "event_task",
    "fork_task",
    "fork_task_join",
    "get_document_task",
    "http_poll_task",
    "http_task",
    "human_task",
    "inline_task",
    "join_task",
    "json_jq_task",
    "kafka_publish_task",
    "loop_task",
    "set_variable_task",
    "simple_task",
    "sqs_event_task",
    "start_workflow_task",
    "sub_workflow_task",
    "switch_task",
    "task_definition",
    "terminate_task",
    "wait_for_webhook_task",
    "wait_task_duration",
    "wait_task_until",
    "workflow",
]
