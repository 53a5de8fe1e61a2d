"""A listener hears what workers do; it can never change an outcome.

python examples/event_listeners.py
"""

import threading

from conductor_core import Conductor, Settings, TaskHandler, worker_task
from conductor_core.events import TaskExecutionCompleted, TaskExecutionFailure, TaskUpdateCompleted
from conductor_workflows import ConductorWorkflow


@worker_task(task_definition_name="divide")
def divide(by: int) -> float:
    """Fail for zero."""
    return 12 / by


class Counter:
    """Counts; methods that it lacks are not called."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.settled = threading.Semaphore(0)

    def on_task_execution_completed(self, event: TaskExecutionCompleted) -> None:
        """A worker function returned."""
        self.heard.append(f"{event.task_type} completed")

    def on_task_execution_failure(self, event: TaskExecutionFailure) -> None:
        """A worker function raised."""
        self.heard.append(f"{event.task_type} failed: {event.cause}")

    def on_task_update_completed(self, event: TaskUpdateCompleted) -> None:
        """The server took a result."""
        self.heard.append(f"{event.task_type} settled")
        self.settled.release()


def main() -> None:
    """Run a workflow that works and one that fails."""
    counter = Counter()
    settings = Settings(server_url="embedded://memory/listeners", transport="embedded")
    workflow = ConductorWorkflow(name="division", version=1)
    workflow >>= divide(task_ref_name="divide_ref", by=workflow.input("by"))
    with Conductor(settings) as conductor, TaskHandler(settings, workers=[divide], event_listeners=[counter]):
        for by in (4, 0):
            workflow.start(conductor, workflow_input={"by": by})
            counter.settled.acquire(timeout=30)
    print(*counter.heard, sep=", ")


if __name__ == "__main__":
    main()
