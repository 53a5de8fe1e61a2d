"""Definitions built in code, and what runs them on both faces."""

from conductor_core import AsyncConductor, Conductor
from conductor_workflows import ConductorWorkflow, InlineTask, SimpleTask, SwitchTask, TerminateTask, WaitTask


def building(conductor: Conductor) -> None:
    flow = ConductorWorkflow(conductor, name="orders", version=1)
    task = SimpleTask("charge", "pay", inputs={"amount": flow.input("amount")})
    flow >>= task
    flow >>= [task, [task, [task]], InlineTask("sum", "1")]
    flow >>= SwitchTask("s", flow.input("kind")) >> {"a": task, None: [task]}
    reveal_type(flow.restartable(False).variables(None).name)  # revealed: str
    reveal_type(task.optional().cache("key", 60).name)  # revealed: str
    reveal_type(flow.start())  # revealed: str
    reveal_type(flow.execute(workflow_input={"amount": 1}).workflow_id)  # revealed: str

    task.outptu("amount")  # error: no attribute|Cannot access attribute
    flow.inptu("amount")  # error: no attribute|Cannot access attribute
    task.output("amount").total  # error: no attribute|Cannot access attribute
    task.output(0)  # error: [Ii]ncompatible|cannot be assigned
    flow.add(17)  # error: [Ii]ncompatible|cannot be assigned
    TerminateTask("t", "DONE")  # error: [Ii]ncompatible|cannot be assigned
    WaitTask("w", wait_for_seconds=1.5)  # error: [Ii]ncompatible|cannot be assigned
    flow.register("yes")  # error: [Nn]o overload|[Ii]ncompatible|cannot be assigned


async def awaiting(conductor: AsyncConductor, flow: ConductorWorkflow) -> None:
    reveal_type(await flow.start(conductor))  # revealed: str
    run = await flow.execute(conductor, wait_for_seconds=5)
    reveal_type(run.is_terminal)  # revealed: bool

    flow.execute(conductor).workflow_id  # error: no attribute|Cannot access attribute
    forgotten: str = flow.start(conductor)  # error: [Ii]ncompatible|not assignable
