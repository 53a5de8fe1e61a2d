"""What the event client does beyond one documented call, and how it says what went wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core.errors import (
    ApiError,
    BadRequestError,
    ConflictError,
    NotFoundError,
    NotSupportedByServerError,
    PermissionDeniedError,
    ServerError,
)
from conductor_core.models import Tag
from conductor_events import (
    ActionType,
    EventAction,
    EventExecutionStatus,
    EventHandler,
    StartWorkflowRequest,
    TaskDetails,
)

if TYPE_CHECKING:
    import respx

    from conductor_core import AsyncConductor, Conductor

START = EventAction(action=ActionType.START_WORKFLOW, start_workflow=StartWorkflowRequest(name="ship"))
PAID = EventHandler(name="paid", event="kafka:orders", actions=[START], active=True)
SENT: dict[str, Any] = {
    "name": "paid",
    "event": "kafka:orders",
    "active": True,
    "actions": [{"action": "start_workflow", "start_workflow": {"name": "ship", "input": {}}}],
}
NO_LIST = {"message": "JSON parse error: Cannot deserialize value of type `EventHandler` from Array value"}
NO_OBJECT = {"message": "JSON parse error: Cannot deserialize value of type `ArrayList` from Object value"}
LACKING = {"status": 404, "message": "No static resource api/x."}


def test_actions_keep_the_underscores_of_the_wire() -> None:
    action = EventAction(action=ActionType.COMPLETE_TASK, expand_inline_json=True)
    action.complete_task = TaskDetails(workflow_id="w", task_ref_name="t", output={"a": None})
    document = action.to_wire()
    assert document == {
        "action": "complete_task",
        "complete_task": {"workflowId": "w", "taskRefName": "t", "output": {"a": None}},
        "expandInlineJSON": True,
    }
    assert EventAction.model_validate(document) == action


async def test_one_handler_goes_to_either_kind_of_server(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    alone = server.post("/event", json=SENT).respond(200)
    conductor.events.add_event_handler(PAID)
    assert alone.call_count == 1
    alone.respond(400, json=NO_OBJECT)
    listed = server.post("/event", json=[SENT]).respond(200)
    conductor.events.add_event_handler(PAID)
    await async_conductor.events.add_event_handler(PAID)
    assert (alone.call_count, listed.call_count) == (3, 2)


async def test_many_handlers_go_to_either_kind_of_server(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    listed = server.post("/event", json=[SENT, SENT]).respond(200)
    conductor.events.add_event_handlers([PAID, PAID])
    assert listed.call_count == 1
    listed.respond(500, json=NO_LIST)
    alone = server.post("/event", json=SENT).respond(200)
    conductor.events.add_event_handlers([PAID, PAID])
    await async_conductor.events.add_event_handlers([PAID, PAID])
    assert (listed.call_count, alone.call_count) == (3, 4)


def test_a_refused_handler_is_not_sent_again(server: respx.MockRouter, conductor: Conductor) -> None:
    route = server.post("/event").respond(500, json={"message": "EventHandler with name paid already exists!"})
    with pytest.raises(ServerError, match="already exists"):
        conductor.events.add_event_handler(PAID)
    with pytest.raises(ServerError, match="already exists"):
        conductor.events.add_event_handlers([PAID])
    assert route.call_count == 2


async def test_a_handler_is_found_where_the_server_has_only_the_list(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    one = server.get("/event/handler/paid").respond(json=SENT)
    assert conductor.events.get_event_handler_by_name("paid") == PAID
    one.respond(404, json=LACKING)
    server.get("/event/handler/x").respond(404, json=LACKING)
    server.get("/event").respond(json=[{"name": "other"}, SENT])
    assert conductor.events.get_event_handler_by_name("paid") == PAID
    assert await async_conductor.events.get_event_handler_by_name("paid") == PAID
    with pytest.raises(NotFoundError, match="no event handler is named 'x'"):
        conductor.events.get_event_handler_by_name("x")


async def test_a_server_that_would_take_statistics_for_an_event_is_not_asked(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    server.get("/version").respond(text="3.32.2")
    server.get("/token/userInfo").respond(404, json=LACKING)
    with pytest.raises(NotSupportedByServerError, match=r"was not sent: .*look at the workflows"):
        conductor.events.get_all_active_event_handlers()
    with pytest.raises(NotSupportedByServerError, match=r"was not sent: .*look at the workflows"):
        await async_conductor.events.get_event_handlers_with_stats(5)


def test_what_came_in(server: respx.MockRouter, conductor: Conductor) -> None:
    execution = {"id": "1", "status": "COMPLETED", "action": "start_workflow", "output": {"workflowId": "w"}}
    server.get("/event/execution/paid", params={"from": "5"}).respond(json=[execution])
    (found,) = conductor.events.get_event_executions("paid", 5)
    assert (found.status, found.action) == (EventExecutionStatus.COMPLETED, ActionType.START_WORKFLOW)
    message = {"id": "2", "eventType": "WEBHOOK", "status": "LOST", "eventExecutions": [execution]}
    server.get("/event/message/kafka:orders").respond(json=[message])
    (came,) = conductor.events.get_event_messages("kafka:orders")
    assert (came.status, came.event_executions) == ("LOST", [found])


@pytest.mark.parametrize("config", ['{"topic": "orders"}', {"topic": "orders"}])
def test_a_queue_configuration_is_sent_as_a_document(
    config: str | dict[str, object], server: respx.MockRouter, conductor: Conductor
) -> None:
    route = server.put("/event/queue/config/kafka/orders").respond(200)
    conductor.events.put_queue_config("kafka", "orders", config)
    request = route.calls.last.request
    assert json.loads(request.content) == {"topic": "orders"}
    assert request.headers.get_list("content-type") == ["application/json"]


def test_one_tag_is_taken_away_in_a_list(server: respx.MockRouter, conductor: Conductor) -> None:
    tag = Tag(key="team", value="a")
    route = server.delete("/event/paid/tags", json=[tag.to_wire()]).respond(200)
    conductor.events.delete_tag_for_event_handler("paid", tag)
    conductor.events.delete_tags_for_event_handler("paid", [tag])
    assert route.call_count == 2


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, BadRequestError), (403, PermissionDeniedError), (404, NotFoundError), (409, ConflictError)],
)
async def test_errors_on_both_faces(
    status: int,
    kind: type[ApiError],
    server: respx.MockRouter,
    conductor: Conductor,
    async_conductor: AsyncConductor,
) -> None:
    server.put("/event").respond(status, json={"message": "said no"})
    with pytest.raises(kind, match="said no") as on_sync:
        conductor.events.update_event_handler(PAID)
    with pytest.raises(kind, match="said no") as on_async:
        await async_conductor.events.update_event_handler(PAID)
    for error in (on_sync.value, on_async.value):
        assert (type(error), error.method, error.status, error.server_message) == (kind, "PUT", status, "said no")


async def test_queues_say_what_holds_without_them(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    server.get("/event/queue/config").respond(404, json=LACKING)
    with pytest.raises(NotSupportedByServerError, match="set queues up in the properties of the server"):
        conductor.events.get_all_queue_configs()
    with pytest.raises(NotSupportedByServerError, match="set queues up in the properties of the server"):
        await async_conductor.events.get_all_queue_configs()
