"""The OpenTelemetry providers of this process; without an SDK nothing is imported and nothing is recorded."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opentelemetry.metrics import Meter, MeterProvider
    from opentelemetry.trace import Tracer, TracerProvider

    from conductor_metrics_otel._prometheus import PrometheusMetrics

_SCOPE = "conductor"


@dataclass(frozen=True, slots=True)
class Providers:
    """Where spans and measurements go.

    Attributes:
        traces: a provider of the program's own; the global one when None.
        metrics: a provider of the program's own; the global one when None.
        prometheus: metrics of the program's own for Prometheus; those of the process when None.
    """

    traces: TracerProvider | None = None
    metrics: MeterProvider | None = None
    prometheus: PrometheusMetrics | None = None

    @property
    def are_own(self) -> bool:
        """Whether the program brought any of them; then the process's Prometheus metrics are not touched."""
        return not (self.traces is None and self.metrics is None and self.prometheus is None)

    def tracer(self) -> Tracer | None:
        """Return what makes spans, or None when they would go nowhere; the global provider of this moment counts."""
        if self.traces is not None:
            return self.traces.get_tracer(_SCOPE)
        if not _may_have("opentelemetry.trace", "OTEL_PYTHON_TRACER_PROVIDER"):
            return None
        from opentelemetry import trace  # noqa: PLC0415 - somebody else has imported it already

        provider = trace.get_tracer_provider()
        return None if type(provider).__module__.startswith("opentelemetry.trace") else provider.get_tracer(_SCOPE)

    def meter(self) -> Meter | None:
        """Return what makes instruments, or None when measurements would go nowhere."""
        if self.metrics is not None:
            return self.metrics.get_meter(_SCOPE)
        if not _may_have("opentelemetry.metrics", "OTEL_PYTHON_METER_PROVIDER"):
            return None
        from opentelemetry import metrics  # noqa: PLC0415 - somebody else has imported it already

        provider = metrics.get_meter_provider()
        return None if type(provider).__module__.startswith("opentelemetry.metrics") else provider.get_meter(_SCOPE)


def _may_have(module: str, variable: str) -> bool:
    """A provider was set by somebody who imported the module, or one is named in the environment."""
    return module in sys.modules or variable in os.environ
