"""A no-op worker with telemetry: ``python -m benchmarks.otel.worker PORT CONCURRENCY KIND TYPES MODE TRANSPORT``.

``MODE`` is without (the plugin is not loaded), off, prometheus, sampled (metrics, and 1 % of the traces) or all (every trace).
Spans go through the batch processor into memory.
"""

from __future__ import annotations

import sys

from benchmarks.workers.ours import register
from conductor_core import Settings, TaskHandler

OPTIONS: dict[str, dict[str, object]] = {
    "without": {},
    "off": {"mode": "off"},
    "prometheus": {"mode": "metrics", "prometheus": True},
    "sampled": {"ratio": 0.01},
    "all": {"ratio": 1.0},
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


def main() -> None:
    """Serve until SIGTERM."""
    port, concurrency, kind, types, mode, transport = sys.argv[1:]
    for name in types.split(","):
        register(name, int(concurrency), kind)
    if mode in {"sampled", "all"}:
        set_up_sdk()
    settings = Settings(
        server_url=f"http://127.0.0.1:{port}/api",
        transport=transport,
        disabled_plugins=("conductor-metrics-otel",) if mode == "without" else (),
        options={"otel": OPTIONS[mode]},
    )
    with TaskHandler(settings, handle_signals=True) as handler:
        handler.join()


if __name__ == "__main__":
    main()
