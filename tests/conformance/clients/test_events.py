"""The event client on the real server; what comes back is looked at, not just its status."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conductor_core.errors import BadRequestError, NotFoundError, NotSupportedByServerError, ServerError
from conductor_events import ActionType, EventAction, EventHandler, StartWorkflowRequest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conductor_core import Conductor

pytestmark = pytest.mark.real_server


@pytest.fixture
def handler(real_conductor: Conductor, name: str) -> Iterator[EventHandler]:
    """A handler of an event that nobody sends; it is gone after the test."""
    start = StartWorkflowRequest(name=name, input={"order": "${order_id}"})
    action = EventAction(action=ActionType.START_WORKFLOW, start_workflow=start)
    yield EventHandler(name=name, event=f"conductor:{name}", actions=[action], active=True)
    for stored in real_conductor.events.get_all_event_handlers():
        if stored.name.startswith(name):
            real_conductor.events.remove_event_handler(stored.name)


def test_one_handler_from_adding_to_removing(real_conductor: Conductor, handler: EventHandler) -> None:
    events = real_conductor.events
    events.add_event_handler(handler)
    with pytest.raises(ServerError, match="already exists"):
        events.add_event_handler(handler)
    stored = events.get_event_handler_by_name(handler.name)
    (action,) = stored.actions
    assert (stored.event, stored.active, action.action) == (handler.event, True, ActionType.START_WORKFLOW)
    assert action.start_workflow is not None
    assert action.start_workflow.input == {"order": "${order_id}"}
    events.update_event_handler(handler.model_copy(update={"active": False}))
    assert events.get_event_handlers_for_event(handler.event) == []
    assert [one.active for one in events.get_event_handlers_for_event(handler.event, active_only=False)] == [False]
    assert handler.name in {one.name for one in events.get_all_event_handlers()}
    events.remove_event_handler(handler.name)
    with pytest.raises(NotFoundError, match="no event handler is named"):
        events.get_event_handler_by_name(handler.name)
    with pytest.raises(ServerError, match="not found"):
        events.remove_event_handler(handler.name)


def test_many_handlers_are_added_one_by_one_to_a_server_that_takes_no_list(
    real_conductor: Conductor, handler: EventHandler
) -> None:
    second = handler.model_copy(update={"name": f"{handler.name}_2"})
    real_conductor.events.add_event_handlers([handler, second])
    found = real_conductor.events.get_event_handlers_for_event(handler.event)
    assert {one.name for one in found} == {handler.name, second.name}


def test_a_handler_without_actions_is_refused(real_conductor: Conductor, handler: EventHandler) -> None:
    with pytest.raises(BadRequestError) as refused:
        real_conductor.events.update_event_handler(handler.model_copy(update={"actions": []}))
    assert "No actions specified" in str(refused.value)
    assert refused.value.validation_errors


def test_the_queues_of_the_server_itself(real_conductor: Conductor) -> None:
    assert real_conductor.events.get_queue_names() == {}
    assert real_conductor.events.get_event_queue_sizes() == {}


def test_what_the_server_lacks_says_what_to_use(real_conductor: Conductor, name: str) -> None:
    events = real_conductor.events
    with pytest.raises(NotSupportedByServerError, match="look at the workflows"):
        events.get_all_active_event_handlers()
    with pytest.raises(NotSupportedByServerError, match="set queues up"):
        events.get_all_queue_configs()
    with pytest.raises(NotSupportedByServerError, match="START_WORKFLOW"):
        events.handle_incoming_event({"event": name})
