"""The project's own clients, by name, on both faces."""

from conductor_core import AsyncConductor, Conductor, TaskDef, WorkflowDef
from conductor_workflows import StartWorkflowRequest


def blocking(conductor: Conductor) -> None:
    request = StartWorkflowRequest(name="orders", version=1, input={"amount": 3})
    reveal_type(conductor.workflows.start_workflow(request))  # revealed: str
    run = conductor.workflows.execute_workflow(request, wait_for_seconds=5)
    reveal_type(run.workflow_id)  # revealed: str
    found = conductor.workflows.get_workflow("id", include_tasks=False)
    reveal_type(found.workflow_id)  # revealed: str
    reveal_type(conductor.workflows.wait_for_workflow("id").is_terminal)  # revealed: bool
    reveal_type(conductor.metadata.get_workflow_def("orders").name)  # revealed: str
    conductor.metadata.register_workflow_def(WorkflowDef(name="orders"))
    conductor.metadata.register_task(TaskDef(name="charge"))
    reveal_type(conductor.tasks.get_task("id").task_id)  # revealed: str

    conductor.workflows.start_workflow("orders")  # error: [Ii]ncompatible|cannot be assigned
    conductor.workflows.start_workflow()  # error: [Mm]issing|Too few
    conductor.workflows.get_workflow("id", includeTasks=False)  # error: [Uu]nexpected keyword|No parameter named
    conductor.workflows.get_workflow(17)  # error: [Ii]ncompatible|cannot be assigned
    conductor.workflows.fetch_workflow("id")  # error: no attribute|Cannot access attribute
    conductor.metadata.register_task(WorkflowDef(name="orders"))  # error: [Ii]ncompatible|cannot be assigned
    conductor.flows.start_workflow(request)  # error: no attribute|Cannot access attribute


async def awaiting(conductor: AsyncConductor) -> None:
    request = StartWorkflowRequest(name="orders", version=1, input={"amount": 3})
    reveal_type(await conductor.workflows.start_workflow(request))  # revealed: str
    found = await conductor.workflows.get_workflow("id", include_tasks=False)
    reveal_type(found.workflow_id)  # revealed: str
    ended = await conductor.workflows.wait_for_workflow("id")
    reveal_type(ended.is_terminal)  # revealed: bool
    await conductor.metadata.register_workflow_def(WorkflowDef(name="orders"))

    conductor.workflows.get_workflow("id").workflow_id  # error: no attribute|Cannot access attribute
    forgotten: str = conductor.workflows.start_workflow(request)  # error: [Ii]ncompatible|not assignable
    conductor.workflows.pause("id")  # error: [Uu]nused|must be used|not used
    await conductor.workflows.get_workflow(17)  # error: [Ii]ncompatible|cannot be assigned
    await conductor.tasks.get_task(task="id")  # error: [Uu]nexpected keyword|No parameter named|[Mm]issing
