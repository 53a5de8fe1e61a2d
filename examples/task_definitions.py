"""Settings of a task definition: retries with back-off, timeouts and limits, registered together with the worker.

python examples/task_definitions.py
"""

from conductor_core import Conductor, Settings, TaskDef, TaskHandler, worker_task
from conductor_core.models import RetryLogic, TaskTimeoutPolicy
from conductor_workflows import ConductorWorkflow

CHARGE = TaskDef(
    name="charge",
    description="Takes money once",
    retry_count=2,
    retry_logic=RetryLogic.FIXED,
    retry_delay_seconds=0,
    timeout_seconds=120,
    timeout_policy=TaskTimeoutPolicy.TIME_OUT_WF,
    response_timeout_seconds=60,
    concurrent_exec_limit=5,
    rate_limit_per_frequency=100,
    rate_limit_frequency_in_seconds=60,
)
attempts: list[int] = []


@worker_task(task_definition_name="charge", register_task_def=True, task_def=CHARGE)
def charge(amount: int) -> str:
    """Fail twice, as payment services do."""
    attempts.append(amount)
    if len(attempts) <= CHARGE.retry_count:  # type: ignore[operator]  # it is set above
        raise ConnectionError("the bank does not answer")
    return f"charged {amount}"


def main() -> None:
    """Let the server retry."""
    settings = Settings(server_url="embedded://memory/definitions", transport="embedded")
    workflow = ConductorWorkflow(name="payment", version=1)
    task = charge(task_ref_name="charge_ref", amount=workflow.input("amount"))
    definition = (workflow >> task).output_parameters({"said": task.output("result")})
    with Conductor(settings) as conductor, TaskHandler(settings, workers=[charge]):
        run = definition.execute(conductor, workflow_input={"amount": 5})
        print(run.output["said"], "after", len(attempts), "attempts")
        print("stored:", conductor.metadata.get_task("charge").concurrent_exec_limit, "at a time")


if __name__ == "__main__":
    main()
