"""The workflow of an order, built in code: check, reserve, charge, then ship and notify side by side."""

from __future__ import annotations

from conductor_core import TaskDef
from conductor_workflows import ConductorWorkflow, ForkTask, SetVariableTask, SwitchTask, TerminateTask
from orders_demo import rules, workers

NAME = "orders"


def order_workflow() -> ConductorWorkflow:
    """Return the definition."""
    workflow = ConductorWorkflow(name=NAME, version=1, description="An order, from the file to the customer's door.")
    validate = workers.validate(task_ref_name="validate", order=workflow.input("order"))
    order = validate.output("order")
    rejected = [
        SetVariableTask("mark_rejected", {"stage": "rejected"}),
        TerminateTask(
            "reject",
            "TERMINATED",
            termination_reason=validate.output("reason"),
            workflow_output={"order_id": workflow.input("order.order_id"), "reason": validate.output("reason")},
        ),
    ]
    reserve = workers.reserve(
        task_ref_name="reserve",
        product=validate.output("order.product"),
        quantity=validate.output("order.quantity"),
    )
    charge = workers.charge(
        task_ref_name="charge",
        order_id=validate.output("order.order_id"),
        amount=validate.output("order.amount"),
        card=validate.output("order.card"),
    )
    ship = workers.ship(task_ref_name="ship", order=order, shelf=reserve.output("shelf"))
    notify = workers.notify(
        task_ref_name="notify",
        customer=validate.output("order.customer"),
        order_id=validate.output("order.order_id"),
    )
    steps = (
        workflow
        >> validate
        >> SwitchTask("decide", validate.output("decision"))
        >> {"rejected": rejected}
        >> SetVariableTask("mark_accepted", {"stage": "accepted"})
        >> reserve
        >> charge
        >> ForkTask("dispatch", [ship, notify])
    )
    return steps.output_parameters(
        {
            "order_id": workflow.input("order.order_id"),
            "receipt": charge.output(),
            "tracking": ship.output("tracking"),
            "message": notify.output("result"),
        }
    )


def task_definitions() -> list[TaskDef]:
    """Return the definitions of the workers' tasks: how often and how soon each is tried again."""
    once = [TaskDef(name=f"orders_{name}", retry_count=0) for name in ("validate", "reserve", "ship", "notify")]
    charge = TaskDef(name="orders_charge", retry_count=rules.CHARGE_RETRIES, retry_delay_seconds=1)
    return [*once, charge]
