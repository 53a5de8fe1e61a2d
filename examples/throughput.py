"""Many workflows at once, and how many of them end in a second; the number goes to standard error.

python examples/throughput.py [WORKFLOWS]
"""

import asyncio
import sys
import time

from conductor_core import AsyncConductor, Settings, TaskHandler, worker_task
from conductor_workflows import ConductorWorkflow, StartWorkflowRequest


@worker_task(task_definition_name="count_up", thread_count=50)
async def count_up(number: int) -> int:
    """Do next to nothing."""
    return number + 1


async def main() -> None:
    """Start all, and wait for each."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    settings = Settings(server_url="embedded://memory/throughput", transport="embedded")
    workflow = ConductorWorkflow(name="counting", version=1)
    workflow >>= count_up(task_ref_name="count_ref", number=workflow.input("number"))
    async with AsyncConductor(settings) as conductor, TaskHandler(settings, workers=[count_up]):
        await conductor.metadata.register_workflow_def(workflow)
        began = time.perf_counter()
        starts = [StartWorkflowRequest(name="counting", input={"number": index}) for index in range(number)]
        runs = await asyncio.gather(*(conductor.workflows.execute_workflow(start) for start in starts))
        seconds = time.perf_counter() - began
    print(sum(run.status == "COMPLETED" for run in runs), "of", number, "completed")
    if sys.stderr.isatty():
        print(f"{number / seconds:.0f} workflows a second", file=sys.stderr)


if __name__ == "__main__":
    asyncio.run(main())
