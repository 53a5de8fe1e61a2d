"""A workflow that waits for a person: a WAIT task is completed from outside, and a SWITCH follows what was decided.

python examples/wait_for_approval.py [yes|no]
"""

import sys

from conductor_core import Conductor, Settings
from conductor_core.models import TaskResultStatus
from conductor_workflows import (
    ConductorWorkflow,
    SetVariableTask,
    StartWorkflowRequest,
    SwitchTask,
    TerminateTask,
    WaitTask,
)


def expenses() -> ConductorWorkflow:
    """Return the definition."""
    workflow = ConductorWorkflow(name="expenses", version=1)
    approval = WaitTask("approval")
    approved = SetVariableTask("approved", {"paid": workflow.input("amount")})
    refused = TerminateTask("refused", "TERMINATED", termination_reason=approval.output("comment"))
    decision = SwitchTask("decision", approval.output("answer"))
    steps = workflow >> approval >> decision >> {"yes": approved, None: refused}
    return steps.variables({"paid": 0}).output_parameters({"paid": workflow.variable("paid")})


def main() -> None:
    """Start an execution, show that it waits, answer, and show how it ended."""
    answer = sys.argv[1] if len(sys.argv) > 1 else "yes"
    settings = Settings(server_url="embedded://memory/approval", transport="embedded")
    with Conductor(settings) as conductor:
        conductor.metadata.register_workflow_def(expenses())
        workflow_id = conductor.workflows.start_workflow(StartWorkflowRequest(name="expenses", input={"amount": 120}))
        waiting = conductor.workflows.get_workflow(workflow_id)
        print(f"{waiting.status}: waits in {waiting.tasks[-1].reference_task_name}")

        # What a web page or a chat bot would call when somebody clicks.
        output = {"answer": answer, "comment": f"the manager said {answer}"}
        conductor.tasks.update_task_by_ref_name(workflow_id, "approval", TaskResultStatus.COMPLETED, output)
        ended = conductor.workflows.wait_for_workflow(workflow_id)
        print(f"{ended.status}: {ended.reason_for_incompletion or ended.output}")


if __name__ == "__main__":
    main()
