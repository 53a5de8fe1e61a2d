"""The older class for prompts and models: the requests that it sends, and what it makes of the answers."""

from __future__ import annotations

import enum
import json
from typing import TYPE_CHECKING

import pytest
import respx

from conductor_core import Conductor, NotSupportedByServerError, Settings
from conductor_migration import AIOrchestrator

if TYPE_CHECKING:
    from collections.abc import Iterator

URL = "http://conductor.invalid/api"
PROVIDER = "/integrations/provider/ai"
TEMPLATE = {"name": "greet", "template": "Hello ${name}"}


class Provider(enum.Enum):
    OPEN_AI = "openai"


class Key:
    """The configuration of a provider, as older programs make one."""

    def to_dict(self) -> dict[str, str]:
        return {"api_key": "k"}


@pytest.fixture
def server() -> Iterator[respx.Router]:
    with respx.mock(base_url=URL, assert_all_called=True) as router:
        yield router


@pytest.fixture
def orchestrator() -> Iterator[AIOrchestrator]:
    with Conductor(Settings(server_url=URL)) as conductor:
        yield AIOrchestrator(conductor)


def sent(route: respx.Route) -> object:
    return json.loads(route.calls.last.request.content)


def missing(router: respx.Router) -> None:
    refusal = {"status": 404, "message": "no such thing"}
    router.route(method="GET").respond(404, json=refusal)


def test_a_prompt_is_stored_and_looked_up(server: respx.Router, orchestrator: AIOrchestrator) -> None:
    store = server.post("/prompts/greet").respond(200)
    server.get("/prompts/greet").respond(json=TEMPLATE)
    assert orchestrator.add_prompt_template("greet", "Hello ${name}", "greets") is orchestrator
    assert store.calls.last.request.url.params["description"] == "greets"
    assert store.calls.last.request.content == b"Hello ${name}"
    assert orchestrator.get_prompt_template("greet").template == "Hello ${name}"


def test_a_prompt_that_is_not_there_is_none(server: respx.Router, orchestrator: AIOrchestrator) -> None:
    missing(server)
    assert orchestrator.get_prompt_template("other") is None


def test_a_server_without_prompts_is_not_one_without_this_prompt(
    server: respx.Router, orchestrator: AIOrchestrator
) -> None:
    unmapped = {"timestamp": 1, "status": 404, "error": "Not Found", "path": "/api/prompts/other"}
    server.get("/prompts/other").respond(404, json=unmapped)
    server.get("/version").respond(200, text="3.32.2")
    server.get("/token/userInfo").respond(404)
    with pytest.raises(NotSupportedByServerError, match="open-source Conductor"):
        orchestrator.get_prompt_template("other")


def test_a_prompt_is_tested_on_a_model(server: respx.Router, orchestrator: AIOrchestrator) -> None:
    test = server.post("/prompts/test").respond(text="Hello Ann")
    assert orchestrator.test_prompt_template("Hello ${name}", {"name": "Ann"}, "ai", "gpt", ["."]) == "Hello Ann"
    assert sent(test) == {
        "prompt": "Hello ${name}",
        "promptVariables": {"name": "Ann"},
        "llmProvider": "ai",
        "model": "gpt",
        "temperature": 0,
        "topP": 1,
        "stopWords": ["."],
    }


def test_each_model_may_use_the_prompt(server: respx.Router, orchestrator: AIOrchestrator) -> None:
    routes = [server.post(f"{PROVIDER}/integration/{model}/prompt/greet").respond(200) for model in ("a", "b")]
    orchestrator.associate_prompt_template("greet", "ai", ["a", "b"])
    assert [route.call_count for route in routes] == [1, 1]


@pytest.mark.parametrize(
    ("method", "category"), [("add_ai_integration", "AI_MODEL"), ("add_vector_store", "VECTOR_DB")]
)
def test_what_is_missing_is_stored(
    server: respx.Router, orchestrator: AIOrchestrator, method: str, category: str
) -> None:
    missing(server)
    provider = server.post(PROVIDER).respond(200)
    model = server.post(f"{PROVIDER}/integration/one").respond(200)
    if method == "add_ai_integration":
        orchestrator.add_ai_integration("ai", Provider.OPEN_AI, ["one"], "ai", Key())
    else:
        orchestrator.add_vector_store("ai", "openai", ["one"], {"api_key": "k"})
    expected = {"category": category, "type": "openai", "enabled": True, "description": "ai"}
    assert sent(provider) == {**expected, "configuration": {"api_key": "k"}}
    assert sent(model) == {"enabled": True, "description": "ai"}


def test_tokens_are_counted_by_provider_and_model(server: respx.Router, orchestrator: AIOrchestrator) -> None:
    server.get(f"{PROVIDER}/metrics").respond(json={"one": "3"})
    server.get(f"{PROVIDER}/integration/one/metrics").respond(json=3)
    assert orchestrator.get_token_used("ai") == {"one": "3"}
    assert orchestrator.get_token_used_by_model("ai", "one") == 3
    orchestrator.close()  # a shared conductor stays open
    assert orchestrator.get_token_used_by_model("ai", "one") == 3


def test_its_own_connection_is_closed() -> None:
    own = AIOrchestrator({"server_url": URL})
    own.close()
    assert own.conductor is not None
