"""A workflow under test with prepared outcomes in place of workers: retries, a loop and a workflow inside it.

python examples/workflow_test_with_mocks.py          # or: pytest examples/workflow_test_with_mocks.py
"""

# ruff: noqa: S101 - tests assert

from conductor_core import Conductor
from conductor_core.models import TaskResultStatus
from conductor_embedded import VirtualEngine
from conductor_workflows import (
    ConductorWorkflow,
    LoopTask,
    SimpleTask,
    SubWorkflowTask,
    TaskMock,
    WorkflowTestRequest,
)

FAILED = TaskMock(status=TaskResultStatus.FAILED)


def done(**output: object) -> TaskMock:
    """Make a good outcome."""
    return TaskMock(status=TaskResultStatus.COMPLETED, output=output)


def shipping() -> ConductorWorkflow:
    """Return the workflow inside."""
    workflow = ConductorWorkflow(name="shipping", version=1)
    label = SimpleTask("print_label", "label", inputs={"parcel": workflow.input("parcel")})
    return (workflow >> label).output_parameters({"tracking": label.output("tracking")})


def orders() -> ConductorWorkflow:
    """Return the workflow under test."""
    workflow = ConductorWorkflow(name="orders", version=1)
    charge = SimpleTask("charge", "charge", inputs={"amount": workflow.input("amount")})
    packing = LoopTask("packing", 2, [SimpleTask("pack", "pack")])
    ship = SubWorkflowTask("ship", "shipping", 1, inputs={"parcel": "${packing.output.2.pack.number}"})
    steps = workflow >> charge >> packing >> ship
    return steps.output_parameters({"receipt": charge.output("receipt"), "tracking": ship.output("tracking")})


def test_an_order_whose_first_charge_fails() -> None:
    """A retry takes the next outcome of its task; the rounds of a loop have names of their own."""
    with VirtualEngine() as engine, Conductor(engine.settings) as conductor:
        conductor.metadata.register_workflow_def(shipping())
        request = WorkflowTestRequest(name="orders", version=1, workflow_def=orders().to_workflow_def())
        request.input = {"amount": 5}
        request.task_ref_to_mock_output = {
            "charge": [FAILED, done(receipt="r1")],
            "pack__1": [done(number=1)],
            "pack__2": [done(number=2)],
        }
        inside = WorkflowTestRequest(
            name="shipping", version=1, task_ref_to_mock_output={"label": [done(tracking="t9")]}
        )
        request.sub_workflow_test_request = {"ship": inside}

        run = conductor.workflows.test_workflow(request)

        assert run.status == "COMPLETED"
        assert run.output == {"receipt": "r1", "tracking": "t9"}
        steps = [(task.reference_task_name, task.status) for task in run.tasks]
        assert steps == [
            ("charge", "FAILED"),
            ("charge", "COMPLETED"),
            ("packing", "COMPLETED"),
            ("pack__1", "COMPLETED"),
            ("pack__2", "COMPLETED"),
            ("ship", "COMPLETED"),
        ]


if __name__ == "__main__":
    test_an_order_whose_first_charge_fails()
    print("passed")
