"""Workers in bad weather: a server that takes only two of three results must cost time, and neither tasks nor results.

python examples/chaos_test.py          # or: pytest examples/chaos_test.py
"""

# ruff: noqa: S101 - tests assert

import itertools
import threading

from conductor_core import Conductor, Plugins, Settings, SilentLogger, TaskHandler, hookimpl, worker_task
from conductor_core.http import AsyncBaseTransport, BaseTransport, Request, Response
from conductor_workflows import ConductorWorkflow

Transport = AsyncBaseTransport | BaseTransport
ORDERS = 12
charged: list[int] = []
lock = threading.Lock()


@worker_task(task_definition_name="charge_in_storm", thread_count=4)
def charge(order: int) -> int:
    """Note who was charged, and how often."""
    with lock:
        charged.append(order)
    return order


class Storm(AsyncBaseTransport):
    """The server as workers see it: every third result is refused, or taken without an answer."""

    def __init__(self, server: AsyncBaseTransport) -> None:
        self.server = server
        self.updates = itertools.count(1)

    async def handle_async_request(self, request: Request) -> Response:
        """Answer for the server, or let it answer."""
        if request.method != "POST" or next(self.updates) % 3:
            return await self.server.handle_async_request(request)
        if request.url.path.endswith("/update-v2"):
            return Response(503, json={"message": "busy"})
        await self.server.handle_async_request(request)
        return Response(504, json={"message": "the answer was lost on its way"})


class StormPlugin:
    """Puts the storm between the workers and the server."""

    @hookimpl
    def conductor_wrap_transport(self, next: Transport) -> Transport:  # noqa: A002 - the hook's name for it
        """Wrap what polls and results go through; heartbeats go through a blocking one."""
        return Storm(next) if isinstance(next, AsyncBaseTransport) else next


def test_no_order_is_lost_or_charged_twice() -> None:
    """All executions complete, and each order was charged once."""
    settings = Settings(server_url="embedded://memory/chaos", transport="embedded")
    workflow = ConductorWorkflow(name="stormy_orders", version=1)
    workflow >>= charge(task_ref_name="charge_ref", order=workflow.input("order"))
    stormy = Plugins.from_settings(settings, plugins=[StormPlugin()])
    with Conductor(settings) as conductor:
        runs = [workflow.start(conductor, workflow_input={"order": order}) for order in range(ORDERS)]
        with TaskHandler(plugins=stormy, workers=[charge], update_tries=1, logger=SilentLogger()) as handler:
            ended = conductor.workflows.wait_for_workflows(runs, timeout=60)
        assert handler.report is not None
        assert handler.report.clean
    assert [run.status for run in ended] == ["COMPLETED"] * ORDERS
    assert sorted(charged) == list(range(ORDERS))


if __name__ == "__main__":
    test_no_order_is_lost_or_charged_twice()
    print("passed")
