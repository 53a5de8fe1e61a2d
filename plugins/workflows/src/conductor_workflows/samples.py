"""Sample tasks of every type, valid as they are, for tests of what handles definitions.

Each function takes fields of :class:`~conductor_core.models.WorkflowTask` that replace the sample's own. Names are new each
time, so that samples can stand together in one definition.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from conductor_workflows.builder import (
    ConductorWorkflow,
    DoWhileTask,
    EventTask,
    ForkTask,
    HttpTask,
    InlineTask,
    JoinTask,
    JsonJQTask,
    KafkaPublishInput,
    KafkaPublishTask,
    SetVariableTask,
    SimpleTask,
    SubWorkflowTask,
    SwitchTask,
    TaskBuilder,
    TerminateTask,
    WaitTask,
)

if TYPE_CHECKING:
    from conductor_core.models import WorkflowDef, WorkflowTask


def generate_task(type: str, **overrides: object) -> WorkflowTask:
    """Return a task of any type that the server knows, with nothing but its names."""
    from conductor_core.models import WorkflowTask  # noqa: PLC0415 - building definitions must not load the models

    ref = _ref(type.lower())
    return WorkflowTask.model_validate({"name": ref, "task_reference_name": ref, "type": type, **overrides})


def generate_simple_task(**overrides: object) -> WorkflowTask:
    """Return a task for workers."""
    ref = _ref("simple")
    return _sample(SimpleTask(ref, ref), overrides)


def generate_http_task(**overrides: object) -> WorkflowTask:
    """Return a call of a web service."""
    return _sample(
        HttpTask(_ref("http"), {"uri": "http://localhost:8080/orders/${workflow.input.order_id}"}), overrides
    )


def generate_inline_task(**overrides: object) -> WorkflowTask:
    """Return a script."""
    return _sample(InlineTask(_ref("inline"), "$.value * 2", {"value": "${workflow.input.value}"}), overrides)


def generate_switch_task(**overrides: object) -> WorkflowTask:
    """Return a choice between a script and nothing."""
    way = InlineTask(_ref("inline"), "1")
    return _sample(SwitchTask(_ref("switch"), "${workflow.input.way}", cases={"a": way}), overrides)


def generate_do_while_task(**overrides: object) -> WorkflowTask:
    """Return a loop of two rounds over a script."""
    ref = _ref("do_while")
    body = InlineTask(_ref("inline"), "1")
    return _sample(DoWhileTask(ref, f"$['{ref}']['iteration'] < 2", body), overrides)


def generate_fork_join_task(**overrides: object) -> WorkflowTask:
    """Return a fork of two scripts; put :func:`generate_join_task` behind it."""
    branches = [InlineTask(_ref("inline"), "1"), InlineTask(_ref("inline"), "2")]
    return _sample(ForkTask(_ref("fork"), branches), overrides)


def generate_join_task(**overrides: object) -> WorkflowTask:
    """Return a join that waits for nothing unless it is given ``join_on``."""
    return _sample(JoinTask(_ref("join")), overrides)


def generate_event_task(**overrides: object) -> WorkflowTask:
    """Return an event for the server's own handlers."""
    return _sample(EventTask(_ref("event"), "conductor", "order_shipped"), overrides)


def generate_jq_transform_task(**overrides: object) -> WorkflowTask:
    """Return a script of jq that joins two lists."""
    return _sample(JsonJQTask(_ref("jq"), ".left + .right", {"left": [1], "right": [2]}), overrides)


def generate_kafka_publish_task(**overrides: object) -> WorkflowTask:
    """Return a record for Apache Kafka."""
    record = KafkaPublishInput(bootstrap_servers="localhost:9092", topic="orders", value="${workflow.input.order}")
    return _sample(KafkaPublishTask(_ref("kafka"), record), overrides)


def generate_sub_workflow_task(**overrides: object) -> WorkflowTask:
    """Return a workflow inside the workflow, by name."""
    return _sample(SubWorkflowTask(_ref("sub_workflow"), "orders", 1), overrides)


def generate_set_variable_task(**overrides: object) -> WorkflowTask:
    """Return a task that sets a variable."""
    return _sample(SetVariableTask(_ref("set_variable"), {"seen": 1}), overrides)


def generate_terminate_task(**overrides: object) -> WorkflowTask:
    """Return an early end."""
    return _sample(TerminateTask(_ref("terminate"), "COMPLETED", "enough"), overrides)


def generate_wait_task(**overrides: object) -> WorkflowTask:
    """Return a wait of one second."""
    return _sample(WaitTask(_ref("wait"), wait_for_seconds=1), overrides)


def generate_workflow(**overrides: object) -> WorkflowDef:
    """Return a workflow of one script; fields of :class:`~conductor_core.models.WorkflowDef` replace its own."""
    sample = ConductorWorkflow(name=_ref("workflow")).add(InlineTask(_ref("inline"), "1")).to_workflow_def()
    return type(sample).model_validate({**sample.model_dump(exclude_unset=True), **overrides})


def _sample(builder: TaskBuilder, overrides: dict[str, object]) -> WorkflowTask:
    task = builder.to_workflow_task()
    return type(task).model_validate({**task.model_dump(exclude_unset=True), **overrides})


def _ref(kind: str) -> str:
    return f"{kind}_{uuid.uuid4().hex[:8]}"
