"""Workflow definitions in code: tasks, and what puts them in order. Building needs no client and no server."""

from conductor_workflows._sources import DefinitionSource, TaskSource
from conductor_workflows.builder._expression import Expression
from conductor_workflows.builder._fork import ForkTask, JoinTask
from conductor_workflows.builder._inline import InlineTask, JavascriptTask
from conductor_workflows.builder._simple import SimpleTask
from conductor_workflows.builder._sub_workflow import InlineSubWorkflowTask, SubWorkflowTask
from conductor_workflows.builder._switch import SwitchTask
from conductor_workflows.builder._task import TaskBuilder
from conductor_workflows.builder._terminate import TerminateTask
from conductor_workflows.builder._variables import SetVariableTask
from conductor_workflows.builder._wait import WaitForDurationTask, WaitTask, WaitUntilTask
from conductor_workflows.builder._workflow import ConductorWorkflow

__all__ = [
    "ConductorWorkflow",
    "DefinitionSource",
    "Expression",
    "ForkTask",
    "InlineSubWorkflowTask",
    "InlineTask",
    "JavascriptTask",
    "JoinTask",
    "SetVariableTask",
    "SimpleTask",
    "SubWorkflowTask",
    "SwitchTask",
    "TaskBuilder",
    "TaskSource",
    "TerminateTask",
    "WaitForDurationTask",
    "WaitTask",
    "WaitUntilTask",
]
