"""The event client. It is put together from one class for each of its nouns."""

from __future__ import annotations

from conductor_core import Face
from conductor_events._handlers import Handlers
from conductor_events._monitoring import Monitoring
from conductor_events._queues import Queues
from conductor_events._tags import Tags


class EventApi(Handlers[Face], Queues[Face], Monitoring[Face], Tags[Face], name="events"):
    """Event handlers, their queues and their history, as ``conductor.events``."""
