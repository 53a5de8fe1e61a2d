"""What one process does for all of them: the health server, and the metrics file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from conductor_core.worker._health._answers import HealthAnswers

if TYPE_CHECKING:
    from conductor_core._plugins._metrics import MetricsPlugins
    from conductor_core.settings import Settings
    from conductor_core.worker._health._answers import HealthSource
    from conductor_core.worker._health._file import MetricsFile
    from conductor_core.worker._health._server import HealthServer


class HealthServing:
    """Serves health on a port, writes metrics to a file, or both, as the settings say.

    Args:
        settings: port and file.
        source: knows the processes.
        metrics: the plugins that render metrics.

    Raises:
        ConfigurationError: the address cannot be listened on.
    """

    def __init__(self, settings: Settings, source: HealthSource, metrics: MetricsPlugins) -> None:
        answers = HealthAnswers(source, metrics)
        self._server: HealthServer | None = None
        self._file: MetricsFile | None = None
        if settings.health_port is not None:
            from conductor_core.worker._health._server import HealthServer  # noqa: PLC0415 - loads http.server

            self._server = HealthServer(settings.health_host, settings.health_port, answers)
        if settings.metrics_file:
            from conductor_core.worker._health._file import MetricsFile  # noqa: PLC0415 - few programs need it

            self._file = MetricsFile(Path(settings.metrics_file), settings.metrics_file_interval, answers)

    @property
    def port(self) -> int | None:
        """The port of the server; None without one."""
        return self._server.port if self._server is not None else None

    def close(self) -> None:
        """Write the last figures and stop listening."""
        if self._file is not None:
            self._file.close()
        if self._server is not None:
            self._server.close()


def is_wanted(settings: Settings) -> bool:
    """Tell whether there is anything to serve."""
    return settings.health_port is not None or bool(settings.metrics_file)
