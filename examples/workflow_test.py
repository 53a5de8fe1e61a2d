"""A workflow under test: a function plays the workers, and time passes when the test says so.

python examples/workflow_test.py          # or: pytest examples/workflow_test.py
"""

# ruff: noqa: S101 - tests assert

from conductor_core import Conductor, TaskDef, TaskResult
from conductor_core.models import RetryLogic, TaskResultStatus
from conductor_embedded import VirtualEngine
from conductor_workflows import ConductorWorkflow, SimpleTask, StartWorkflowRequest, WaitTask


def play(conductor: Conductor, task_type: str, status: TaskResultStatus, **output: object) -> dict[str, object]:
    """Take one task as a worker would, settle it as the test wants, and return its input."""
    (task,) = conductor.tasks.batch_poll(task_type)
    result = TaskResult(task_id=task.task_id, workflow_instance_id=task.workflow_instance_id, status=status)
    result.output_data = output
    conductor.tasks.update_task(result)
    return task.input_data


def test_a_payment_is_retried_and_reminded_after_a_month() -> None:
    """The bank fails once, the reminder comes after thirty days, and the test takes no time."""
    workflow = ConductorWorkflow(name="invoice", version=1)
    charge = SimpleTask("charge", "charge", inputs={"amount": workflow.input("amount")})
    remind = SimpleTask("remind", "remind", inputs={"receipt": charge.output("receipt")})
    with VirtualEngine() as engine, Conductor(engine.settings) as conductor:
        retry = TaskDef(name="charge", retry_count=1, retry_logic=RetryLogic.FIXED, retry_delay_seconds=60)
        conductor.metadata.register_tasks([retry, TaskDef(name="remind")])
        conductor.metadata.register_workflow_def(
            workflow >> charge >> WaitTask("month", wait_for_seconds=2592000) >> remind
        )
        run = conductor.workflows.start_workflow(StartWorkflowRequest(name="invoice", input={"amount": 5}))

        assert play(conductor, "charge", TaskResultStatus.FAILED) == {"amount": 5}
        engine.advance(60)
        play(conductor, "charge", TaskResultStatus.COMPLETED, receipt="r1")
        engine.advance(30 * 24 * 3600)
        assert play(conductor, "remind", TaskResultStatus.COMPLETED) == {"receipt": "r1"}
        assert conductor.workflows.get_workflow(run).status == "COMPLETED"


if __name__ == "__main__":
    test_a_payment_is_retried_and_reminded_after_a_month()
    print("passed")
