"""What came in, and what was done about it."""

from __future__ import annotations

from conductor_core import Api, Call, Face, endpoint, get
from conductor_events.models import EventMessage, ExtendedEventExecution, HandledEventResponse, SearchResult

_HINT = "look at the workflows that the handlers start"


class Monitoring(Api[Face]):
    """Messages and executions of events; times from which on they count are epoch milliseconds."""

    @endpoint
    def get_all_active_event_handlers(self) -> Call[SearchResult[HandledEventResponse]]:
        """List the active event handlers with the number of their messages and actions."""
        return get("/event/execution", returns=SearchResult[HandledEventResponse], hint=_HINT, orkes_only=True)

    @endpoint
    def get_event_handlers_with_stats(self, since: int | None = None) -> Call[SearchResult[HandledEventResponse]]:
        """List events with the number of their messages and actions since a time."""
        query = {"from": since}
        returns = SearchResult[HandledEventResponse]
        return get("/event/message", query=query, returns=returns, hint=_HINT, orkes_only=True)

    @endpoint
    def get_event_executions(self, handler_name: str, since: int | None = None) -> Call[list[ExtendedEventExecution]]:
        """List what one event handler did since a time."""
        query = {"from": since}
        return get("/event/execution/{}", handler_name, query=query, returns=list[ExtendedEventExecution], hint=_HINT)

    @endpoint
    def get_event_messages(self, event: str, since: int | None = None) -> Call[list[EventMessage]]:
        """List the messages of one event since a time, and what was done about each."""
        return get("/event/message/{}", event, query={"from": since}, returns=list[EventMessage], hint=_HINT)
