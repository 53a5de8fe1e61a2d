"""Approvals on an engine with a virtual clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conductor_core import get, post
from conductor_human_tasks import HumanTaskEntry, HumanTaskSearch

if TYPE_CHECKING:
    from conductor_core import Conductor
    from conductor_embedded import VirtualEngine

FORM: dict[str, Any] = {
    "name": "approval",
    "version": 1,
    "jsonSchema": {
        "type": "object",
        "properties": {"approved": {"type": "boolean"}, "comment": {"type": "string", "maxLength": 10}},
        "required": ["approved"],
    },
    "templateUI": {"type": "VerticalLayout"},
}


def turn(user: str, kind: str = "EXTERNAL_USER", minutes: int | None = None) -> dict[str, object]:
    """One assignment."""
    assignment: dict[str, object] = {"assignee": {"user": user, "userType": kind}}
    return assignment if minutes is None else {**assignment, "slaMinutes": minutes}


@dataclass
class Desk:
    """A conductor, its engine, and workflows with one approval."""

    conductor: Conductor
    engine: VirtualEngine

    def start(self, *turns: dict[str, object], name: str = "approval_flow", **definition: object) -> HumanTaskEntry:
        """Start a workflow with one person's task and return that task."""
        human = {"displayName": "Approve the order", "userFormTemplate": {"name": "approval", "version": 0}}
        task = {
            "name": "approve",
            "taskReferenceName": "approve",
            "type": "HUMAN",
            "inputParameters": {
                "amount": "${workflow.input.amount}",
                "__humanTaskDefinition": {**human, "assignments": list(turns), **definition},
            },
        }
        document = {"name": name, "version": 1, "schemaVersion": 2, "tasks": [task]}
        self.conductor.run(post("/metadata/workflow", query={"overwrite": True}, body=document))
        start = {"name": name, "input": {"amount": 7}}
        workflow_id = self.conductor.run(post("/workflow", body=start, returns=str))
        (entry,) = self.conductor.human_tasks.search(HumanTaskSearch(workflow_ids=[workflow_id]))
        return entry

    def look(self, entry: HumanTaskEntry) -> HumanTaskEntry:
        """Fetch a task anew."""
        return self.conductor.human_tasks.get_task_by_id(entry.task_id)

    def workflow(self, entry: HumanTaskEntry) -> dict[str, Any]:
        """Fetch the workflow of a task."""
        return self.conductor.run(get("/workflow/{}", entry.workflow_id, returns=dict[str, Any]))

    def started(self, name: str) -> list[str]:
        """Ids of the executions of a workflow."""
        answer = self.conductor.run(
            get("/workflow/search", query={"query": f"workflowType='{name}'"}, returns=dict[str, Any])
        )
        return [found["workflowId"] for found in answer["results"]]
