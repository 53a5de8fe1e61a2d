"""One program for every server: it defines a workflow, works, runs it and prints what came out.

It knows nothing of where it runs; server, auth, transport, TLS and the rest come from the environment. So does how long it
works: once, or again and again for ``ANYWHERE_SECONDS``.
"""

from __future__ import annotations

import json
import os
import sys
import time

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


def round_of_runs(conductor: Conductor) -> list[list[object]]:
    """Run the workflow a few times, and return how the runs ended."""
    requests = [StartWorkflowRequest(name=NAME, version=1, input={"number": number}) for number in range(RUNS)]
    ids = [conductor.workflows.start_workflow(request) for request in requests]
    runs = [conductor.workflows.wait_for_workflow(workflow_id, timeout=SECONDS) for workflow_id in ids]
    return [[str(run.status), run.output] for run in runs]


def main() -> int:
    """Run the workflow once, then again until the time is over, and print the outcomes of a round as JSON."""
    with Conductor() as conductor, TaskHandler():
        conductor.metadata.register_workflow_def(definition(), overwrite=True)
        outcomes = round_of_runs(conductor)
        # Counted from here: on a busy machine the first round may take longer than all of the time.
        until = time.monotonic() + float(os.environ.get("ANYWHERE_SECONDS", "0"))
        while time.monotonic() < until:
            if round_of_runs(conductor) != outcomes:
                return 1
    print(json.dumps(outcomes))  # noqa: T201 - what the program is for
    return 0


if __name__ == "__main__":
    sys.exit(main())
