"""What the integration client does beyond one documented call, and how it says what went wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from conductor_core.errors import (
    ApiError,
    BadRequestError,
    ConflictError,
    NotFoundError,
    NotSupportedByServerError,
    PermissionDeniedError,
)
from conductor_integrations import IntegrationCategory

if TYPE_CHECKING:
    import respx

    from conductor_core import AsyncConductor, Conductor

PROVIDER = "/integrations/provider/writer"
MODEL = f"{PROVIDER}/integration/small"


async def test_a_provider_is_stored_with_its_models(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    server.get(PROVIDER).respond(404, json={"message": "no provider"})
    server.get(MODEL).respond(404, json={"message": "no model"})
    provider = server.post(PROVIDER).respond(200)
    model = server.post(MODEL).respond(200)
    settings = {"api_key": "k"}
    await async_conductor.integrations.add_ai_integration("writer", "openai", ["small"], settings)
    conductor.integrations.add_ai_integration("writer", "openai", ["small"], settings, description="writes")
    assert (provider.call_count, model.call_count) == (2, 2)
    assert json.loads(provider.calls.last.request.content) == {
        "category": "AI_MODEL",
        "type": "openai",
        "description": "writes",
        "configuration": {"api_key": "k"},
        "enabled": True,
    }
    assert json.loads(model.calls.last.request.content) == {"description": "writes", "enabled": True}


def test_what_exists_stays_unless_told_otherwise(server: respx.MockRouter, conductor: Conductor) -> None:
    server.get(PROVIDER).respond(json={"name": "writer"})
    server.get(MODEL).respond(json={"api": "small"})
    conductor.integrations.add_vector_store("writer", "pineconedb", ["small"], {})
    provider = server.post(PROVIDER).respond(200)
    model = server.post(MODEL).respond(200)
    conductor.integrations.add_vector_store("writer", "pineconedb", ["small"], {}, overwrite=True)
    assert json.loads(provider.calls.last.request.content)["category"] == "VECTOR_DB"
    assert (provider.call_count, model.call_count) == (1, 1)


def test_a_server_without_integrations_is_not_taken_for_one_without_this_provider(
    server: respx.MockRouter, conductor: Conductor
) -> None:
    server.get(PROVIDER).respond(404, json={"message": "No static resource api/integrations/provider/writer."})
    with pytest.raises(NotSupportedByServerError):
        conductor.integrations.add_ai_integration("writer", "openai", ["small"], {})


def test_categories_are_sent_by_name_and_may_be_new(server: respx.MockRouter, conductor: Conductor) -> None:
    query = {"category": "VECTOR_DB", "activeOnly": "false"}
    server.get("/integrations/", params=query).respond(json=[{"name": "a", "category": "QUANTUM"}])
    found = conductor.integrations.get_integrations(category=IntegrationCategory.VECTOR_DB, active_only=False)
    assert [one.category for one in found] == ["QUANTUM"]


def test_tokens_are_counted(server: respx.MockRouter, conductor: Conductor) -> None:
    server.get(f"{MODEL}/metrics").respond(json=7)
    server.get(f"{PROVIDER}/metrics").respond(json={"small": "7"})
    added = server.post(f"{MODEL}/metrics", content=b"5").respond(200)
    assert conductor.integrations.get_token_usage_for_integration("writer", "small") == 7
    assert conductor.integrations.get_token_usage_for_integration_provider("writer") == {"small": "7"}
    conductor.integrations.register_token_usage("writer", "small", 5)
    assert added.called
    logs = [{"integrationName": "writer", "api": "small", "totalTokens": 5}]
    server.get("/integrations/llm/writer/token/history", params={"model": "small", "lookUpWindow": "3"}).respond(
        json=logs
    )
    (log,) = conductor.integrations.get_token_history("writer", model="small", look_up_window=3)
    assert log.total_tokens == 5


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
    server.get("/integrations/provider/writer").respond(status, json={"message": "said no"})
    with pytest.raises(kind, match="said no") as on_sync:
        conductor.integrations.get_integration_provider("writer")
    with pytest.raises(kind, match="said no") as on_async:
        await async_conductor.integrations.get_integration_provider("writer")
    for error in (on_sync.value, on_async.value):
        assert (type(error), error.status, error.server_message) == (kind, status, "said no")


async def test_a_server_without_them_says_what_to_use(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    server.get("/integrations/provider/writer").respond(
        404, json={"status": 404, "message": "No static resource api/x."}
    )
    with pytest.raises(NotSupportedByServerError, match="give the provider's settings to the task"):
        conductor.integrations.get_integration_provider("writer")
    with pytest.raises(NotSupportedByServerError, match="give the provider's settings to the task"):
        await async_conductor.integrations.get_integration_provider("writer")
