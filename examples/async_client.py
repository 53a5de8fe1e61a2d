"""Many executions at once with the awaitable client; workers run on the same event loop.

python examples/async_client.py
"""

import asyncio

from conductor_core import AsyncConductor, Settings, TaskHandler, worker_task
from conductor_workflows import ConductorWorkflow, StartWorkflowRequest


@worker_task(task_definition_name="square", thread_count=10)
async def square(number: int) -> int:
    """Multiply a number with itself, slowly."""
    await asyncio.sleep(0.01)
    return number * number


async def main() -> None:
    """Start twenty executions, wait for all of them, add up what they give."""
    workflow = ConductorWorkflow(name="squares", version=1)
    task = square(task_ref_name="square", number=workflow.input("number"))
    definition = (workflow >> task).output_parameters({"square": task.output("result")})

    settings = Settings(server_url="embedded://memory/squares", transport="embedded")
    async with AsyncConductor(settings) as conductor, TaskHandler(settings, workers=[square]):
        await conductor.metadata.register_workflow_def(definition)
        requests = [StartWorkflowRequest(name="squares", input={"number": number}) for number in range(1, 21)]
        ids = await asyncio.gather(*(conductor.workflows.start_workflow(request) for request in requests))
        runs = await asyncio.gather(*(conductor.workflows.wait_for_workflow(workflow_id) for workflow_id in ids))
        print("sum of the squares of 1 to 20:", sum(run.output["square"] for run in runs))


if __name__ == "__main__":
    asyncio.run(main())
