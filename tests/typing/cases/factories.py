"""The entry points of the official SDKs are typed as the clients behind them."""

from conductor_core import (
    AsyncOrkesClients,
    OrkesClients,
    conductor_from_env,
    create_async_conductor_client,
    create_conductor_client,
)
from conductor_workflows import ConductorWorkflow


def blocking() -> None:
    clients = OrkesClients.from_config({"serverUrl": "http://server"})
    reveal_type(clients.get_workflow_client())  # revealed[mypy]: conductor_workflows.api.WorkflowApi[conductor_core._endpoint.Sync]  # revealed[pyright]: WorkflowApi[Sync]
    reveal_type(clients.get_scheduler_client())  # revealed[mypy]: conductor_schedules.api.ScheduleApi[conductor_core._endpoint.Sync]  # revealed[pyright]: ScheduleApi[Sync]
    reveal_type(clients.get_workflow_client().start_workflow_by_name("orders"))  # revealed: str
    reveal_type(create_conductor_client(serverUrl="http://server").server_info().version)  # revealed: str
    reveal_type(conductor_from_env().workflows)  # revealed[mypy]: conductor_workflows.api.WorkflowApi[conductor_core._endpoint.Sync]  # revealed[pyright]: WorkflowApi[Sync]
    ConductorWorkflow(clients.get_workflow_executor(), name="orders")

    ConductorWorkflow(clients.get_task_client(), name="orders")  # error: [Ii]ncompatible|cannot be assigned
    clients.get_nothing_client()  # error: no attribute|Cannot access attribute


async def awaited() -> None:
    clients = AsyncOrkesClients()
    reveal_type(clients.get_workflow_client())  # revealed[mypy]: conductor_workflows.api.WorkflowApi[conductor_core._endpoint.Async]  # revealed[pyright]: WorkflowApi[Async]
    reveal_type(await clients.get_workflow_client().start_workflow_by_name("orders"))  # revealed: str
    reveal_type((await create_async_conductor_client().server_info()).version)  # revealed: str
