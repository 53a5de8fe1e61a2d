"""A convenience: the OpenTelemetry SDK set up from the standard ``OTEL_*`` variables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable

_EXTRA = "conductor-metrics-otel[otlp]"


def set_up_from_environment(service_name: str | None = None) -> Callable[[], None]:
    """Export spans and metrics over OTLP, as ``OTEL_EXPORTER_OTLP_ENDPOINT`` and its like say; return what ends it.

    Call it once at the start of a program that has no set-up of its own, and the returned function at its end, which sends
    what is left.

    Args:
        service_name: ``service.name`` of the resource; ``OTEL_SERVICE_NAME`` beats it.

    Raises:
        ConfigurationError: the SDK or the exporter is not installed.
    """
    try:
        from opentelemetry import metrics, trace  # noqa: PLC0415 - heavy, and part of an extra
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter  # noqa: PLC0415
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
        from opentelemetry.sdk.metrics import MeterProvider  # noqa: PLC0415
        from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader  # noqa: PLC0415
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError as error:
        raise ConfigurationError(f"{error.name} is not installed: pip install '{_EXTRA}'") from None
    resource = Resource.create({"service.name": service_name} if service_name else None)
    tracing = TracerProvider(resource=resource)
    tracing.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(tracing)
    metering = MeterProvider([PeriodicExportingMetricReader(OTLPMetricExporter())], resource=resource)
    metrics.set_meter_provider(metering)

    def end() -> None:
        tracing.shutdown()
        metering.shutdown()

    return end
