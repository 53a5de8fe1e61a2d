"""A program that completes tasks from outside, and gets the workflow after each step in the same answer.

python examples/synchronous_updates.py
"""

from conductor_core import Conductor, Settings
from conductor_core.models import TaskResultStatus
from conductor_workflows import ConductorWorkflow, StartWorkflowRequest, WaitTask

DONE = TaskResultStatus.COMPLETED


def main() -> None:
    """Go through a questionnaire step by step."""
    settings = Settings(server_url="embedded://memory/questions", transport="embedded")
    workflow = ConductorWorkflow(name="questions", version=1)
    steps = workflow >> WaitTask("name") >> WaitTask("age")
    definition = steps.output_parameters({"name": "${name.output.answer}", "age": "${age.output.answer}"})
    with Conductor(settings) as conductor:
        conductor.metadata.register_workflow_def(definition)
        run = conductor.workflows.start_workflow(StartWorkflowRequest(name="questions"))
        after = conductor.tasks.update_task_sync(run, "name", DONE, {"answer": "Ada"})
        print(after.status, [task.reference_task_name for task in after.tasks])
        after = conductor.tasks.update_task_sync(run, "age", DONE, {"answer": 36})
        print(after.status, after.output)


if __name__ == "__main__":
    main()
