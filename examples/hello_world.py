"""The smallest whole program: a worker, a workflow of one task, and one execution of it on the embedded engine.

python examples/hello_world.py [NAME]
"""

import sys

from conductor_core import Conductor, Settings, TaskHandler, worker_task
from conductor_workflows import ConductorWorkflow, StartWorkflowRequest


@worker_task(task_definition_name="greet")
def greet(name: str) -> str:
    """Greet somebody."""
    return f"Hello, {name}!"


def main() -> None:
    """Define, register, run."""
    workflow = ConductorWorkflow(name="hello", version=1)
    task = greet(task_ref_name="greet_ref", name=workflow.input("name"))
    definition = (workflow >> task).output_parameters({"greeting": task.output("result")})

    # Settings() without arguments connects to http://localhost:8080/api.
    settings = Settings(server_url="embedded://memory/hello", transport="embedded")
    with Conductor(settings) as conductor, TaskHandler(settings):
        conductor.metadata.register_workflow_def(definition)
        name = sys.argv[1] if len(sys.argv) > 1 else "Conductor"
        run = conductor.workflows.execute_workflow(StartWorkflowRequest(name="hello", input={"name": name}))
        print(run.output["greeting"])


if __name__ == "__main__":
    main()
