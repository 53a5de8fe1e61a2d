"""What this distribution registers with the core; OpenTelemetry is imported when there is something to record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from conductor_core.hookspecs import hookimpl
from conductor_metrics_otel._sdk import Providers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from opentelemetry.metrics import MeterProvider
    from opentelemetry.trace import TracerProvider

    from conductor_core.interfaces import CallSteps, Execute, MetricsPage
    from conductor_core.settings import Settings
    from conductor_metrics_otel._assembly import Assembly
    from conductor_metrics_otel._prometheus import PrometheusMetrics
    from conductor_metrics_otel._scrape import Pages

# Tells a child process that its parent was asked to set up the SDK.
_SETS_UP: Final = "conductor-otel-setup"


class OtelPlugin:
    """The hooks of one plugin set; listeners and executions of the same settings share what records them.

    The installed plugin uses OpenTelemetry's global providers. A program that has others passes a plugin of its own::

        Plugins.from_settings(settings, plugins=[OtelPlugin(tracer_provider=provider)])

    Args:
        tracer_provider: makes tracers; the global one when None.
        meter_provider: makes meters; the global one when None.
        prometheus: keeps metrics for Prometheus; those of the process when all three are None.
    """

    def __init__(
        self,
        *,
        tracer_provider: TracerProvider | None = None,
        meter_provider: MeterProvider | None = None,
        prometheus: PrometheusMetrics | None = None,
    ) -> None:
        self._providers = Providers(tracer_provider, meter_provider, prometheus)
        self._made: tuple[Settings, Assembly] | None = None
        self._is_set_up = False
        self._pages: Pages | None = None

    @property
    def remembered_tasks(self) -> int:
        """Of how many tasks that run, or wait to be reported, something is remembered."""
        return self._made[1].remembered_tasks if self._made is not None else 0

    @hookimpl
    def conductor_register_listeners(self, settings: Settings) -> Iterable[object]:
        """Listen to the task runner, when something is switched on."""
        return self._assembly(settings).listeners()

    @hookimpl
    def conductor_wrap_execute(self, next: Execute, settings: Settings) -> Execute:  # noqa: A002 - the hook's name for it
        """Put a span around each execution, when traces are switched on."""
        return self._assembly(settings).around_execution(next)

    @hookimpl
    def conductor_wrap_call(self, next: CallSteps, settings: Settings) -> CallSteps:  # noqa: A002 - the hook's name for it
        """Put a span and measurements around each call, when something is switched on."""
        return self._assembly(settings).around_call(next)

    @hookimpl(optionalhook=True)
    def conductor_carry_context(self, carrier: dict[str, str]) -> None:
        """Send the current trace context to a child process."""
        if self._made is not None and self._made[1].is_tracing:
            from conductor_metrics_otel._context import written  # noqa: PLC0415 - loads OpenTelemetry

            carrier.update(written())
            if self._made[1].sets_up:
                carrier[_SETS_UP] = "true"

    @hookimpl(optionalhook=True)
    def conductor_restore_context(self, carrier: Mapping[str, str]) -> AbstractContextManager[object] | None:
        """Make the parent process's trace context current around a worker function."""
        if carrier.get(_SETS_UP) and not self._is_set_up:
            from conductor_metrics_otel._setup import set_up_from_environment  # noqa: PLC0415 - loads the SDK

            set_up_from_environment()
            self._is_set_up = True
        if "traceparent" not in carrier:
            return None
        from conductor_metrics_otel._context import current  # noqa: PLC0415 - loads OpenTelemetry

        return current(dict(carrier))

    @hookimpl(optionalhook=True)
    def conductor_collect_metrics(self) -> object:
        """Return what Prometheus shall read of this process, when that is switched on."""
        metrics = self._made[1].prometheus if self._made is not None else None
        if metrics is None:
            return None
        from conductor_metrics_otel._scrape import collected  # noqa: PLC0415 - loads the Prometheus client

        return collected(metrics)

    @hookimpl(optionalhook=True)
    def conductor_render_metrics(self, collected: Sequence[Any], health: Mapping[str, Any]) -> MetricsPage | None:
        """Return the page of ``/metrics``, all processes added up; None when no process keeps metrics."""
        if self._pages is None:
            if not collected:
                return None
            from conductor_metrics_otel._scrape import Pages  # noqa: PLC0415 - loads the Prometheus client

            self._pages = Pages()
        return self._pages.page(collected, health)

    def _assembly(self, settings: Settings) -> Assembly:
        if self._made is None or self._made[0] is not settings:
            from conductor_metrics_otel._assembly import Assembly  # noqa: PLC0415 - what installing need not load

            self._made = settings, Assembly(settings, self._providers)
        return self._made[1]
