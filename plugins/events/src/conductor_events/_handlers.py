"""Event handlers: what happens when an event comes in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core import Api, Call, Face, Flow, delete, endpoint, get, post, put
from conductor_core.errors import ApiError, BadRequestError, NotFoundError, NotSupportedByServerError, ServerError
from conductor_events.models import EventHandler

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_EVENTS = "use a START_WORKFLOW action of a queue that this server listens to"
_NO_SERVER = "check that server_url is the API of a Conductor server"
_LIST = "use get_all_event_handlers, which every server has"


class Handlers(Api[Face]):
    """Event handlers by name and by event."""

    @endpoint
    def get_all_event_handlers(self) -> Call[list[EventHandler]]:
        """List all event handlers."""
        return get("/event", returns=list[EventHandler])

    @endpoint
    def add_event_handler(self, handler: EventHandler) -> Flow[None]:
        """Store a new event handler, on servers that take one handler and on those that take a list."""
        try:
            yield from post("/event", body=handler)
        except (BadRequestError, ServerError) as error:
            if not _is_of_another_shape(error):
                raise
            yield from post("/event", body=[handler])

    @endpoint
    def add_event_handlers(self, handlers: Sequence[EventHandler]) -> Flow[None]:
        """Store new event handlers: in one call, or one by one on servers that take no list."""
        try:
            yield from post("/event", body=list(handlers))
        except (BadRequestError, ServerError) as error:
            if not _is_of_another_shape(error):
                raise
            for handler in handlers:
                yield from post("/event", body=handler)

    @endpoint
    def update_event_handler(self, handler: EventHandler) -> Call[None]:
        """Replace an event handler that exists."""
        return put("/event", body=handler)

    @endpoint
    def get_event_handler_by_name(self, name: str) -> Flow[EventHandler]:
        """Fetch one event handler; a server without that operation is asked for all of them."""
        try:
            return (yield from get("/event/handler/{}", name, returns=EventHandler, hint=_LIST))
        except NotSupportedByServerError as error:
            for handler in (yield from get("/event", returns=list[EventHandler], hint=_NO_SERVER)):
                if handler.name == name:
                    return handler
            message = f"no event handler is named {name!r}"
            raise NotFoundError(method="GET", url=error.url, status=error.status, message=message) from error

    @endpoint
    def get_event_handlers_for_event(self, event: str, *, active_only: bool = True) -> Call[list[EventHandler]]:
        """List the handlers of an event like ``conductor:orders``: the active ones, or all."""
        return get("/event/{}", event, query={"activeOnly": active_only}, returns=list[EventHandler])

    @endpoint
    def remove_event_handler(self, name: str) -> Call[None]:
        """Delete an event handler."""
        return delete("/event/{}", name)

    @endpoint
    def handle_incoming_event(self, data: Mapping[str, object]) -> Call[None]:
        """Give the server an event, as if it had come in through a queue."""
        return post("/event/handleIncomingEvent", body=dict(data), hint=_EVENTS)

    @endpoint
    def test(self) -> Call[EventHandler]:
        """Call the test route of the event handlers, which answers with a sample."""
        return get("/event/handler/", returns=EventHandler, hint=_LIST)


def _is_of_another_shape(error: ApiError) -> bool:
    """Tell whether a server could not read a list where it wants one handler, or the other way round."""
    return "Cannot deserialize" in error.server_message or "JSON parse error" in error.server_message
