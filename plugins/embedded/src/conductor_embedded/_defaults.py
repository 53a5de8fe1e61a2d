"""Completes definition documents: the server's defaults, and the snapshot an execution keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conductor_embedded._definitions import WORKER_TYPES
from conductor_embedded._values import Document, as_int, as_list, as_map, as_maps, as_text
from conductor_embedded.errors import InternalError

if TYPE_CHECKING:
    from collections.abc import Callable

_TASK_DEFINITION: Final[Document] = {
    "createTime": 0,
    "updateTime": 0,
    "name": "",
    "retryCount": 3,
    "timeoutSeconds": 0,
    "inputKeys": [],
    "outputKeys": [],
    "runtimeMetadata": [],
    "timeoutPolicy": "TIME_OUT_WF",
    "retryLogic": "FIXED",
    "retryDelaySeconds": 60,
    "responseTimeoutSeconds": 3600,
    "inputTemplate": {},
    "rateLimitPerFrequency": 0,
    "rateLimitFrequencyInSeconds": 1,
    "backoffScaleFactor": 1,
    "maxRetryDelaySeconds": 0,
    "backoffJitterMs": 0,
    "totalTimeoutSeconds": 0,
    "taskStatusListenerEnabled": True,
    "enforceSchema": False,
}
_WORKFLOW_TASK: Final[Document] = {
    "inputParameters": {},
    "type": "SIMPLE",
    "decisionCases": {},
    "defaultCase": [],
    "forkTasks": [],
    "startDelay": 0,
    "joinOn": [],
    "optional": False,
    "defaultExclusiveJoinTask": [],
    "asyncComplete": False,
    "loopOver": [],
    "onStateChange": {},
    "permissive": False,
    "metadata": {},
}
_WORKFLOW_DEFINITION: Final[Document] = {
    "createTime": 0,
    "updateTime": 0,
    "version": 1,
    "tasks": [],
    "inputParameters": [],
    "outputParameters": {},
    "schemaVersion": 2,
    "restartable": True,
    "workflowStatusListenerEnabled": False,
    "timeoutPolicy": "ALERT_ONLY",
    "timeoutSeconds": 0,
    "variables": {},
    "inputTemplate": {},
    "enforceSchema": True,
    "metadata": {},
    "maskedFields": [],
}


def _present(document: Document) -> Document:
    return {key: value for key, value in document.items() if value is not None}


def complete_task_definition(document: Document) -> Document:
    """Return a task definition document with the server's defaults for what is missing or null."""
    return {**_TASK_DEFINITION, "createdBy": "", **_present(document)}


def complete_workflow_definition(document: Document) -> Document:
    """Return a workflow definition document with the server's defaults, in all its tasks too."""
    whole = {**_WORKFLOW_DEFINITION, **_present(document)}
    return {**whole, "tasks": [_complete_task(task) for task in as_maps(whole["tasks"])]}


def snapshot(
    document: Document,
    task_definition: Callable[[str], Document | None],
    latest_version: Callable[[str], int | None],
) -> Document:
    """Return a complete workflow definition with each task's definition inside, as an execution keeps it.

    Args:
        document: A workflow definition that `complete_workflow_definition` made.
        task_definition: Looks up a registered task definition.
        latest_version: Looks up the version that a sub-workflow without one gets.

    Raises:
        InternalError: There is no definition of a sub-workflow that names no version.
    """

    def embed(task: Document) -> Document:
        whole = _with_nested(task, embed)
        whole["taskDefinition"] = _embedded_definition(task, task_definition)
        parameters = as_map(task.get("subWorkflowParam"))
        if parameters and parameters.get("version") is None:
            whole["subWorkflowParam"] = {**parameters, "version": _child_version(parameters, latest_version)}
        return whole

    return {**document, "tasks": [embed(task) for task in as_maps(document.get("tasks"))]}


def complete_branch(
    document: Document, task_definition: Callable[[str], Document | None]
) -> tuple[Document, dict[str, Document]]:
    """Return a task that a dynamic fork makes with the server's defaults, and the definitions of all tasks in it."""
    definitions: dict[str, Document] = {}

    def collect(task: Document) -> Document:
        definitions[as_text(task.get("name")) or ""] = _embedded_definition(task, task_definition)
        return _with_nested(task, collect)

    whole = _complete_task({"type": "SIMPLE", **document})
    collect(whole)
    return whole, definitions


def _child_version(parameters: Document, latest_version: Callable[[str], int | None]) -> int | None:
    name = as_text(parameters.get("name")) or ""
    version = latest_version(name)
    if version is None and not isinstance(parameters.get("workflowDefinition"), dict) and "${" not in name:
        raise InternalError(f"The Task {name} defined as a sub-workflow has no workflow definition available ")
    return version


def _embedded_definition(task: Document, task_definition: Callable[[str], Document | None]) -> Document:
    own = as_map(task.get("taskDefinition"))
    if own:
        return complete_task_definition(own)
    name = as_text(task.get("name")) or ""
    registered = task_definition(name)
    if registered is not None:
        return registered
    if task.get("type") in WORKER_TYPES:
        return {**_TASK_DEFINITION, "name": name}
    return {**_TASK_DEFINITION, "name": name, "retryCount": 0, "responseTimeoutSeconds": 0}


def _complete_task(task: Document) -> Document:
    whole = {**_WORKFLOW_TASK, **_present(task)}
    parameters = as_map(task.get("inputParameters"))
    # A null input parameter stays: the task sees the key with the value null.
    whole["inputParameters"] = parameters
    return _with_nested(whole, _complete_task)


def _with_nested(task: Document, change: Callable[[Document], Document]) -> Document:
    cases = as_map(task.get("decisionCases"))
    return {
        **task,
        "decisionCases": {key: [change(inner) for inner in as_maps(case)] for key, case in cases.items()},
        "defaultCase": [change(inner) for inner in as_maps(task.get("defaultCase"))],
        "forkTasks": [[change(inner) for inner in as_maps(branch)] for branch in as_list(task.get("forkTasks"))],
        "loopOver": [change(inner) for inner in as_maps(task.get("loopOver"))],
    }


def version_of(document: Document) -> int:
    """Return the version of a definition document; what has none is version 1."""
    return as_int(document.get("version"), 1)
