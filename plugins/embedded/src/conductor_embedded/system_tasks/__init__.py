"""Task types that the engine runs itself, one module per type."""

from conductor_embedded.system_tasks._base import JobResult, SystemTask, begin
from conductor_embedded.system_tasks._decision import Decision
from conductor_embedded.system_tasks._dynamic import Dynamic
from conductor_embedded.system_tasks._dynamic_fork import DynamicFork
from conductor_embedded.system_tasks._event import Event
from conductor_embedded.system_tasks._exclusive_join import ExclusiveJoin
from conductor_embedded.system_tasks._fork import ForkJoin
from conductor_embedded.system_tasks._http import Http
from conductor_embedded.system_tasks._human import Human
from conductor_embedded.system_tasks._inline import Inline
from conductor_embedded.system_tasks._join import Join
from conductor_embedded.system_tasks._jq import JqTransform
from conductor_embedded.system_tasks._lambda import Lambda
from conductor_embedded.system_tasks._loop import DoWhile
from conductor_embedded.system_tasks._noop import Noop
from conductor_embedded.system_tasks._registry import SystemTasks
from conductor_embedded.system_tasks._start_workflow import StartWorkflowTask
from conductor_embedded.system_tasks._sub_workflow import SubWorkflow
from conductor_embedded.system_tasks._switch import Switch
from conductor_embedded.system_tasks._terminate import Terminate
from conductor_embedded.system_tasks._variables import SetVariable
from conductor_embedded.system_tasks._wait import Wait

__all__ = [
    "Decision",
    "DoWhile",
    "Dynamic",
    "DynamicFork",
    "Event",
    "ExclusiveJoin",
    "ForkJoin",
    "Http",
    "Human",
    "Inline",
    "JobResult",
    "Join",
    "JqTransform",
    "Lambda",
    "Noop",
    "SetVariable",
    "StartWorkflowTask",
    "SubWorkflow",
    "Switch",
    "SystemTask",
    "SystemTasks",
    "Terminate",
    "Wait",
    "begin",
    "builtin_system_tasks",
]


def builtin_system_tasks() -> list[SystemTask]:
    """Return one of each task type that this distribution brings."""
    return [
        Decision(),
        DoWhile(),
        Dynamic(),
        DynamicFork(),
        Event(),
        ExclusiveJoin(),
        ForkJoin(),
        Http(),
        Human(),
        Inline(),
        Join(),
        JqTransform(),
        Lambda(),
        Noop(),
        SetVariable(),
        StartWorkflowTask(),
        SubWorkflow(),
        Switch(),
        Terminate(),
        Wait(),
    ]
