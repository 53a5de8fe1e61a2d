"""The older settings of metrics, as the settings that stand for them here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib import util
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conductor_core.errors import ConfigurationError

if TYPE_CHECKING:
    from conductor_core import Settings


@dataclass(kw_only=False)
class MetricsSettings:
    """Where the workers' metrics go: to a port with ``/metrics`` and ``/health``, or to a file.

    Attributes:
        directory: folder of the file; ``tmp`` in the home folder when None.
        file_name: name of the file.
        update_interval: seconds between two writes of the file.
        http_port: port to serve them at; then there is no file.
        clean_directory: without effect; there are no files between processes.
        clean_dead_pids: likewise.
    """

    directory: str | None = None
    file_name: str = "metrics.log"
    update_interval: float = 0.1
    http_port: int | None = None
    clean_directory: bool = False
    clean_dead_pids: bool = False

    def __post_init__(self) -> None:
        if self.directory is None:
            self.directory = str(Path.home() / "tmp")

    def applied_to(self, settings: Settings) -> Settings:
        """Return settings with the health server or the metrics file that these stand for.

        Raises:
            ConfigurationError: no plugin that records metrics is installed.
        """
        if util.find_spec("conductor_metrics_otel") is None or util.find_spec("prometheus_client") is None:
            raise ConfigurationError(
                "metrics_settings needs a plugin that records metrics: pip install 'conductor-metrics-otel[prometheus]'"
            )
        options = {**settings.options, "otel": {**settings.options_of("otel"), "prometheus": True}}
        given: dict[str, Any] = {"options": options, "health_port": self.http_port}
        if self.http_port is None:
            Path(self.directory or ".").mkdir(parents=True, exist_ok=True)
            file = str(Path(self.directory or ".") / self.file_name)
            given = {"options": options, "metrics_file": file, "metrics_file_interval": self.update_interval}
        return replace(settings, **given)
