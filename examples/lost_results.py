"""Results that the server did not take: a listener stores them in a file, and they are sent when the server is back.

python examples/lost_results.py

The runtime itself keeps such results until the program ends, and with CONDUCTOR_OUTBOX_FILE until the next run; a listener is for
those who want them elsewhere.
"""

import tempfile
import threading
from pathlib import Path

from conductor_core import Conductor, Plugins, Settings, SilentLogger, TaskHandler, TaskResult, hookimpl, worker_task
from conductor_core.events import TaskUpdateFailure
from conductor_core.http import AsyncBaseTransport, BaseTransport, Request, Response
from conductor_workflows import ConductorWorkflow

Transport = AsyncBaseTransport | BaseTransport


@worker_task(task_definition_name="charge")
def charge(amount: int) -> str:
    """Charge a card, which nobody wants to happen twice."""
    return f"receipt of {amount}"


class Keeper:
    """Stores each result that was given up, and sends all of them on demand."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.stored = threading.Event()

    def on_task_update_failure(self, event: TaskUpdateFailure) -> None:
        """The last try to report a result has failed."""
        with self.file.open("a", encoding="utf-8") as lines:
            lines.write(event.task_result.model_dump_json() + "\n")
        self.stored.set()

    def send(self, conductor: Conductor) -> int:
        """Report what is stored; the server leaves out of account what it has already."""
        lines = self.file.read_text(encoding="utf-8").splitlines()
        for line in lines:
            conductor.tasks.update_task(TaskResult.model_validate_json(line))
        self.file.unlink()
        return len(lines)


class Outage(AsyncBaseTransport):
    """Stands for a server that takes no results."""

    def __init__(self, server: AsyncBaseTransport) -> None:
        self.server = server

    async def handle_async_request(self, request: Request) -> Response:
        """Refuse updates, pass on everything else."""
        if request.method == "POST":
            return Response(500, json={"message": "out of order"})
        return await self.server.handle_async_request(request)


class OutagePlugin:
    """Puts the outage between the workers and the server."""

    @hookimpl
    def conductor_wrap_transport(self, next: Transport) -> Transport:  # noqa: A002 - the hook's name for it
        """Wrap what polls and results go through; heartbeats go through a blocking one."""
        return Outage(next) if isinstance(next, AsyncBaseTransport) else next


def main() -> None:
    """Charge while the server is away, end the workers, and report when it is back."""
    settings = Settings(server_url="embedded://memory/lost-results", transport="embedded")
    workflow = ConductorWorkflow(name="payment", version=1)
    workflow >>= charge(task_ref_name="charge_ref", amount=workflow.input("amount"))
    workflow.output_parameters({"receipt": "${charge_ref.output.result}"})
    with tempfile.TemporaryDirectory() as folder, Conductor(settings) as conductor:
        keeper = Keeper(Path(folder) / "results.jsonl")
        workflow_id = workflow.start(conductor, workflow_input={"amount": 5})
        away = Plugins.from_settings(settings, plugins=[OutagePlugin()])
        workers = TaskHandler(
            plugins=away,
            workers=[charge],
            event_listeners=[keeper],
            update_tries=1,
            stop_timeout=1,
            logger=SilentLogger(),
        )
        with workers:
            keeper.stored.wait(timeout=60)
        print("while it was away:", conductor.workflows.get_workflow_status(workflow_id).status)
        print("sent again:", keeper.send(conductor))
        print("afterwards:", conductor.workflows.wait_for_workflow(workflow_id).output)


if __name__ == "__main__":
    main()
