"""OpenTelemetry traces and metrics of Conductor workers and clients, and metrics for Prometheus.

Installing it is enough: it does nothing in a process without an OpenTelemetry SDK, and it is switched by
``CONDUCTOR_OTEL=off|metrics|all``. Names are imported when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conductor_metrics_otel._ids import is_sampled, trace_id_of
    from conductor_metrics_otel._prometheus import PrometheusMetrics
    from conductor_metrics_otel._setup import set_up_from_environment
    from conductor_metrics_otel.hooks import OtelPlugin

__all__ = ["OtelPlugin", "PrometheusMetrics", "is_sampled", "set_up_from_environment", "trace_id_of"]

_HOME = {
    "OtelPlugin": "hooks",
    "PrometheusMetrics": "_prometheus",
    "is_sampled": "_ids",
    "set_up_from_environment": "_setup",
    "trace_id_of": "_ids",
}


def __getattr__(name: str) -> object:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib  # noqa: PLC0415 - part of what makes the import cheap

    value: object = getattr(importlib.import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value
