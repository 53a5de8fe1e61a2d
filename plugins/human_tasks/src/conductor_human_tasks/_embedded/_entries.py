"""People's tasks as the wire documents of the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_embedded import TaskStatus
from conductor_human_tasks._embedded._work import DEFINITION, Document, Work, as_object

if TYPE_CHECKING:
    from conductor_embedded import TaskRecord


def entry_of(record: TaskRecord, template: Document | None = None) -> Document:
    """Return a HumanTaskEntry document; a template becomes its full template."""
    task, work = record.task, Work.of(record.extra)
    values = as_object(task.get("inputData"))
    definition = as_object(values.get(DEFINITION))
    entry: Document = {
        "taskId": task.get("taskId"),
        "state": work.state(TaskStatus(str(task["status"]))),
        "displayName": definition.get("displayName") or task.get("referenceTaskName"),
        "definitionName": task.get("taskDefName"),
        "taskRefName": task.get("referenceTaskName"),
        "workflowId": task.get("workflowInstanceId"),
        "workflowName": task.get("workflowType"),
        "assignee": work.assignee,
        "claimant": work.claimant,
        "humanTaskDef": definition if template is None else {**definition, "fullTemplate": template},
        "input": values,
        "output": as_object(task.get("outputData")),
        "createdOn": task.get("scheduledTime"),
        "updatedOn": work.changed or task.get("scheduledTime"),
        "updatedBy": work.changed_by,
    }
    return {key: value for key, value in entry.items() if value is not None}


def is_shown(record: TaskRecord) -> bool:
    """Tell whether a task has an entry: it has begun, and its record was not deleted."""
    return not Work.of(record.extra).is_forgotten and record.task["status"] != "SCHEDULED"
