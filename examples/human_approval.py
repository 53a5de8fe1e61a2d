"""An approval with a form: without an argument you are the manager, and work on it in the inbox of this terminal.

python examples/human_approval.py [yes|no]
"""

import sys

from conductor_core import Conductor, Settings
from conductor_core.cli import main as conductor_command
from conductor_human_tasks import HumanTaskSearch, HumanTaskTemplate
from conductor_workflows import (
    Assignment,
    ConductorWorkflow,
    HumanTask,
    SetVariableTask,
    StartWorkflowRequest,
    SwitchTask,
    TerminateTask,
)

MANAGER = "ada@example.com"
FORM = HumanTaskTemplate(
    name="expense_approval",
    json_schema={
        "type": "object",
        "properties": {
            "approved": {"type": "boolean", "title": "Approved"},
            "amount": {"type": "number", "title": "Amount to pay", "minimum": 1, "maximum": 500},
            "budget": {"title": "Budget", "enum": ["travel", "training"]},
            "cost_center": {"type": "string", "title": "Cost center", "pattern": "^[A-Z]{2}[0-9]{2}$"},
            "comment": {"type": "string", "title": "Comment", "maxLength": 40},
        },
        "required": ["approved", "amount", "budget"],
    },
)


def expenses() -> ConductorWorkflow:
    """Return the definition."""
    workflow = ConductorWorkflow(name="expenses_with_form", version=1)
    approval = HumanTask(
        "approval",
        display_name="Approve the expense",
        form_template="expense_approval",
        assignments=[Assignment(MANAGER, sla_minutes=60)],
        inputs={"purpose": workflow.input("purpose"), "amount": workflow.input("amount")},
    )
    paid = SetVariableTask("paid", {"paid": approval.output("amount")})
    refused = TerminateTask("refused", "TERMINATED", termination_reason=approval.output("comment"))
    steps = workflow >> approval >> SwitchTask("decision", approval.output("approved")) >> {"true": paid, None: refused}
    return steps.output_parameters({"paid": workflow.variable("paid"), "from": approval.output("budget")})


def answer(conductor: Conductor, workflow_id: str, *, approved: bool) -> None:
    """Do what a web page would do for the manager."""
    (task,) = conductor.human_tasks.search(HumanTaskSearch(workflow_ids=[workflow_id]))
    conductor.human_tasks.claim_task_as_external_user(task.task_id, MANAGER)
    result = {"approved": approved, "amount": 80, "budget": "travel", "comment": "not this year"}
    conductor.human_tasks.complete_task(task.task_id, result)


def main() -> None:
    """Start an execution, have the manager decide, and show how it ended."""
    settings = Settings(server_url="embedded://memory/human-approval", transport="embedded")
    with Conductor(settings) as conductor:
        conductor.human_tasks.register_template(FORM)
        conductor.metadata.register_workflow_def(expenses())
        request = StartWorkflowRequest(name="expenses_with_form", input={"purpose": "train to Porto", "amount": 120})
        workflow_id = conductor.workflows.start_workflow(request)
        if sys.argv[1:]:
            answer(conductor, workflow_id, approved=sys.argv[1] == "yes")
        else:
            engine = ["--transport", settings.transport, "--server-url", settings.server_url]
            conductor_command(["human", "inbox", "--user", MANAGER, *engine])
        run = conductor.workflows.get_workflow(workflow_id)
        print(f"{run.status}: {run.reason_for_incompletion or run.output}")


if __name__ == "__main__":
    main()
