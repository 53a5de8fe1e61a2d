"""Names and attributes of spans, by OpenTelemetry's conventions for messaging and HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
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


def messaging(operation: str, kind: str, task_type: str, worker_id: str = "") -> dict[str, str | int]:
    """Return what all spans of one task type have.

    Args:
        operation: ``poll``, ``execute`` or ``update``.
        kind: the convention's word for it: ``receive``, ``process`` or ``settle``.
        task_type: the task type.
        worker_id: id of the worker, when it is known.
    """
    found: dict[str, str | int] = {
        "messaging.system": SYSTEM,
        "messaging.operation.name": operation,
        "messaging.operation.type": kind,
        "messaging.destination.name": task_type,
    }
    return found | {"messaging.client.id": worker_id} if worker_id else found


def execution(given: ExecuteInput) -> dict[str, str | int]:
    """Return what the span of one execution has beside that."""
    polled = given.polled
    found: dict[str, str | int] = {
        "messaging.message.id": polled.task_id,
        "messaging.message.conversation_id": polled.workflow_instance_id,
        "conductor.workflow.id": polled.workflow_instance_id,
        "conductor.task.id": polled.task_id,
        "conductor.task.retry_count": polled.retry_count,
        "conductor.task.poll_count": polled.poll_count,
    }
    correlation = polled.document.get("correlationId")
    if isinstance(correlation, str):
        found["conductor.workflow.correlation_id"] = correlation
    return found | {"conductor.task.domain": given.domain} if given.domain else found
