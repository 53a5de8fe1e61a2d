"""Attributes of spans, by OpenTelemetry's conventions for messaging and HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from conductor_core import events
    from conductor_core.interfaces import ExecuteInput
    from conductor_core.settings import Settings

SYSTEM: Final = "conductor"
_PORTS = {"http": 80, "https": 443}


def server(settings: Settings) -> dict[str, str | int]:
    """Return where the server is."""
    parts = urlsplit(settings.server_url)
    found: dict[str, str | int] = {"server.address": parts.hostname or settings.server_url}
    port = parts.port or _PORTS.get(parts.scheme)
    return found if port is None else found | {"server.port": port}


class Attributes:
    """What spans of tasks have; the part that all tasks of one type share is made once.

    Args:
        settings: where the server is.
    """

    def __init__(self, settings: Settings) -> None:
        self._server = server(settings)
        self._shared: dict[tuple[str, str, str], dict[str, str | int]] = {}

    def messaging(self, operation: str, kind: str, task_type: str) -> dict[str, str | int]:
        """Return what all spans of one operation and task type have.

        Args:
            operation: ``poll``, ``execute`` or ``update``.
            kind: the convention's word for it: ``receive``, ``process`` or ``settle``.
            task_type: the task type.
        """
        key = operation, kind, task_type
        found = self._shared.get(key)
        if found is None:
            found = self._shared[key] = {
                "messaging.system": SYSTEM,
                "messaging.operation.name": operation,
                "messaging.operation.type": kind,
                "messaging.destination.name": task_type,
                **self._server,
            }
        return found

    def of_execution(self, given: ExecuteInput) -> dict[str, str | int]:
        """Return what the span of one execution has; an SDK takes about a microsecond for each of them."""
        polled = given.polled
        found = {
            **self.messaging("execute", "process", polled.task_type),
            **_of_task(polled.task_id, polled.workflow_instance_id),
            "messaging.client.id": given.worker_id,
            "conductor.task.retry_count": polled.retry_count,
        }
        correlation = polled.document.get("correlationId")
        if isinstance(correlation, str):
            found["conductor.workflow.correlation_id"] = correlation
        if given.domain:
            found["conductor.task.domain"] = given.domain
        return found

    @staticmethod
    def of_update(event: events.TaskUpdateCompleted | events.TaskUpdateFailure) -> dict[str, str | int]:
        """Return what the span of one update has beside what all of them have."""
        return _of_task(event.task_id, event.workflow_instance_id)


def _of_task(task_id: str, workflow_id: str) -> dict[str, str | int]:
    return {"messaging.message.id": task_id, "messaging.message.conversation_id": workflow_id}
