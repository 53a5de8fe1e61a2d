"""What the webhook client does beyond one documented call, and how it says what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import respx

from conductor_core.errors import (
    ApiError,
    BadRequestError,
    ConflictError,
    NotFoundError,
    NotSupportedByServerError,
    PermissionDeniedError,
)
from conductor_webhooks import WebhookConfig, WebhookVerifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conductor_core import AsyncConductor, Conductor

CONFIG = WebhookConfig(name="payments", verifier=WebhookVerifier.HEADER_BASED, headers={"X-Key": "secret"})


@pytest.fixture
def root() -> Iterator[respx.MockRouter]:
    """The same server, with paths from its root on."""
    with respx.mock(base_url="http://conductor.test") as router:
        yield router


async def test_a_call_goes_to_the_root_of_the_server_as_its_sender_would_make_it(
    root: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    headers = {"X-Key": "secret"}
    expected = root.post("/webhook/w1", params={"a": "1"}, json={"amount": 5}, headers=headers)
    expected.respond(text="an-event")
    assert conductor.webhooks.send_webhook("w1", {"amount": 5}, parameters={"a": "1"}, headers=headers) == "an-event"
    answer = await async_conductor.webhooks.send_webhook("w1", {"amount": 5}, parameters={"a": "1"}, headers=headers)
    assert answer == "an-event"


def test_text_is_sent_byte_for_byte_so_that_a_signature_holds(root: respx.MockRouter, conductor: Conductor) -> None:
    route = root.post("/webhook/w1").respond(200)
    conductor.webhooks.send_webhook("w1", '{"amount":  5}', headers={"X-Signature": "s"})
    request = route.calls.last.request
    assert request.content == b'{"amount":  5}'
    assert request.headers.get_list("content-type") == ["application/json"]


def test_a_url_is_verified_by_get(root: respx.MockRouter, conductor: Conductor) -> None:
    root.get("/api/version").respond(403)
    root.get("/api/token/userInfo").respond(403)
    root.get("/webhook/w1", params={"challenge": "x"}).respond(text="x")
    assert conductor.webhooks.ping_webhook("w1", parameters={"challenge": "x"}) == "x"


async def test_a_webhook_is_stored_and_read(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    stored = {**CONFIG.to_wire(), "id": "w1", "verifier": "NEW_KIND", "more": True}
    server.post("/metadata/webhook", json=CONFIG.to_wire()).respond(json=stored)
    made = conductor.webhooks.create_webhook(CONFIG)
    assert (made.id, made.verifier, made.to_wire()) == ("w1", "NEW_KIND", stored)
    assert await async_conductor.webhooks.create_webhook(CONFIG) == made


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
    server.get("/metadata/webhook/w1").respond(status, json={"message": "said no"})
    with pytest.raises(kind, match="said no") as on_sync:
        conductor.webhooks.get_webhook("w1")
    with pytest.raises(kind, match="said no") as on_async:
        await async_conductor.webhooks.get_webhook("w1")
    for error in (on_sync.value, on_async.value):
        assert (type(error), error.status, error.server_message) == (kind, status, "said no")


async def test_a_server_without_them_says_what_to_use(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    server.get("/metadata/webhook/w1").respond(404, json={"status": 404, "message": "No static resource api/x."})
    with pytest.raises(NotSupportedByServerError, match="complete a WAIT task"):
        conductor.webhooks.get_webhook("w1")
    with pytest.raises(NotSupportedByServerError, match="complete a WAIT task"):
        await async_conductor.webhooks.get_webhook("w1")
