"""A run of an agent is one trace: what its workers do hangs from its execution, and the start links to it."""

from __future__ import annotations

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from conductor_agents import AgentRuntime, AsyncAgentRuntime, MaxMessageTermination, tool
from conductor_core import AsyncConductor, Conductor
from conductor_metrics_otel import OtelPlugin, trace_id_of
from tests._support.agents import Watch, plain
from tests._support.stub_server import Answer, Seen, StubConductor, stub_plugins

TASKS = {
    "look_up": {"order": 7},
    "helper_after_model": {"agent_name": "helper"},
    "helper_termination": {"iteration": 1},
}
RUN = "8a6e0804-2bd0-4672-b79d-d97027f9071a"


class Telemetry:
    """Spans in memory, and the plugin that makes them."""

    def __init__(self) -> None:
        self.spans = InMemorySpanExporter()
        traces = TracerProvider(shutdown_on_exit=False)
        traces.add_span_processor(SimpleSpanProcessor(self.spans))
        self.plugin = OtelPlugin(tracer_provider=traces, meter_provider=MeterProvider(shutdown_on_exit=False))

    def check(self) -> None:
        """Look for one trace with all that was done."""
        done = [span for span in self.spans.get_finished_spans() if span.name.startswith("process ")]
        assert sorted(span.name for span in done) == sorted(f"process {name}" for name in TASKS)
        trace_id = trace_id_of(RUN)
        assert {span.context.trace_id for span in done if span.context is not None} == {trace_id}
        (start,) = [span for span in self.spans.get_finished_spans() if span.name == "POST /agent/start"]
        assert [link.context.trace_id for link in start.links] == [trace_id]
        assert (start.attributes or {})["conductor.workflow.id"] == RUN


def stub() -> StubConductor:
    """A server whose only execution has one task for each of the agent's workers."""
    made = StubConductor()

    def answer(request: Seen) -> Answer | None:
        if request.path == "/api/agent/start":
            for name, given in TASKS.items():
                made.add(name, name, inputData=given, workflowInstanceId=RUN)
            return 200, {"executionId": RUN}
        if request.path.endswith("/full"):
            return 200, {}
        if not request.path.endswith("/status"):
            return None
        is_complete = len(made.results) == len(TASKS)
        status = "COMPLETED" if is_complete else "RUNNING"
        return 200, {"executionId": RUN, "status": status, "isComplete": is_complete}

    made.script = answer
    return made


@tool
async def look_up(order: int) -> str:
    """Look up an order."""
    return f"order {order} is shipped"


HELPER = plain("helper", tools=[look_up], callbacks=[Watch()], termination=MaxMessageTermination(9))


def test_a_run_is_one_trace() -> None:
    telemetry = Telemetry()
    conductor = Conductor(plugins=stub_plugins(stub(), telemetry.plugin))
    with conductor, AgentRuntime(conductor, environ={}) as runtime:
        assert runtime.run(HELPER, "Where is order 7?", timeout=60).is_success
    telemetry.check()


async def test_a_run_on_a_loop_is_one_trace() -> None:
    telemetry = Telemetry()
    conductor = AsyncConductor(plugins=stub_plugins(stub(), telemetry.plugin))
    async with conductor, AsyncAgentRuntime(conductor, environ={}) as runtime:
        assert (await runtime.run(HELPER, "Where is order 7?", timeout=60)).is_success
    telemetry.check()
