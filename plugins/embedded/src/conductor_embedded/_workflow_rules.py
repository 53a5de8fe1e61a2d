"""The rules of a workflow definition, and of each task in it by its type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias

from conductor_embedded._definitions import nested_tasks
from conductor_embedded._reference_rules import reference_errors
from conductor_embedded._validation_errors import ValidationError
from conductor_embedded._values import Document, as_int, as_list, as_map, as_maps
from conductor_embedded._wait_times import parse_duration, parse_until

ScriptCheck: TypeAlias = Callable[[str], str | None]
Messages: TypeAlias = Iterator[str]

_SCHEMA_VERSION = 2


def workflow_definition_errors(document: Document, path: str, script_error: ScriptCheck) -> Iterator[ValidationError]:
    """Yield what is wrong with a workflow definition whose types are right.

    Args:
        document: The definition.
        path: How the server calls it, such as `registerWorkflowDef.arg0`.
        script_error: Returns what is wrong with the syntax of a JavaScript text, or None.
    """
    if not document.get("name"):
        yield ValidationError.of(document, path, "name", "WorkflowDef name cannot be null or empty")
    if as_int(document.get("schemaVersion"), _SCHEMA_VERSION) != _SCHEMA_VERSION:
        message = f"workflowDef schemaVersion: {_SCHEMA_VERSION} is only supported"
        yield ValidationError.of(document, path, "schemaVersion", message)
    tasks = as_maps(document.get("tasks"))
    if not tasks:
        yield ValidationError(f"{path}.tasks", "WorkflowTask list cannot be empty")
    for index, task in enumerate(tasks):
        yield from _task_errors(task, f"{path}.tasks[{index}]", script_error)
    references = list(_reference_names(tasks))
    yield from _duplicates(document, references, path)
    yield from (ValidationError(path, message) for message in reference_errors(tasks, set(references)))


def _task_errors(task: Document, path: str, script_error: ScriptCheck) -> Iterator[ValidationError]:
    if not task.get("name"):
        yield ValidationError.of(task, path, "name", "WorkflowTask name cannot be empty or null")
    if not task.get("taskReferenceName"):
        message = "WorkflowTask taskReferenceName name cannot be empty or null"
        yield ValidationError.of(task, path, "taskReferenceName", message)
    if as_int(task.get("startDelay")) < 0:
        yield ValidationError.of(task, path, "startDelay", "must be greater than or equal to 0")
    rule = _RULES.get(str(task.get("type") or "SIMPLE"))
    messages = _switch(task, script_error) if task.get("type") == "SWITCH" else rule(task) if rule else ()
    yield from (ValidationError(path, message) for message in messages)
    for inner, where in _checked_inside(task):
        yield from _task_errors(inner, f"{path}.{where}", script_error)


def _checked_inside(task: Document) -> Iterator[tuple[Document, str]]:
    for case, tasks in as_map(task.get("decisionCases")).items():
        for index, inner in enumerate(as_maps(tasks)):
            yield inner, f"decisionCases[{case}].<map value>[{index}]"
    for index, inner in enumerate(as_maps(task.get("defaultCase"))):
        yield inner, f"defaultCase[{index}]"
    for branch, tasks in enumerate(as_list(task.get("forkTasks"))):
        for index, inner in enumerate(as_maps(tasks)):
            yield inner, f"forkTasks[{branch}].<list element>[{index}]"


def _reference_names(tasks: Iterable[Document]) -> Iterator[str]:
    for task in tasks:
        name = task.get("taskReferenceName")
        if isinstance(name, str) and name:
            yield name
        for inside in nested_tasks(task):
            yield from _reference_names(inside)


def _duplicates(document: Document, references: Iterable[str], path: str) -> Iterator[ValidationError]:
    for name, count in Counter(references).items():
        if count > 1:
            message = (
                f"taskReferenceName: {name} should be unique across tasks "
                f"for a given workflowDefinition: {document.get('name')}"
            )
            yield ValidationError(path, message)


def _required(field: str, task: Mapping[str, object]) -> str:
    return f"{field} field is required for taskType: {task.get('type')} taskName: {task.get('name')}"


def _at_least_one(field: str, task: Mapping[str, object]) -> str:
    return f"{field} should have atleast one task for taskType: {task.get('type')} taskName: {task.get('name')}"


def _switch(task: Document, script_error: ScriptCheck) -> Messages:
    expression = task.get("expression")
    if task.get("evaluatorType") is None:
        yield _required("evaluatorType", task)
    elif expression is None:
        yield _required("expression", task)
    elif task["evaluatorType"] == "javascript":
        problem = script_error(str(expression))
        if problem is not None:
            yield f"Expression is not well formatted: {problem}, taskType: SWITCH taskName {task.get('name')}"
    if not as_map(task.get("decisionCases")):
        yield _at_least_one("decisionCases", task)


def _decision(task: Document) -> Messages:
    if task.get("caseValueParam") is None and task.get("caseExpression") is None:
        yield _required("caseValueParam or caseExpression", task)
    if not as_map(task.get("decisionCases")):
        yield _at_least_one("decisionCases", task)


def _fork(task: Document) -> Messages:
    if not as_list(task.get("forkTasks")):
        yield _at_least_one("forkTasks", task)


def _dynamic_fork(task: Document) -> Messages:
    inputs = as_map(task.get("inputParameters"))
    pair = ("dynamicForkTasksInputParamName", "dynamicForkTasksParam")
    if task.get("dynamicForkJoinTasksParam") is not None:
        if any(task.get(field) is not None for field in pair):
            yield (
                "dynamicForkJoinTasksParam or combination of dynamicForkTasksInputParamName and dynamicForkTasksParam "
                f"cam be used for taskType: FORK_JOIN_DYNAMIC taskName: {task.get('name')}"
            )
        return
    if "forkTaskInputs" in inputs and ("forkTaskName" in inputs or "forkTaskWorkflow" in inputs):
        return
    yield from (_required(field, task) for field in pair if task.get(field) is None)


def _loop(task: Document) -> Messages:
    if task.get("loopCondition") is None:
        yield _required("loopCondition", task)
    if not as_list(task.get("loopOver")):
        yield _required("loopOver", task)


def _terminate(task: Document) -> Messages:
    if as_map(task.get("inputParameters")).get("terminationStatus") not in {"COMPLETED", "FAILED", "TERMINATED"}:
        yield (
            "terminate task must have an terminationStatus parameter and must be set to COMPLETED or FAILED, "
            f"taskName: {task.get('name')}"
        )
    if task.get("optional") is True:
        yield f"terminate task cannot be optional, taskName: {task.get('name')}"


def _wait(task: Document) -> Messages:
    inputs = as_map(task.get("inputParameters"))
    duration, until = inputs.get("duration"), inputs.get("until")
    if duration and until:
        yield "Both 'duration' and 'until' specified. Please provide only one input"
    elif duration and not _is_expression(duration) and parse_duration(str(duration)) is None:
        yield "Either date or duration is passed as null "
    elif until and not _is_expression(until) and parse_until(str(until)) is None:
        yield "Unable to parse date "


def _is_expression(value: object) -> bool:
    return isinstance(value, str) and "${" in value


def _http(task: Document) -> Messages:
    inputs = as_map(task.get("inputParameters"))
    if not inputs:
        yield _required("inputParameters.http_request or inputParameters.uri", task)


def _field(field: str) -> Callable[[Document], Messages]:
    def rule(task: Document) -> Messages:
        if task.get(field) is None:
            yield _required(field, task)

    return rule


def _input(field: str) -> Callable[[Document], Messages]:
    def rule(task: Document) -> Messages:
        if as_map(task.get("inputParameters")).get(field) is None:
            yield _required(f"inputParameters.{field}", task)

    return rule


_RULES: dict[str, Callable[[Document], Messages]] = {
    "DECISION": _decision,
    "DO_WHILE": _loop,
    "DYNAMIC": _field("dynamicTaskNameParam"),
    "EVENT": _field("sink"),
    "FORK_JOIN": _fork,
    "FORK_JOIN_DYNAMIC": _dynamic_fork,
    "HTTP": _http,
    "JSON_JQ_TRANSFORM": _input("queryExpression"),
    "KAFKA_PUBLISH": _input("kafka_request"),
    "SUB_WORKFLOW": _field("subWorkflowParam"),
    "TERMINATE": _terminate,
    "WAIT": _wait,
}
