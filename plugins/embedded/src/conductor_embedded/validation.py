"""Checks of what comes in: definitions at registration, start requests, results. Pure.

A wrong type or an unknown name of an enumeration is the real server's 500 `JSON parse error`; a document that means
nothing is its 400 with a list of `{path, message, invalidValue?}`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Final

from conductor_embedded import _document_shapes as shapes
from conductor_embedded._json import is_list, is_object
from conductor_embedded._task_rules import task_definition_errors
from conductor_embedded._validation_errors import ValidationError
from conductor_embedded._values import as_map
from conductor_embedded._workflow_rules import workflow_definition_errors
from conductor_embedded.errors import InvalidRequest

if TYPE_CHECKING:
    from conductor_embedded._engine_api import Document
    from conductor_embedded._shapes import Reader

ScriptCheck = Callable[[str], str | None]
"""Returns what is wrong with the syntax of a JavaScript text, or None."""

_MESSAGE: Final = "Validation failed, check below errors for detail."
_BULK_LIMIT: Final = 1000
_PRIORITY_LIMIT: Final = 99


class Validation:
    """The checks, each of which returns the document in its stored form.

    Args:
        script_error: Checks the syntax of the scripts of SWITCH tasks.
    """

    def __init__(self, script_error: ScriptCheck = lambda _script: None) -> None:
        self._script_error = script_error

    def workflow_def(self, value: object, path: str = "registerWorkflowDef.arg0") -> Document:
        """Check a workflow definition.

        Raises:
            InvalidRequest: It breaks a rule; `validation_errors` lists all that are broken.
            InternalError: A field has the wrong type.
        """
        document = shapes.workflow_def(value, "workflow definition")
        refuse(workflow_definition_errors(document, path, self._script_error))
        return document

    def workflow_defs(self, value: object, path: str = "updateWorkflowDef.arg0") -> list[Document]:
        """Check a list of workflow definitions; one bad definition refuses them all."""
        documents = _documents(value, shapes.workflow_def, "workflow definitions")
        if not documents:
            refuse([ValidationError(path, "WorkflowDefList is empty")])
        refuse(
            error
            for index, document in enumerate(documents)
            for error in workflow_definition_errors(document, f"{path}[{index}]", self._script_error)
        )
        return documents

    def task_defs(self, value: object) -> list[Document]:
        """Check a list of task definitions; one bad definition refuses them all."""
        path = "registerTaskDef.arg0"
        documents = _documents(value, shapes.task_def, "task definitions")
        if not documents:
            refuse([ValidationError(path, "TaskDefList is empty")])
        refuse(
            error
            for index, document in enumerate(documents)
            for error in task_definition_errors(document, f"{path}[{index}]")
        )
        return documents

    def task_def(self, value: object) -> Document:
        """Check one task definition."""
        document = shapes.task_def(value, "task definition")
        refuse(task_definition_errors(document, "updateTaskDef.arg0"))
        return document

    def start_request(self, value: object) -> Document:
        """Check a StartWorkflowRequest document, and the definition that may be inside."""
        document = shapes.start_request(value, "start request")
        path = "startWorkflow.arg0"
        refuse(self._start_errors(document, path))
        if is_object(value) and value.get("input", document) is None:
            raise InvalidRequest("NULL input passed when starting workflow")
        return document

    def _start_errors(self, document: Document, path: str) -> Iterator[ValidationError]:
        if not document.get("name"):
            yield ValidationError.of(document, path, "name", "Workflow name cannot be null or empty")
        priority = document.get("priority", 0)
        if isinstance(priority, int) and not 0 <= priority <= _PRIORITY_LIMIT:
            bound = "minimum 0" if priority < 0 else f"maximum {_PRIORITY_LIMIT}"
            yield ValidationError.of(document, path, "priority", f"priority: {priority} should be {bound}")
        inline = document.get("workflowDef")
        if is_object(inline):
            yield from workflow_definition_errors(dict(inline), f"{path}.workflowDef", self._script_error)


def task_result(value: object) -> Document:
    """Check a TaskResult document."""
    document = shapes.task_result(value, "task result")
    path = "updateTask.arg0"
    required = {
        "workflowInstanceId": "Workflow Id cannot be null or empty",
        "taskId": "Task ID cannot be null or empty",
    }
    refuse(
        ValidationError.of(document, path, field, message)
        for field, message in required.items()
        if not document.get(field)
    )
    return document


def update_arguments(status: str, body: object) -> tuple[str, Document]:
    """Check what an update by reference name says: the status in its path, the output in its body."""
    checked = shapes.task_result({"status": status, "outputData": body}, "task result")
    return status, dict(as_map(checked.get("outputData")))


def bulk_ids(value: object, operation: str) -> list[str]:
    """Check the list of workflow ids of a bulk call: one to 1000."""
    ids = [str(item) for item in _items(value, shapes.texts, "workflow ids")]
    if not ids:
        refuse([ValidationError(f"{operation}.arg0", "WorkflowIds list cannot be null.")])
    if len(ids) > _BULK_LIMIT:
        message = f"Cannot process more than {_BULK_LIMIT} workflows. Please use multiple requests."
        refuse([ValidationError(f"{operation}.arg0", message)])
    return ids


def refuse_page(size: int, operation: str) -> None:
    """Check the size of a search's page: at most 5000."""
    limit = 5000
    if size > limit:
        message = f"Cannot return more than {limit} workflows. Please use pagination."
        refuse([ValidationError(f"{operation}.arg1", message, str(size))])


def _documents(value: object, shape: Callable[[object, str], Document], where: str) -> list[Document]:
    return [shape(item, f"{where}[{index}]") for index, item in enumerate(_items(value, shapes.any_list, where))]


def _items(value: object, reader: Reader, where: str) -> list[object]:
    items = reader(value, where)
    return items if is_list(items) else []


def refuse(errors: Iterable[ValidationError]) -> None:
    """Raise what was found, if anything was, as one error with a list.

    Raises:
        InvalidRequest: There are errors.
    """
    found = [error.to_document() for error in errors]
    if found:
        raise InvalidRequest(_MESSAGE, validation_errors=found)


__all__ = ["ScriptCheck", "Validation", "bulk_ids", "refuse", "refuse_page", "task_result", "update_arguments"]
