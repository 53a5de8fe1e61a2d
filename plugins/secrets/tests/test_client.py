"""What the secret client does beyond one documented call."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from conductor_core.errors import ConflictError, NotSupportedByServerError, PermissionDeniedError
from conductor_core.models import Tag
from conductor_secrets import EnvironmentVariable, SecretApi

if TYPE_CHECKING:
    import respx

    from conductor_core import AsyncConductor, Conductor

SECRET = "correct horse"


async def test_a_secret_is_sent_as_json_text_and_read_as_it_is(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    stored = server.put("/secrets/db%20password").respond(200)
    conductor.secrets.put_secret("db password", SECRET)
    assert stored.calls.last.request.content == b"correct horse"
    await async_conductor.secrets.put_secret("db password", SECRET)
    assert stored.call_count == 2
    read = server.get("/secrets/key").respond(text=SECRET)
    assert conductor.secrets.get_secret("key") == SECRET
    read.respond(json=SECRET)
    assert await async_conductor.secrets.get_secret("key") == SECRET


@pytest.mark.parametrize("there", [True, False])
def test_a_secret_is_there_or_not(there: bool, server: respx.MockRouter, conductor: Conductor) -> None:  # noqa: FBT001
    server.get("/secrets/key/exists").respond(json=there)
    assert conductor.secrets.secret_exists("key") is there


def test_a_variable_is_sent_as_plain_text(server: respx.MockRouter, conductor: Conductor) -> None:
    route = server.put("/environment/region").respond(200)
    conductor.secrets.put_variable("region", 'eu "west"')
    assert route.calls.last.request.content == b'eu "west"'
    assert route.calls.last.request.headers["content-type"].startswith("text/plain")


def test_the_names_are_asked_for_by_a_post_that_may_be_repeated() -> None:
    call = SecretApi.list_all_secret_names.build(None)
    assert (call.method, call.template, call.repeatable) == ("POST", "/secrets", True)


def test_no_text_shows_a_secret(
    server: respx.MockRouter, conductor: Conductor, caplog: pytest.LogCaptureFixture
) -> None:
    server.put("/secrets/key").respond(403, json={"message": "not yours"})
    with caplog.at_level(logging.DEBUG), pytest.raises(PermissionDeniedError, match="not yours") as caught:
        conductor.secrets.put_secret("key", SECRET)
    shown = [str(caught.value), repr(caught.value), caplog.text, repr(SecretApi.put_secret.build(None, "key", SECRET))]
    assert not any(SECRET in text for text in shown)
    assert SECRET not in repr(SecretApi.put_variable.build(None, "key", SECRET))
    assert SECRET not in repr(EnvironmentVariable(name="key", value=SECRET))


def test_tags_go_by_key(server: respx.MockRouter, conductor: Conductor) -> None:
    server.put("/secrets/key/tags", json=[{"key": "team", "value": "billing"}]).respond(409, json={"message": "no"})
    with pytest.raises(ConflictError):
        conductor.secrets.set_secret_tags([Tag(key="team", value="billing")], "key")


async def test_a_server_without_secrets_says_what_to_use(
    server: respx.MockRouter, async_conductor: AsyncConductor
) -> None:
    server.put("/environment/region").respond(405, json={"message": "Request method 'PUT' is not supported"})
    with pytest.raises(NotSupportedByServerError, match="start it with them set"):
        await async_conductor.secrets.put_variable("region", "eu")
