"""A convenience: the OpenTelemetry SDK set up from the standard ``OTEL_*`` variables."""

from __future__ import annotations

import importlib
import os
import threading
from typing import TYPE_CHECKING, Any, Final

from conductor_core.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from opentelemetry.sdk.metrics.export import MetricReader
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace.export import SpanExporter

_PROTOCOLS: Final = {"http/protobuf": "http", "grpc": "grpc"}
_EXTRAS: Final = {"http": "otlp", "grpc": "otlp-grpc"}
_EXPORTERS: Final = ("otlp", "console", "none")
_lock = threading.Lock()


def set_up_from_environment(
    service_name: str | None = None, *, environ: Mapping[str, str] | None = None
) -> Callable[[], None]:
    """Set up spans and metrics as the standard variables say; return what sends the rest and ends it.

    Read here: ``OTEL_TRACES_EXPORTER`` and ``OTEL_METRICS_EXPORTER`` (``otlp``, ``console`` or ``none``),
    ``OTEL_EXPORTER_OTLP_PROTOCOL`` (``http/protobuf``, or ``grpc`` with the extra ``otlp-grpc``) and ``OTEL_SDK_DISABLED``. The
    SDK itself reads the rest: endpoint, headers, resource, sampler, batches and intervals. Providers that the program has
    set already stay. What is left is also sent when the process ends by itself, a child of ``multiprocessing`` too.

    Args:
        service_name: ``service.name`` of the resource; ``OTEL_SERVICE_NAME`` beats it.
        environ: the variables that are read here; those of the process when None.

    Raises:
        ConfigurationError: the SDK or the exporter is not installed, or a variable cannot be used.
    """
    found = os.environ if environ is None else environ
    if found.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return _nothing
    try:
        with _lock:
            ends = _set_up(service_name, found)
    except ImportError as error:
        extra = _EXTRAS[_protocol(found)]
        text = f"{error.name} is not installed: pip install 'conductor-metrics-otel[{extra}]'"
        raise ConfigurationError(text) from None
    return _once(ends)


def _set_up(service_name: str | None, environ: Mapping[str, str]) -> list[Callable[[], object]]:
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - heavy, and part of an extra

    resource = Resource.create({"service.name": service_name} if service_name else None)
    return [*_traces(resource, environ), *_metrics(resource, environ)]


def _traces(resource: Resource, environ: Mapping[str, str]) -> list[Callable[[], object]]:
    from opentelemetry import trace  # noqa: PLC0415 - heavy, and part of an extra
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    exporter = _span_exporter(environ)
    if exporter is None or isinstance(trace.get_tracer_provider(), TracerProvider):
        return []
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return [provider.shutdown]


def _metrics(resource: Resource, environ: Mapping[str, str]) -> list[Callable[[], object]]:
    from opentelemetry import metrics  # noqa: PLC0415 - heavy, and part of an extra
    from opentelemetry.sdk.metrics import MeterProvider  # noqa: PLC0415

    reader = _metric_reader(environ)
    if reader is None or isinstance(metrics.get_meter_provider(), MeterProvider):
        return []
    provider = MeterProvider([reader], resource=resource, shutdown_on_exit=False)
    metrics.set_meter_provider(provider)
    return [provider.shutdown]


def _span_exporter(environ: Mapping[str, str]) -> SpanExporter | None:
    kind = _kind("OTEL_TRACES_EXPORTER", environ)
    if kind == "none":
        return None
    if kind == "console":
        from opentelemetry.sdk.trace.export import ConsoleSpanExporter  # noqa: PLC0415

        return ConsoleSpanExporter()
    made: SpanExporter = _otlp("trace_exporter", "OTLPSpanExporter", environ)()
    return made


def _metric_reader(environ: Mapping[str, str]) -> MetricReader | None:
    from opentelemetry.sdk.metrics.export import ConsoleMetricExporter, PeriodicExportingMetricReader  # noqa: PLC0415

    kind = _kind("OTEL_METRICS_EXPORTER", environ)
    if kind == "none":
        return None
    if kind == "console":
        return PeriodicExportingMetricReader(ConsoleMetricExporter())
    return PeriodicExportingMetricReader(_otlp("metric_exporter", "OTLPMetricExporter", environ)())


def _kind(variable: str, environ: Mapping[str, str]) -> str:
    kind = environ.get(variable, "").strip().lower() or "otlp"
    if kind not in _EXPORTERS:
        raise ConfigurationError(f"{variable} must be {', '.join(_EXPORTERS[:-1])} or {_EXPORTERS[-1]}, got {kind!r}")
    return kind


def _otlp(module: str, name: str, environ: Mapping[str, str]) -> Any:
    package = f"opentelemetry.exporter.otlp.proto.{_protocol(environ)}"
    return getattr(importlib.import_module(f"{package}.{module}"), name)


def _protocol(environ: Mapping[str, str]) -> str:
    protocol = environ.get("OTEL_EXPORTER_OTLP_PROTOCOL", "").strip().lower() or "http/protobuf"
    if protocol not in _PROTOCOLS:
        known = " or ".join(_PROTOCOLS)
        raise ConfigurationError(f"OTEL_EXPORTER_OTLP_PROTOCOL must be {known}, got {protocol!r}")
    return _PROTOCOLS[protocol]


def _once(ends: list[Callable[[], object]]) -> Callable[[], None]:
    """Return a function that ends the providers once, and let the end of the process call it."""
    if not ends:
        return _nothing
    from multiprocessing.util import Finalize  # noqa: PLC0415 - atexit alone is not run in every child process

    def end() -> None:
        for one in ends:
            one()

    finalizer: Callable[[], object] = Finalize(None, end, exitpriority=0)

    def end_once() -> None:
        finalizer()  # a second call does nothing

    return end_once


def _nothing() -> None:
    """End nothing."""
