"""One program for every server: it defines a workflow, works, runs it and prints what came out.

It knows nothing of where it runs; server, transport, TLS and the rest come from the environment.
"""

from __future__ import annotations

import json
import sys

from conductor_core import Conductor, TaskHandler, worker_task
from conductor_core.models import WorkflowDef, WorkflowTask
from conductor_workflows import StartWorkflowRequest

NAME = "anywhere"
RUNS = 5
SECONDS = 60.0


@worker_task(task_definition_name="anywhere_double", thread_count=5, register_task_def=True)
async def double(number: int) -> dict[str, int]:
    """Double a number."""
    return {"number": number * 2}


@worker_task(task_definition_name="anywhere_label", thread_count=5, register_task_def=True)
def label(number: int) -> dict[str, str]:
    """Put a number into words."""
    return {"text": f"number {number}"}


def definition() -> WorkflowDef:
    """Two tasks, one after the other."""
    tasks = [
        WorkflowTask(
            name="anywhere_double",
            task_reference_name="double",
            input_parameters={"number": "${workflow.input.number}"},
        ),
        WorkflowTask(
            name="anywhere_label", task_reference_name="label", input_parameters={"number": "${double.output.number}"}
        ),
    ]
    return WorkflowDef(
        name=NAME,
        version=1,
        owner_email="anywhere@example.com",
        timeout_seconds=60,
        tasks=tasks,
        output_parameters={"text": "${label.output.text}"},
    )


def main() -> int:
    """Run the workflow a few times, and print the outputs as JSON."""
    with Conductor() as conductor, TaskHandler():
        conductor.metadata.register_workflow_def(definition(), overwrite=True)
        requests = [StartWorkflowRequest(name=NAME, version=1, input={"number": number}) for number in range(RUNS)]
        ids = [conductor.workflows.start_workflow(request) for request in requests]
        runs = [conductor.workflows.wait_for_workflow(workflow_id, timeout=SECONDS) for workflow_id in ids]
    print(json.dumps([[str(run.status), run.output] for run in runs]))  # noqa: T201 - what the program is for
    return 0


if __name__ == "__main__":
    sys.exit(main())
