"""The quickstart: a plain function becomes a worker while the program runs, and its workflow is watched to the end.

python examples/quickstart.py      # CONDUCTOR_SERVER_URL names a server; without it the program has its own engine
"""

import os

from conductor_core import Conductor, Settings, Task, TaskHandler
from conductor_workflows import ConductorWorkflow, SimpleTask, StartWorkflowRequest

OWN_ENGINE = Settings(server_url="embedded://memory/quickstart", transport="embedded")


def greet(task: Task) -> dict[str, str]:
    """Greet whom the input names."""
    return {"greetings": f"Hello, {task.input_data['name']}"}


def main() -> None:
    """Start the worker, register the workflow, run it and clean up."""
    settings = Settings.load() if os.environ.get("CONDUCTOR_SERVER_URL") else OWN_ENGINE
    workflow = ConductorWorkflow(name="greetings", version=1, description="Greets somebody by name")
    greeting = SimpleTask("greet", "greet_ref", inputs={"name": workflow.input("name")})
    workflow >>= greeting
    workflow.output_parameters({"greetings": greeting.output("greetings")})
    with Conductor(settings) as conductor, TaskHandler(settings, workers=[], keep_running=True) as handler:
        handler.start_worker("greet", greet, batch_size=1, poll_interval=100)
        workflow.register(conductor)
        try:
            workflow_id = conductor.workflows.start_workflow(
                StartWorkflowRequest(name="greetings", version=1, input={"name": "Conductor"})
            )
            *_, run = conductor.workflows.monitor_execution(workflow_id)
            print("Output:", run.output)
            print(f"Execution: {settings.ui_server_url}/execution/{workflow_id}")
        finally:
            workflow.unregister(conductor)


if __name__ == "__main__":
    main()
