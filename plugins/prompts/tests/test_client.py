"""What the prompt client does beyond one documented call, and how it says what went wrong."""

from __future__ import annotations

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
from conductor_prompts import PromptApi, PromptTemplateTestRequest

if TYPE_CHECKING:
    import respx

    from conductor_core import AsyncConductor, Conductor

TEMPLATE = 'Greet ${name}\nwith "joy".'


async def test_a_text_is_sent_as_it_is(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    plain, kind = TEMPLATE.encode(), {"content-type": "application/json"}
    query = {"description": "Says hello"}
    saved = server.post("/prompts/greeting", params=query, content=plain, headers=kind).respond(200)
    conductor.prompts.save_prompt("greeting", "Says hello", TEMPLATE)
    await async_conductor.prompts.save_prompt("greeting", "Says hello", TEMPLATE)
    updated = server.put("/prompts/greeting", params={**query, "version": "2"}, content=plain).respond(200)
    conductor.prompts.update_prompt("greeting", "Says hello", TEMPLATE, version=2)
    assert (saved.call_count, updated.call_count) == (2, 1)


def test_models_are_sent_one_by_one(server: respx.MockRouter, conductor: Conductor) -> None:
    route = server.post("/prompts/greeting").respond(200)
    conductor.prompts.save_prompt("greeting", "d", "t", ["writer:small", "writer:large"], auto_increment=True)
    assert route.calls.last.request.url.query == (
        b"description=d&models=writer%3Asmall&models=writer%3Alarge&autoIncrement=true"
    )


def test_the_next_version_is_asked_for_only_when_wanted() -> None:
    assert "autoIncrement" not in dict(PromptApi.save_prompt.build(None, "n", "d", "t", version=3).query)


def test_a_prompt_is_tried(server: respx.MockRouter, conductor: Conductor) -> None:
    expected = {"prompt": "Greet ${name}.", "promptVariables": {"name": None}, "llmProvider": "writer", "topP": 0.9}
    server.post("/prompts/test", json=expected).respond(text="Hello, Ada")
    request = PromptTemplateTestRequest(prompt="Greet ${name}.", prompt_variables={"name": None})
    request.llm_provider, request.top_p = "writer", 0.9
    assert conductor.prompts.test_prompt(request) == "Hello, Ada"


def test_versions(server: respx.MockRouter, conductor: Conductor) -> None:
    stored = [{"name": "greeting", "version": 1}, {"name": "greeting", "version": 2, "integrations": ["writer:small"]}]
    server.get("/prompts/greeting/versions").respond(json=stored)
    server.get("/prompts/greeting", params={"version": "2"}).respond(json=stored[1])
    assert [one.version for one in conductor.prompts.get_prompt_versions("greeting")] == [1, 2]
    assert conductor.prompts.get_prompt("greeting", 2).integrations == ["writer:small"]
    gone = server.delete("/prompts/greeting/versions/1").respond(200)
    conductor.prompts.delete_prompt_version("greeting", 1)
    assert gone.called


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
    server.get("/prompts/greeting").respond(status, json={"message": "said no"})
    with pytest.raises(kind, match="said no") as on_sync:
        conductor.prompts.get_prompt("greeting")
    with pytest.raises(kind, match="said no") as on_async:
        await async_conductor.prompts.get_prompt("greeting")
    for error in (on_sync.value, on_async.value):
        assert (type(error), error.status, error.server_message) == (kind, status, "said no")


async def test_a_server_without_them_says_what_to_use(
    server: respx.MockRouter, conductor: Conductor, async_conductor: AsyncConductor
) -> None:
    server.get("/prompts/greeting").respond(404, json={"status": 404, "message": "No static resource api/x."})
    with pytest.raises(NotSupportedByServerError, match="give the text to the task as messages"):
        conductor.prompts.get_prompt("greeting")
    with pytest.raises(NotSupportedByServerError, match="give the text to the task as messages"):
        await async_conductor.prompts.get_prompt("greeting")
