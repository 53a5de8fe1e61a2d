"""Tasks of language models, and prompts with other variables."""

from __future__ import annotations

from typing import Any, get_type_hints

import pytest

from conductor_core.errors import InvalidArgumentError
from conductor_workflows import (
    AzureOpenAIConfig,
    CallMcpToolTask,
    ChatMessage,
    EmbeddingModel,
    GenerateAudioTask,
    GenerateImageTask,
    ListMcpToolsTask,
    LlmChatCompleteTask,
    LlmGenerateEmbeddingsTask,
    LlmIndexDocumentTask,
    LlmIndexTextTask,
    LLMProvider,
    LlmQueryEmbeddingsTask,
    LlmSearchEmbeddingsTask,
    LlmSearchIndexTask,
    LlmStoreEmbeddingsTask,
    LlmTextCompleteTask,
    OpenAIConfig,
    PineconeConfig,
    Role,
    TaskBuilder,
    ToolCall,
    ToolSpec,
    VectorDB,
    WeaviateConfig,
    with_prompt_variable,
    with_prompt_variables,
)

MODEL = EmbeddingModel("openai", "small")
ASKED = {"llmProvider": "openai", "model": "m"}
STORED = {"vectorDB": "pineconedb", "index": "i"}
EMBEDDED = {"embeddingModelProvider": "openai", "embeddingModel": "small"}
DB = VectorDB.PINECONE_DB

CASES: dict[str, tuple[TaskBuilder, str, dict[str, Any]]] = {
    "text": (
        LlmTextCompleteTask(
            "t", "openai", "m", "p", prompt_variables={"a": 1}, prompt_version=2, top_p=0.5, stop_words=["x"]
        ),
        "LLM_TEXT_COMPLETE",
        {**ASKED, "promptName": "p", "promptVariables": {"a": 1}, "promptVersion": 2, "topP": 0.5, "stopWords": ["x"]},
    ),
    "chat": (
        LlmChatCompleteTask(
            "t",
            LLMProvider.OPEN_AI,
            "m",
            [
                ChatMessage(Role.USER, "hello", ["http://a/b.png"], "image/png"),
                ChatMessage("tool", "", tool_calls=[ToolCall(name="look", input_parameters={"q": 1})]),
            ],
            "be kind",
            [ToolSpec(name="look", description="looks", input_schema={"type": "object"})],
            json_output=True,
            max_tokens=10,
            google_search_retrieval=False,
            participants={"a": "user"},
        ),
        "LLM_CHAT_COMPLETE",
        {
            **ASKED,
            "messages": [
                {"role": "user", "message": "hello", "media": ["http://a/b.png"], "mimeType": "image/png"},
                {
                    "role": "tool",
                    "message": "",
                    "toolCalls": [{"name": "look", "type": "SIMPLE", "inputParameters": {"q": 1}}],
                },
            ],
            "instructions": "be kind",
            "tools": [
                {"name": "look", "type": "SIMPLE", "description": "looks", "inputSchema": {"type": "object"}},
            ],
            "jsonOutput": True,
            "maxTokens": 10,
            "googleSearchRetrieval": False,
            "participants": {"a": "user"},
        },
    ),
    "chat from an expression": (
        LlmChatCompleteTask("t", "openai", "m", "${a.output.messages}"),
        "LLM_CHAT_COMPLETE",
        {**ASKED, "messages": "${a.output.messages}"},
    ),
    "embeddings": (
        LlmGenerateEmbeddingsTask("t", "openai", "m", "words", dimensions=3),
        "LLM_GENERATE_EMBEDDINGS",
        {**ASKED, "text": "words", "dimensions": 3},
    ),
    "index a text": (
        LlmIndexTextTask("t", DB, "i", MODEL, "words", "d", url="u", namespace="n", chunk_size=5, metadata={"a": 1}),
        "LLM_INDEX_TEXT",
        {**STORED, **EMBEDDED, "text": "words", "docId": "d", "url": "u", "namespace": "n", "chunkSize": 5}
        | {"metadata": {"a": 1}},
    ),
    "index a document": (
        LlmIndexDocumentTask("t", DB, "i", MODEL, "u", "text/html", doc_id="d", chunk_overlap=1),
        "LLM_INDEX_TEXT",
        {**STORED, **EMBEDDED, "url": "u", "mediaType": "text/html", "docId": "d", "chunkOverlap": 1},
    ),
    "search by text": (
        LlmSearchIndexTask("t", DB, "i", MODEL, "who", namespace="n", max_results=3),
        "LLM_SEARCH_INDEX",
        {**STORED, **EMBEDDED, "query": "who", "namespace": "n", "maxResults": 3},
    ),
    "search by vector": (
        LlmSearchEmbeddingsTask("t", DB, "i", [0.5], MODEL, max_results=3, dimensions=1),
        "LLM_SEARCH_EMBEDDINGS",
        {**STORED, **EMBEDDED, "embeddings": [0.5], "maxResults": 3, "dimensions": 1},
    ),
    "store a vector": (
        LlmStoreEmbeddingsTask("t", DB, "i", "${e.output.result}", "d", MODEL, metadata={"a": 1}),
        "LLM_STORE_EMBEDDINGS",
        {**STORED, **EMBEDDED, "embeddings": "${e.output.result}", "id": "d", "metadata": {"a": 1}},
    ),
    "query by vector": (
        LlmQueryEmbeddingsTask("t", DB, "i", (1.0, 2.0), namespace="n"),
        "LLM_GET_EMBEDDINGS",
        {**STORED, "embeddings": [1.0, 2.0], "namespace": "n"},
    ),
    "image": (
        GenerateImageTask("t", "openai", "m", "a cat", image_count=2, width=64, output_format="webp"),
        "GENERATE_IMAGE",
        {**ASKED, "prompt": "a cat", "n": 2, "width": 64, "outputFormat": "webp"},
    ),
    "audio": (
        GenerateAudioTask("t", "openai", "m", text="hello", voice="v", speed=1.5, response_format="mp3"),
        "GENERATE_AUDIO",
        {**ASKED, "n": 1, "text": "hello", "voice": "v", "speed": 1.5, "responseFormat": "mp3"},
    ),
    "tools": (
        ListMcpToolsTask("t", "http://a", headers={"X": "1"}),
        "LIST_MCP_TOOLS",
        {"mcpServer": "http://a", "headers": {"X": "1"}},
    ),
    "a tool": (
        CallMcpToolTask("t", "http://a", "weather", {"city": "x"}),
        "CALL_MCP_TOOL",
        {"mcpServer": "http://a", "method": "weather", "arguments": {"city": "x"}},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_document(case: str) -> None:
    builder, kind, inputs = CASES[case]
    expected = {"name": "t", "taskReferenceName": "t", "type": kind, "inputParameters": inputs}
    assert builder.to_workflow_task().to_wire() == expected


def test_a_prompt_with_other_variables_is_a_copy() -> None:
    task = LlmTextCompleteTask("t", "openai", "m", "p", prompt_variables={"a": 1})
    one = with_prompt_variable(task, "b", 2)
    two = with_prompt_variables(one, {"a": 3, "c": 4})
    variables = [copy.input_parameters["promptVariables"] for copy in (task, one, two)]
    assert variables == [{"a": 1}, {"a": 1, "b": 2}, {"a": 3, "b": 2, "c": 4}]
    assert isinstance(two, LlmTextCompleteTask)


def test_an_unknown_option_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(InvalidArgumentError, match=r"unknown option 'temprature' of task 't'; known are .*temperature"):
        LlmTextCompleteTask("t", "openai", "m", "p", temprature=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue] - the test


def test_options_of_every_builder() -> None:
    task = GenerateImageTask("t", "openai", "m", "p", optional=True, description="d").to_workflow_task()
    assert (task.optional, task.description) == (True, "d")
    assert "optional" not in task.input_parameters


def test_kinds_of_providers_and_databases_have_the_names_that_the_server_knows() -> None:
    assert {str(provider) for provider in LLMProvider} == {
        *("openai", "azure_openai", "vertex_ai", "huggingface", "anthropic", "bedrock"),
        *("cohere", "Grok", "mistral", "ollama", "perplexity"),
    }
    assert {str(database) for database in VectorDB} == {"pineconedb", "weaviatedb", "pgvectordb", "mongovectordb"}


@pytest.mark.parametrize(
    ("config", "keys"),
    [
        (OpenAIConfig, {"api_key", "organizationId"}),
        (AzureOpenAIConfig, {"api_key", "endpoint", "deploymentName"}),
        (WeaviateConfig, {"api_key", "endpoint"}),
        (PineconeConfig, {"api_key", "endpoint", "environment", "projectName"}),
    ],
)
def test_a_configuration_of_a_provider_has_its_keys(config: Any, keys: set[str]) -> None:
    assert set(get_type_hints(config)) == {"description", "provider", *keys}


def test_a_message_with_a_call_of_a_tool_is_what_the_server_reads() -> None:
    call = ToolCall(name="weather", input_parameters={"city": "Lisbon"})
    message = ChatMessage(
        Role.ASSISTANT, "one moment", media=["http://a/b.png"], mime_type="image/png", tool_calls=[call]
    )
    assert message.to_input() == {
        "role": "assistant",
        "message": "one moment",
        "media": ["http://a/b.png"],
        "mimeType": "image/png",
        "toolCalls": [call.to_input()],
    }
    assert call.to_input()["inputParameters"] == {"city": "Lisbon"}
