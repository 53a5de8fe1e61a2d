"""Spans and measurements in memory, and an engine to run workflows on."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader, NumberDataPoint
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from conductor_core import Plugins, Settings
from conductor_metrics_otel import OtelPlugin, PrometheusMetrics

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opentelemetry.sdk.trace import ReadableSpan

_engines = itertools.count()


@dataclass
class Seen:
    """What was exported, and the parts that export."""

    spans: InMemorySpanExporter = field(default_factory=InMemorySpanExporter)
    reader: InMemoryMetricReader = field(default_factory=InMemoryMetricReader)
    prometheus: PrometheusMetrics = field(default_factory=PrometheusMetrics)

    def __post_init__(self) -> None:
        self.traces = TracerProvider(shutdown_on_exit=False)
        self.traces.add_span_processor(SimpleSpanProcessor(self.spans))
        self.metrics = MeterProvider([self.reader], shutdown_on_exit=False)

    def plugin(self) -> OtelPlugin:
        """The plugin with these providers."""
        return OtelPlugin(tracer_provider=self.traces, meter_provider=self.metrics, prometheus=self.prometheus)

    def plugins(self, **section: Any) -> Plugins:
        """A plugin set on a fresh engine, with options for the plugin."""
        settings = Settings(
            server_url=f"embedded://memory/otel-{next(_engines)}", transport="embedded", options={"otel": section}
        )
        return Plugins.from_settings(settings, plugins=[self.plugin()])

    def named(self, name: str) -> list[ReadableSpan]:
        """All spans of one name, in the order in which they ended."""
        return [span for span in self.spans.get_finished_spans() if span.name == name]

    def one(self, name: str) -> ReadableSpan:
        """The only span of one name."""
        (found,) = self.named(name)
        return found

    def values(self) -> dict[tuple[str, tuple[tuple[str, Any], ...]], Any]:
        """Every measurement by name and attributes: the sum of a counter, or count and sum of a histogram."""
        data = self.reader.get_metrics_data()
        found: dict[tuple[str, tuple[tuple[str, Any], ...]], Any] = {}
        for resource in data.resource_metrics if data is not None else ():
            for scope in resource.scope_metrics:
                for metric in scope.metrics:
                    for point in metric.data.data_points:
                        key = metric.name, tuple(sorted((point.attributes or {}).items()))
                        found[key] = point.value if isinstance(point, NumberDataPoint) else (point.count, point.sum)
        return found


@pytest.fixture
def seen() -> Iterator[Seen]:
    """Exporters in memory, shut down afterwards."""
    made = Seen()
    yield made
    made.traces.shutdown()
    made.metrics.shutdown()
