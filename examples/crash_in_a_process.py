"""A worker that crashes: its child process dies, its task fails with the reason, and the retry succeeds in a fresh one.

python examples/crash_in_a_process.py
"""

import os

from conductor_core import Conductor, Settings, TaskDef, TaskHandler, get_task_context, worker_task
from conductor_workflows import ConductorWorkflow, StartWorkflowRequest


@worker_task(task_definition_name="render", isolation="process")
def render(pages: int) -> dict[str, int]:
    """Render pages, and end the whole process at the first attempt, as a defect in native code would."""
    if get_task_context().get_retry_count() == 0:
        os._exit(3)
    return {"pages": pages}


def main() -> None:
    """Run one workflow and show both attempts of its task."""
    workflow = ConductorWorkflow(name="print_book", version=1)
    steps = workflow >> render(task_ref_name="render", pages=workflow.input("pages"))
    definition = steps.output_parameters({"pages": "${render.output.pages}"})

    settings = Settings(server_url="embedded://memory/print", transport="embedded")
    with Conductor(settings) as conductor, TaskHandler(settings, workers=[render]):
        conductor.metadata.register_task(TaskDef(name="render", retry_count=1, retry_delay_seconds=0))
        conductor.metadata.register_workflow_def(definition)
        run = conductor.workflows.execute_workflow(StartWorkflowRequest(name="print_book", input={"pages": 3}))
        for task in conductor.workflows.get_workflow(run.workflow_id).tasks:
            why = (task.reason_for_incompletion or "").partition(" ended ")[2]
            print(f"{task.status}: {f'the process ended {why}' if why else task.output_data}")


# Child processes import this program, so what starts workers stands behind this line.
if __name__ == "__main__":
    main()
