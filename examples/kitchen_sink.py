"""Every task type that the engine runs in one workflow: workers, scripts, requests, choices, forks, loops, waits, people.

python examples/kitchen_sink.py
"""

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

from conductor_core import Conductor, Settings, TaskHandler, worker_task
from conductor_core.models import TaskResultStatus
from conductor_workflows import (
    ConductorEventTask,
    ConductorWorkflow,
    DynamicForkTask,
    DynamicTask,
    ForkTask,
    HttpTask,
    HumanTask,
    InlineTask,
    JsonJQTask,
    LoopTask,
    SetVariableTask,
    SimpleTask,
    StartWorkflowTask,
    SubWorkflowTask,
    SwitchTask,
    TerminateTask,
    WaitTask,
)

PLAN = """({
    tasks: [1, 2].map(n => ({name: 'pack', taskReferenceName: 'box_' + n, type: 'SIMPLE'})),
    inputs: {box_1: {box: 1}, box_2: {box: 2}}
})"""


@worker_task(task_definition_name="pack")
def pack(box: int) -> str:
    """Pack one box."""
    return f"box {box}"


@contextmanager
def shop() -> Generator[str]:
    """Serve a list of prices for the HTTP task, and give its address."""

    class Prices(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps([2, 3, 5]).encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name for it
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Prices) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        yield f"http://127.0.0.1:{server.server_port}/prices"
        server.shutdown()


def label() -> ConductorWorkflow:
    """Return the workflow that the big one runs inside, and starts."""
    workflow = ConductorWorkflow(name="label", version=1)
    workflow >>= InlineTask("print_label", "'to ' + $.city", {"city": workflow.input("city")})
    return workflow.output_parameters({"text": "${print_label.output.result}"})


def kitchen_sink(prices_url: str) -> ConductorWorkflow:
    """Put all of it together; JSON_JQ_TRANSFORM needs conductor-embedded[jq]."""
    workflow = ConductorWorkflow(name="kitchen_sink", version=1)
    double = InlineTask("double", "$.n * 2", {"n": workflow.input("boxes")})
    remember = SetVariableTask("remember", {"boxes": double.output()})
    prices = HttpTask("prices", {"uri": prices_url})
    total = JsonJQTask("total", ".prices | add", {"prices": prices.body()})
    closed = TerminateTask("closed", "TERMINATED", "the shop is closed")
    by_size = SwitchTask("by_size", workflow.input("size")).switch_case("none", closed)
    by_size.default_case([InlineTask("bike", "'bike'")])
    side_by_side = ForkTask("both", [pack(task_ref_name="left", box=1), pack(task_ref_name="right", box=2)])
    plan = InlineTask("plan", PLAN)
    planned = DynamicForkTask("planned").from_lists(plan.output("tasks"), plan.output("inputs"))
    packing = LoopTask("packing", 3, [SimpleTask("pack", "pack_one", inputs={"box": 7})])
    chosen = DynamicTask(workflow.input("task"), "chosen", inputs={"box": 9})
    labelling = SubWorkflowTask("labelling", "label", 1, inputs={"city": "Lisbon"})
    later = StartWorkflowTask("later", "label", {"city": "Quito"})
    approval = HumanTask("approval", display_name="Send it?")
    steps = workflow >> double >> remember >> prices >> total >> by_size >> side_by_side >> plan >> planned >> packing
    steps = steps >> chosen >> labelling >> later >> ConductorEventTask("packed", "packed")
    steps = steps >> WaitTask("moment", wait_for_seconds=1) >> approval
    return steps.output_parameters(
        {
            "boxes": workflow.variable("boxes"),
            "total": total.result(),
            "planned": planned.join.output("box_2.result"),
            "rounds": packing.output("iteration"),
            "chosen": chosen.output("result"),
            "label": labelling.output("text"),
            "sent_by": approval.output("by"),
        }
    )


def main() -> None:
    """Run it once, with a person who agrees."""
    settings = Settings(server_url="embedded://memory/kitchen", transport="embedded")
    with shop() as prices_url, Conductor(settings) as conductor, TaskHandler(settings, workers=[pack]):
        label().register(conductor)
        workflow = kitchen_sink(prices_url)
        workflow.register(conductor)
        run = workflow.start(conductor, workflow_input={"boxes": 2, "size": "large", "task": "pack"})
        for state in conductor.workflows.monitor_execution(run, timeout=60):
            approval = state.task("approval")
            if approval is not None and approval.status == "IN_PROGRESS":
                conductor.tasks.update_task_by_ref_name(run, "approval", TaskResultStatus.COMPLETED, {"by": "Ada"})
        ended = conductor.workflows.get_workflow(run)
        print(ended.status, ended.output)
        print(*sorted({task.task_type or "" for task in ended.tasks}))


if __name__ == "__main__":
    main()
