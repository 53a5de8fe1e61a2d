"""From the caller to the last update, over several processes and a server between them, an execution is one trace.

Spans are exported by the real exporter of each process, and received as a collector receives them.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from prometheus_client.parser import text_string_to_metric_families

from conductor_core import Conductor, Plugins, Settings
from conductor_metrics_otel import OtelPlugin, trace_id_of
from conductor_workflows import ConductorWorkflow, SimpleTask
from tests._support.embedded_server import EmbeddedServer, embedded_server
from tests._support.otlp_receiver import OtlpReceiver, Received, otlp_receiver
from tests._support.processes import until

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from tools.real_server import RealServer

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the workers are stopped by a signal")
ROOT = Path(__file__).parents[3]
TYPES = ("trace_thread", "trace_loop", "trace_child")  # of tests._support.otel_workers
WORKFLOWS = 4
PATIENCE = 90
CLIENT, CONSUMER = 3, 5


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    with embedded_server(tmp_path_factory.mktemp("one-trace")) as running:
        yield running


@pytest.fixture
def receiver() -> Iterator[OtlpReceiver]:
    with otlp_receiver() as running:
        yield running


@contextlib.contextmanager
def workers(url: str, receiver: OtlpReceiver, **options: str) -> Generator[list[str]]:
    """Run the workers in two copies until the block ends; the lines that they logged come afterwards."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("CONDUCTOR_", "OTEL_"))}
    environment = {
        **inherited,
        **receiver.environment("workers"),
        "CONDUCTOR_SERVER_URL": url,
        "CONDUCTOR_OTEL_SETUP": "true",
        **{f"CONDUCTOR_{name}": value for name, value in options.items()},
    }
    program = [str(Path(sys.executable).with_name("conductor")), "worker", "run", "tests._support.otel_workers"]
    lines: list[str] = []
    with subprocess.Popen(
        [*program, "--processes", "2"], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield lines
        finally:
            process.terminate()
            _, text = process.communicate(timeout=PATIENCE)
            lines += text.splitlines()
    assert process.returncode == 0, "\n".join(lines)


def run_workflows(url: str, receiver: OtlpReceiver, *, propagate: bool, name: str) -> list[str]:
    """Start workflows inside a caller's span each, and wait for their ends."""
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter(f"{receiver.url}/v1/traces")))
    settings = Settings(server_url=url, options={"otel": {"propagate": propagate}})
    plugins = Plugins.from_settings(settings, plugins=[OtelPlugin(tracer_provider=provider)])
    workflow = ConductorWorkflow(name=name, version=1)
    for task_type in TYPES:
        workflow >>= SimpleTask(task_type, task_type, inputs={"url": workflow.input("url")})
    ids: list[str] = []
    with Conductor(plugins=plugins) as conductor:
        workflow.owner_email("shop@example.org").register(conductor, overwrite=True)
        for _ in range(WORKFLOWS):
            with provider.get_tracer("caller").start_as_current_span("caller"):
                ids.append(workflow.start(conductor, workflow_input={"url": receiver.url}))
        for workflow_id in ids:
            found = conductor.workflows.wait_for_workflow(workflow_id, timeout=PATIENCE)
            assert found.status == "COMPLETED", found
    provider.shutdown()
    return ids


def of_execution(spans: list[Received], workflow_id: str) -> dict[str, Received]:
    """The spans of one execution by name, each of which is there once."""
    own = {
        span.trace_id
        for span in spans
        if span.attributes.get("messaging.message.conversation_id") == workflow_id and span.kind == CONSUMER
    }
    assert len(own) == 1
    found: dict[str, Received] = {}
    for span in spans:
        if span.trace_id in own:
            assert span.name not in found, span.name
            found[span.name] = span
    return found


def check_tasks(found: dict[str, Received], receiver: OtlpReceiver, parent: str) -> None:
    """Each task has its spans under the right parents, and what it asked for carried the context on."""
    for task_type in TYPES:
        process, inside, settle = (
            found[f"process {task_type}"],
            found[f"inside {task_type}"],
            found[f"settle {task_type}"],
        )
        assert (process.parent_id, process.kind) == (parent, CONSUMER)
        assert (inside.parent_id, settle.parent_id, settle.kind) == (process.span_id, process.span_id, CLIENT)
        (asked,) = [span for span in receiver.named("GET") if span.parent_id == inside.span_id]
        assert asked.trace_id == process.trace_id
        carried = {(path, header.rpartition("-")[0]) for path, header in receiver.requests}
        assert (f"/{task_type}", f"00-{asked.trace_id}-{asked.span_id}") in carried
        check_poll(process, receiver)


def check_poll(process: Received, receiver: OtlpReceiver) -> None:
    """The span of a poll and the execution that it brought are linked, both ways."""
    polls = {(span.trace_id, span.span_id): span for span in receiver.spans if span.name.startswith("receive ")}
    for link in process.links:
        assert (process.trace_id, process.parent_id) in polls[link].links
        assert polls[link].parent_id == ""


EXPECTED = {f"{kind} {task_type}" for kind in ("process", "inside", "settle") for task_type in TYPES}


async def check(url: str, receiver: OtlpReceiver, transport: str) -> None:
    with workers(url, receiver, OTEL_PROPAGATE="true", TRANSPORT=transport) as lines:
        ids = run_workflows(url, receiver, propagate=True, name="one_trace")
        await until(lambda: len([s for s in receiver.spans if s.name.startswith("settle ")]) == len(TYPES) * len(ids))
    assert not [line for line in lines if "detach" in line or "Traceback" in line]
    pids: dict[str, set[Any]] = {task_type: set() for task_type in TYPES}
    for workflow_id in ids:
        spans = [span for span in receiver.spans if span.name != "GET"]
        found = of_execution(spans, workflow_id)
        call = found["POST /workflow"]
        assert set(found) == {*EXPECTED, "caller", "POST /workflow"}
        assert (found["caller"].parent_id, call.parent_id) == ("", found["caller"].span_id)
        check_tasks(found, receiver, call.span_id)
        for task_type in TYPES:
            pids[task_type].add(found[f"inside {task_type}"].attributes["pid"])
    assert pids["trace_child"].isdisjoint(pids["trace_thread"] | pids["trace_loop"])
    linked = {span.name for span in receiver.spans if span.name.startswith("process ") and span.links}
    assert linked == {f"process {task_type}" for task_type in TYPES}
    assert {span.resource["service.name"] for span in receiver.spans if span.kind == CONSUMER} == {"workers"}
    assert receiver.metrics["task_execution_started_total"] >= 1


@pytest.mark.slow
async def test_over_the_embedded_server_it_is_one_trace(embedded: EmbeddedServer, receiver: OtlpReceiver) -> None:
    await check(embedded.url, receiver, "http1")


@pytest.mark.real_server
@pytest.mark.slow
async def test_over_the_real_server_it_is_one_trace(real_server: RealServer, receiver: OtlpReceiver) -> None:
    await check(real_server.url, receiver, "httpx")


def executions(file: Path) -> dict[str, int]:
    """Executions by task type, of all copies together, from the file that the supervisor writes."""
    families = text_string_to_metric_families(file.read_text(encoding="utf-8") if file.exists() else "")
    samples = (sample for family in families for sample in family.samples)
    return {s.labels["taskType"]: int(s.value) for s in samples if s.name == "task_execution_started_total"}


@pytest.mark.slow
async def test_without_the_callers_context_it_is_the_trace_of_the_execution(
    embedded: EmbeddedServer, receiver: OtlpReceiver, tmp_path: Path
) -> None:
    file = tmp_path / "workers.prom"
    options = {"WORKER_METRICS_FILE": str(file), "WORKER_METRICS_FILE_INTERVAL_MS": "100", "OTEL_PROMETHEUS": "true"}
    with workers(embedded.url, receiver, **options):
        ids = run_workflows(embedded.url, receiver, propagate=False, name="own_trace")
        await until(lambda: len([s for s in receiver.spans if s.name.startswith("settle ")]) == len(TYPES) * len(ids))
        await until(lambda: executions(file) == dict.fromkeys(TYPES, len(ids)))
    assert executions(file) == dict.fromkeys(TYPES, len(ids))  # what ended copies have counted stays
    for workflow_id in ids:
        found = of_execution([span for span in receiver.spans if span.name != "GET"], workflow_id)
        assert set(found) == EXPECTED
        (trace_id,) = {span.trace_id for span in found.values()}
        assert int(trace_id, 16) == trace_id_of(workflow_id)
        (parent,) = {found[f"process {task_type}"].parent_id for task_type in TYPES}
        check_tasks(found, receiver, parent)
        (start,) = [s for s in receiver.named("POST /workflow") if s.attributes["conductor.workflow.id"] == workflow_id]
        assert start.links == [(trace_id, parent)]
