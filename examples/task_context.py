"""What a worker can learn and do about its own task: ids, attempts, log lines, and coming back later.

python examples/task_context.py
"""

from conductor_core import Conductor, Settings, TaskHandler, TaskInProgress, get_task_context, worker_task
from conductor_workflows import ConductorWorkflow


@worker_task(task_definition_name="bake")
def bake(loaves: int) -> dict[str, int] | TaskInProgress:
    """Bake in two turns: the task is given back in between, and no thread waits."""
    context = get_task_context()
    context.add_log(f"turn {context.get_poll_count()}")
    if context.get_poll_count() == 1:
        return TaskInProgress(callback_after_seconds=1, output={"rising": loaves})
    return {"baked": loaves, "turns": context.get_poll_count(), "retries": context.get_retry_count()}


def main() -> None:
    """Run it, and read the log of the task."""
    settings = Settings(server_url="embedded://memory/bakery", transport="embedded")
    workflow = ConductorWorkflow(name="bakery", version=1)
    workflow >>= bake(task_ref_name="bake_ref", loaves=3)
    with Conductor(settings) as conductor, TaskHandler(settings, workers=[bake]):
        run = workflow.execute(conductor, wait_for_seconds=30)
        (task,) = run.tasks
        print({name: task.output_data[name] for name in ("baked", "turns", "retries")})
        print([line.log for line in conductor.tasks.get_task_logs(task.task_id)])


if __name__ == "__main__":
    main()
