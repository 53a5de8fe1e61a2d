"""What a process of workers tells about itself: counters, a watch over its event loop, and a small server for probes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conductor_core._plugins import Plugins
    from conductor_core.settings import Settings
    from conductor_core.worker._health._serving import HealthServing
    from conductor_core.worker._health._snapshot import Snapshot
    from conductor_core.worker._runtime import WorkerRuntime

__all__ = ["health_serving"]


def health_serving(runtime: WorkerRuntime, settings: Settings, plugins: Plugins) -> HealthServing | None:
    """Serve the health of one runtime where the settings name a port, and its metrics where they name a file.

    Raises:
        ConfigurationError: the address cannot be listened on.
    """
    if settings.health_port is None and not settings.metrics_file:
        return None
    from conductor_core.worker._health._serving import HealthServing  # noqa: PLC0415 - only where it is wanted

    metrics = plugins.metrics()

    class OneProcess:
        """This process alone."""

        expected = 1

        def snapshots(self) -> Sequence[Snapshot]:
            return [runtime.health.snapshot()]

        def collected_metrics(self) -> Sequence[Snapshot]:
            return [metrics.collected()]

    return HealthServing(settings, OneProcess(), metrics)
