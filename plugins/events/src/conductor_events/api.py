"""A client: event handlers, what they did, and the queues they listen to."""

from __future__ import annotations

from conductor_core import Api, Call, Face, endpoint, get


class EventApi(Api[Face], name="events"):
    """A client as ``conductor.events``: event handlers, what they did, and the queues they listen to."""

    @endpoint
    def get_all_event_handlers(self) -> Call[list[dict[str, object]]]:
        """Fetch all event handlers."""
        return get("/event", returns=list[dict[str, object]])
