"""The decider: pure functions that say what happens next in an execution."""

from conductor_embedded.decider._decide import Decision, decide
from conductor_embedded.decider._draft import DecisionContext, Draft, WorkflowEnds
from conductor_embedded.decider._effects import (
    Effect,
    NotifyParent,
    StartChild,
    StartFailureWorkflow,
    StartWorkflow,
    TerminateChild,
    effect_from_document,
    effect_to_document,
)
from conductor_embedded.decider._events import (
    CallbacksReset,
    ChildChanged,
    ChildRefused,
    ChildStarted,
    Event,
    Looked,
    Paused,
    Rerun,
    Restarted,
    Resumed,
    Retried,
    TaskAddressed,
    TaskReturned,
    TaskSkipped,
    TasksTaken,
    TaskUpdated,
    Terminated,
)
from conductor_embedded.decider._operations import short_name
from conductor_embedded.decider._schedule import new_task, schedule, start_node
from conductor_embedded.decider._timers import next_wake

__all__ = [
    "CallbacksReset",
    "ChildChanged",
    "ChildRefused",
    "ChildStarted",
    "Decision",
    "DecisionContext",
    "Draft",
    "Effect",
    "Event",
    "Looked",
    "NotifyParent",
    "Paused",
    "Rerun",
    "Restarted",
    "Resumed",
    "Retried",
    "StartChild",
    "StartFailureWorkflow",
    "StartWorkflow",
    "TaskAddressed",
    "TaskReturned",
    "TaskSkipped",
    "TaskUpdated",
    "TasksTaken",
    "TerminateChild",
    "Terminated",
    "WorkflowEnds",
    "decide",
    "effect_from_document",
    "effect_to_document",
    "new_task",
    "next_wake",
    "schedule",
    "short_name",
    "start_node",
]
