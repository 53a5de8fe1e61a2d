"""A decorated worker keeps its signature, and makes tasks when it is given a reference name."""

from conductor_core import TaskHandler, worker_task


@worker_task("pay", thread_count=3)
def pay(amount: int, note: str = "") -> str:
    return note * amount


@worker_task(task_definition_name="ship")
async def ship(order_id: str) -> bool:
    return bool(order_id)


reveal_type(pay(5, note="x"))  # revealed: str
reveal_type(pay(task_ref_name="first", amount="${workflow.input.amount}"))  # revealed[mypy]: conductor_core.worker._call_task.SimpleTaskCall # revealed[pyright]: SimpleTaskCall
reveal_type(ship(task_ref_name="second").output("result"))  # revealed: str
TaskHandler(workers=[pay, ship], handle_signals=True)


async def calls() -> None:
    reveal_type(await ship("o-1"))  # revealed[mypy]: bool # revealed[pyright]: bool
    ship(5)  # error: No overload|cannot be assigned|is not assignable


pay("much")  # error: No overload|cannot be assigned|is not assignable
pay(5, remark="x")  # error: No overload
worker_task("pay", threads=3)  # error: [Uu]nexpected keyword|No parameter named
worker_task(thread_count=3)  # error: Missing positional|Argument missing
TaskHandler(worker=[pay])  # error: [Uu]nexpected keyword|No parameter named
