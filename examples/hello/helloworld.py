"""Hello world as a project has it: workers, workflow and program in modules of their own.

python examples/hello/helloworld.py      # CONDUCTOR_SERVER_URL names a server; without it the program has its own engine
"""

import os

from greetings_workflow import greetings_workflow

from conductor_core import Conductor, Settings, TaskHandler

OWN_ENGINE = Settings(server_url="embedded://memory/greetings", transport="embedded")


def main() -> None:
    """Register the workflow, run it, and say where to look at the execution."""
    settings = Settings.load() if os.environ.get("CONDUCTOR_SERVER_URL") else OWN_ENGINE
    with Conductor(settings) as conductor, TaskHandler(settings, import_modules=["greetings"]):
        workflow = greetings_workflow()
        workflow.register(conductor)
        try:
            run = workflow.execute(conductor, workflow_input={"name": "Orkes"})
            print("workflow result:", run.output["result"])
            print(f"see the execution: {settings.ui_server_url}/execution/{run.workflow_id}")
        finally:
            workflow.unregister(conductor)


if __name__ == "__main__":
    main()
