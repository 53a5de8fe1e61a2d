"""What is switched on in this process, put together once for each set of settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core.errors import ConfigurationError
from conductor_metrics_otel._options import OtelOptions

if TYPE_CHECKING:
    from conductor_core.interfaces import CallSteps, Execute
    from conductor_core.settings import Settings
    from conductor_metrics_otel._prometheus import PrometheusMetrics
    from conductor_metrics_otel._recorder import Recorder
    from conductor_metrics_otel._sdk import Providers
    from conductor_metrics_otel._tracing import Tracing


class Assembly:
    """The parts for one set of settings; each is made when it is first needed.

    Args:
        settings: of the conductor or the workers.
        providers: where spans and measurements go.
    """

    def __init__(self, settings: Settings, providers: Providers) -> None:
        self._settings = settings
        self._providers = providers
        self._options = OtelOptions.of(settings)
        self._tracing: Tracing | None = None
        if self.sets_up:
            from conductor_metrics_otel._setup import set_up_from_environment  # noqa: PLC0415 - loads the SDK

            set_up_from_environment()

    @property
    def sets_up(self) -> bool:
        """Whether the SDK is set up here, and in child processes, from the standard variables."""
        return self._options.setup and self._options.mode != "off" and not self._providers.are_own

    @property
    def prometheus(self) -> PrometheusMetrics | None:
        """What Prometheus reads, when it is switched on."""
        if not self._options.metrics:
            return None
        if self._providers.are_own:
            return self._providers.prometheus
        if not self._options.prometheus:
            return None
        try:
            from conductor_metrics_otel._prometheus import process_metrics  # noqa: PLC0415 - heavy, part of an extra
        except ImportError:
            text = "prometheus-client is not installed: pip install 'conductor-metrics-otel[prometheus]'"
            raise ConfigurationError(text) from None
        return process_metrics(self._options.names)

    @property
    def is_tracing(self) -> bool:
        """Whether executions have spans."""
        return self._tracing is not None

    @property
    def remembered_tasks(self) -> int:
        """Of how many tasks something is remembered."""
        return self._tracing.remembered if self._tracing is not None else 0

    def listeners(self) -> list[object]:
        """Return what listens to the task runner: nothing when everything is switched off."""
        from conductor_metrics_otel._events import MetricsListener  # noqa: PLC0415 - only workers listen

        found: list[object] = []
        recorder = self._recorder()
        if recorder is not None:
            found.append(MetricsListener(recorder, measure_payloads=self._options.measure_payloads))
        tracing = self._tracing_or_none()
        if tracing is not None:
            found.append(tracing)
        return found

    def around_execution(self, inner: Execute) -> Execute:
        """Return an execution with a span around it, or the execution itself."""
        tracing = self._tracing_or_none()
        return inner if tracing is None else tracing.around(inner)

    def around_call(self, inner: CallSteps) -> CallSteps:
        """Return a call with its span and measurements around it, or the call itself."""
        recorder = self._recorder()
        tracer = self._providers.tracer() if self._options.traces else None
        if recorder is None and tracer is None:
            return inner
        from conductor_metrics_otel._calls import Calls  # noqa: PLC0415 - only what is switched on is loaded

        spans = None
        if tracer is not None:
            from conductor_metrics_otel._call_spans import CallSpans  # noqa: PLC0415 - loads OpenTelemetry

            spans = CallSpans(tracer, self._settings, self._options)
        return Calls(recorder, spans).around(inner)

    def _recorder(self) -> Recorder | None:
        from conductor_metrics_otel._recorder import joined  # noqa: PLC0415 - only what is on is loaded

        recorders: list[Recorder] = []
        meter = self._providers.meter() if self._options.metrics else None
        if meter is not None:
            from conductor_metrics_otel._instruments import recorder_of  # noqa: PLC0415 - loads OpenTelemetry

            recorders.append(recorder_of(meter))
        prometheus = self.prometheus
        if prometheus is not None:
            recorders.append(prometheus)
        return joined(recorders)

    def _tracing_or_none(self) -> Tracing | None:
        tracer = self._providers.tracer() if self._tracing is None and self._options.traces else None
        if tracer is not None:
            from conductor_metrics_otel._tracing import Tracing  # noqa: PLC0415 - loads OpenTelemetry

            self._tracing = Tracing(tracer, self._settings, self._options)
        return self._tracing
