"""What a process of workers tells about itself: counters, a watch over its event loop, and a small server for probes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conductor_core._plugins import Plugins
    from conductor_core.settings import Settings
    from conductor_core.worker._health._server import HealthServer
    from conductor_core.worker._health._snapshot import Snapshot
    from conductor_core.worker._runtime import WorkerRuntime

__all__ = ["health_server"]


def health_server(runtime: WorkerRuntime, settings: Settings, plugins: Plugins) -> HealthServer | None:
    """Serve the health of one runtime where the settings name a port.

    Raises:
        ConfigurationError: the address cannot be listened on.
    """
    if settings.health_port is None:
        return None
    from conductor_core.worker._health._answers import HealthAnswers  # noqa: PLC0415 - only where a port is set
    from conductor_core.worker._health._server import HealthServer  # noqa: PLC0415 - the same: it loads http.server

    metrics = plugins.metrics()

    class OneProcess:
        """This process alone."""

        expected = 1

        def snapshots(self) -> Sequence[Snapshot]:
            return [runtime.health.snapshot()]

        def collected_metrics(self) -> Sequence[Snapshot]:
            return [metrics.collected()]

    return HealthServer(settings.health_host, settings.health_port, HealthAnswers(OneProcess(), metrics))
