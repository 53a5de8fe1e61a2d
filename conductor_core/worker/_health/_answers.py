"""What each path of the health server answers, from snapshots: no sockets here."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from pydantic_core import to_json

from conductor_core.worker._health._document import UP, document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conductor_core._plugins._metrics import MetricsPlugins
    from conductor_core.worker._health._snapshot import Snapshot

logger = logging.getLogger("conductor.worker")

JSON: Final = "application/json"
TEXT: Final = "text/plain; charset=utf-8"
PATHS: Final = ("/livez", "/readyz", "/health", "/metrics")
_NO_METRICS: Final = (
    "no plugin serves metrics: install a distribution that implements conductor_collect_metrics and "
    "conductor_render_metrics, such as conductor-metrics-otel, and switch its metrics on\n"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer."""

    status: int
    body: bytes
    content_type: str = JSON


class HealthSource(Protocol):
    """What the server asks: this process's runtime, or a supervisor of several."""

    expected: int
    """How many processes should live."""

    def snapshots(self) -> Sequence[Snapshot]:
        """Return a snapshot of each process that lives."""
        ...

    def collected_metrics(self) -> Sequence[Snapshot]:
        """Return what the metrics plugins of each process have collected, as plain data."""
        ...


class HealthAnswers:
    """Answers requests.

    Args:
        source: knows the processes.
        metrics: the plugins that render metrics.
    """

    def __init__(self, source: HealthSource, metrics: MetricsPlugins) -> None:
        self._source = source
        self._metrics = metrics

    def answer(self, path: str, accept: str) -> Answer:
        """Answer one GET.

        Args:
            path: path without query.
            accept: the request's ``Accept`` header.
        """
        if path == "/livez":
            return self._livez()
        if path == "/readyz":
            return self._readyz()
        if path == "/health":
            found = document(self._source.snapshots(), expected=self._source.expected)
            return _json(200 if found["status"] == UP else 503, found)
        if path == "/metrics":
            return self._scrape(accept)
        return Answer(404, f"there is {', '.join(PATHS)}\n".encode(), TEXT)

    def _livez(self) -> Answer:
        frozen = [process for process in self._source.snapshots() if process["frozen"]]
        if not frozen:
            return _json(200, {"status": "alive"})
        listed = [{name: process[name] for name in ("pid", "silent_seconds", "held_by")} for process in frozen]
        return _json(503, {"status": "frozen", "processes": listed})

    def _readyz(self) -> Answer:
        found = document(self._source.snapshots(), expected=self._source.expected)
        reasons = found["not_ready_because"]
        return _json(503 if reasons else 200, {"status": "not ready" if reasons else "ready", "because": reasons})

    def _scrape(self, accept: str) -> Answer:
        page = None
        if self._metrics:
            health = document(self._source.snapshots(), expected=self._source.expected)
            page = self._metrics.rendered(self._source.collected_metrics(), accept, health)
        if page is None:
            return Answer(404, _NO_METRICS.encode(), TEXT)
        return Answer(200, page.body, page.content_type)


def _json(status: int, data: object) -> Answer:
    return Answer(status, to_json(data) + b"\n")
