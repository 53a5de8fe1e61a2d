"""The older methods: each hands its arguments to one that takes them, and the ones that differ most do what they did."""

from __future__ import annotations

import inspect
import json
from typing import TYPE_CHECKING, Any

import pytest
import respx

import conductor_migration
from conductor_core import Conductor, Settings
from conductor_migration import MetadataTag, OrkesClients, OrkesIntegrationClient, OrkesWorkflowClient, WorkflowExecutor
from conductor_migration._builders import BUILDERS
from conductor_migration._methods import EXECUTOR, METHODS
from conductor_migration._older import Older
from conductor_workflows import ChatMessage, EmbeddingModel, WorkflowStateUpdate

if TYPE_CHECKING:
    from collections.abc import Iterator

URL = "http://conductor.invalid/api"
SIGNATURES = [
    *((client, name, older) for client, methods in METHODS.items() for name, older in methods.items()),
    *(("workflows", name, older) for name, older in EXECUTOR.items()),
]


@pytest.fixture
def server() -> Iterator[respx.Router]:
    with respx.mock(base_url=URL, assert_all_called=True) as router:
        yield router


@pytest.fixture
def conductor() -> Iterator[Conductor]:
    with Conductor(Settings(server_url=URL)) as made:
        yield made


@pytest.mark.parametrize(
    ("client", "name", "older"), SIGNATURES, ids=[f"{client}.{name}" for client, name, _ in SIGNATURES]
)
def test_every_method_hands_on_what_its_own_method_takes(
    client: str, name: str, older: Any, conductor: Conductor
) -> None:
    if not isinstance(older, Older):
        assert next(iter(inspect.signature(older).parameters)) == "conductor"
        return
    home, _, method = older.target.rpartition(".")
    taken = inspect.signature(getattr(getattr(conductor, home or client), method)).parameters
    dropped = {"query_id"}  # no server reads it, and the older clients did not send it
    assert set(older.parameters()) - dropped <= set(taken), name


@pytest.mark.parametrize("name", sorted(BUILDERS))
def test_every_builder_takes_all_of_its_older_arguments(name: str) -> None:
    values: dict[str, Any] = {
        "messages": [ChatMessage(role="user", message="hi")],
        "embeddings": [0.5],
        "embedding_model": "small" if name in {"LlmSearchIndex", "LlmSearchEmbeddings", "LlmStoreEmbeddings"} else None,
        "arguments": {"a": 1},
        "headers": {"X-A": "1"},
        "matches": {"$['type']": "t"},
        "tools": [],
        **{name: {"a": 1} for name in ("prompt_variables", "metadata", "input_schema", "output_schema")},
        **dict.fromkeys(("temperature", "top_p", "frequency_penalty", "presence_penalty", "speed", "weight"), 0.5),
        **dict.fromkeys(("audio_count", "image_count", "max_tokens", "top_k", "max_results", "dimensions"), 2),
    }
    values["embedding_model"] = values["embedding_model"] or EmbeddingModel("openai", "small")
    given = [values.get(ours, "text") for ours in BUILDERS[name].parameters()]
    task = getattr(conductor_migration, name)(*given).to_workflow_task()
    assert task.task_reference_name == "text"
    if name == "LlmSearchIndex":
        assert task.input_parameters["embeddingModelProvider"] == "text"
        assert task.input_parameters["embeddingModel"] == "small"


def test_arguments_by_the_older_order_and_names_arrive_in_their_place(
    server: respx.Router, conductor: Conductor
) -> None:
    fetch = server.get("/integrations/provider/openai/integration/gpt").respond(json={"api": "gpt"})
    OrkesIntegrationClient(conductor).get_integration_api("gpt", "openai")
    assert fetch.called
    search = server.get("/workflow/search").respond(json={"totalHits": 0, "results": []})
    OrkesWorkflowClient(conductor).search(5, 10, query="status = 'FAILED'")
    assert search.calls.last.request.url.params["start"] == "5"
    WorkflowExecutor(conductor).search(None, 7)
    assert search.calls.last.request.url.params["start"] == "7"
    remove = server.delete("/workflow/w/remove").respond(200)
    OrkesClients(conductor).get_workflow_client().delete_workflow(*("w", False))
    assert remove.calls.last.request.url.params["archiveWorkflow"] == "false"
    with pytest.raises(TypeError, match="takes 2 arguments at most, got 3"):
        OrkesWorkflowClient(conductor).get_workflow("w", 1, 3)
    with pytest.raises(TypeError, match="got 'workflow_id' twice"):
        OrkesWorkflowClient(conductor).get_workflow("w", workflow_id="w")


def test_requests_that_are_put_together_differently(server: respx.Router, conductor: Conductor) -> None:
    clients = OrkesClients(conductor)
    state = server.post("/workflow/w/state").respond(json={"workflowId": "w"})
    clients.get_workflow_client().update_state("w", WorkflowStateUpdate(variables={"a": 1}), ["one", "two"], 3)
    sent = state.calls.last.request
    assert (sent.url.params["waitUntilTaskRef"], sent.url.params["waitForSeconds"]) == ("one,two", "3")
    assert sent.url.params["requestId"]
    server.get("/tasks/queue/sizes").respond(json={"greet": 4})
    assert clients.get_task_client().get_queue_size_for_task("greet") == 4
    update = server.put("/metadata/workflow").respond(json={})
    clients.get_metadata_client().update_workflow_def(conductor_migration.WorkflowDef(name="w"))
    assert json.loads(update.calls.last.request.content)[0]["name"] == "w"
    tags = server.put("/applications/app/tags").respond(200)
    clients.get_authorization_client().set_application_tags([MetadataTag("team", "a")], "app")
    assert json.loads(tags.calls.last.request.content) == [{"key": "team", "value": "a", "type": "METADATA"}]
