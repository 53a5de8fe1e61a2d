"""A no-op worker with telemetry: ``python -m benchmarks.otel.worker PORT CONCURRENCY KIND TYPES MODE TRANSPORT``.

``MODE`` is without (the plugin is not loaded), off, prometheus, sampled (metrics, and 1 % of the traces), all (every trace) or
sdk: without the plugin, but with a worker function that makes the spans and measurements of ``all`` by hand. Spans go through
the batch processor into memory.
"""

from __future__ import annotations

import sys

from benchmarks.workers.ours import register
from conductor_core import Settings, TaskHandler, worker_task

OPTIONS: dict[str, dict[str, object]] = {
    "without": {},
    "off": {"mode": "off"},
    "prometheus": {"mode": "metrics", "prometheus": True},
    "sampled": {"ratio": 0.01},
    "all": {"ratio": 1.0},
    "sdk": {},
}


def set_up_sdk() -> None:
    """Export spans and metrics into memory."""
    from opentelemetry import metrics, trace  # noqa: PLC0415 - only in the modes that need it
    from opentelemetry.sdk.metrics import MeterProvider  # noqa: PLC0415
    from opentelemetry.sdk.metrics.export import InMemoryMetricReader  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter  # noqa: PLC0415

    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(InMemorySpanExporter()))
    trace.set_tracer_provider(provider)
    metrics.set_meter_provider(MeterProvider([InMemoryMetricReader()]))


def register_by_hand(name: str, concurrency: int) -> None:
    """Register a worker that makes two spans and three measurements itself, with as many attributes as the plugin's."""
    from opentelemetry import metrics, trace  # noqa: PLC0415 - only in the mode that needs it

    tracer, meter = trace.get_tracer("bench"), metrics.get_meter("bench")
    histograms = [meter.create_histogram(one, "s") for one in ("execute", "update", "size")]
    labels = ({"taskType": name, "status": "SUCCESS"}, {"taskType": name, "status": "SUCCESS"}, {"taskType": name})
    common = {f"messaging.{number}": "a value of some length" for number in range(8)}

    @worker_task(task_definition_name=name, thread_count=concurrency)
    async def no_op(order_id: str) -> dict[str, bool]:
        span = tracer.start_span(f"process {name}", attributes={**common, "retry": 0, "client": order_id})
        inside = trace.set_span_in_context(span)
        span.end()
        tracer.start_span(f"settle {name}", inside, attributes=common).end()
        for histogram, attributes in zip(histograms, labels, strict=True):
            histogram.record(0.001, attributes)
        return {"ok": bool(order_id)}


def main() -> None:
    """Serve until SIGTERM."""
    port, concurrency, kind, types, mode, transport = sys.argv[1:]
    if mode in {"sampled", "all", "sdk"}:
        set_up_sdk()
    for name in types.split(","):
        if mode == "sdk":
            register_by_hand(name, int(concurrency))
        else:
            register(name, int(concurrency), kind)
    settings = Settings(
        server_url=f"http://127.0.0.1:{port}/api",
        transport=transport,
        disabled_plugins=("conductor-metrics-otel",) if mode in {"without", "sdk"} else (),
        options={"otel": OPTIONS[mode]},
    )
    with TaskHandler(settings, handle_signals=True) as handler:
        handler.join()


if __name__ == "__main__":
    main()
