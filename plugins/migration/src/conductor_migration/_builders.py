"""Task builders whose names or arguments are others here; they make the builders of conductor-workflows."""

from __future__ import annotations

import importlib
from typing import Any, Final

from conductor_migration._older import Older


class OlderBuilder:
    """A class of conductor-python that is called something else here; calling it makes the builder.

    Args:
        older: its older signature.
    """

    def __init__(self, older: Older) -> None:
        self._older = older

    def __call__(self, *positional: Any, **keywords: Any) -> Any:
        """Make the builder from the older arguments."""
        workflows = importlib.import_module("conductor_workflows")  # only programs that build definitions need it
        given = self._older.bound(positional, keywords)
        if "embedding_model_provider" in given:
            provider = given.pop("embedding_model_provider")
            given["embedding_model"] = workflows.EmbeddingModel(provider, given["embedding_model"])
        return getattr(workflows, self._older.target)(**given)


_VECTORS: Final = ("task_ref_name", "vector_db", "index", "embeddings")
_CHUNKS: Final = ("chunk_size", "chunk_overlap")
_SAMPLING: Final = (
    "stop_words",
    "max_tokens",
    "temperature",
    "top_p",
    "top_k",
    "frequency_penalty",
    "presence_penalty",
    "max_results",
)

BUILDERS: Final = {
    "CallMcpTool": Older(
        "CallMcpToolTask", "task_ref_name", "mcp_server", "method", "arguments", "headers", "task_name:name"
    ),
    "GenerateAudio": Older(
        "GenerateAudioTask",
        "task_ref_name",
        "llm_provider",
        "model",
        "text",
        "voice",
        "speed",
        "response_format",
        "n:audio_count",
        "prompt",
        "prompt_variables",
        "task_name:name",
    ),
    "GenerateImage": Older(
        "GenerateImageTask",
        "task_ref_name",
        "llm_provider",
        "model",
        "prompt",
        "width",
        "height",
        "size",
        "style",
        "n:image_count",
        "weight",
        "output_format",
        "prompt_variables",
        "task_name:name",
    ),
    "GetDocument": Older("GetDocumentTask", "task_name:name", "task_ref_name", "url", "media_type"),
    "ListMcpTools": Older("ListMcpToolsTask", "task_ref_name", "mcp_server", "headers", "task_name:name"),
    "LlmChatComplete": Older(
        "LlmChatCompleteTask",
        "task_ref_name",
        "llm_provider",
        "model",
        "messages",
        "instructions_template",
        "template_variables:prompt_variables",
        "prompt_version",
        "tools",
        "user_input",
        "json_output",
        "google_search_retrieval",
        "input_schema",
        "output_schema",
        "output_mime_type",
        "thinking_token_limit",
        "reasoning_effort",
        "output_location",
        "voice",
        "participants",
        *_SAMPLING,
        "task_name:name",
    ),
    "LlmGenerateEmbeddings": Older(
        "LlmGenerateEmbeddingsTask", "task_ref_name", "llm_provider", "model", "text", "dimensions", "task_name:name"
    ),
    "LlmIndexDocument": Older(
        "LlmIndexDocumentTask",
        "task_ref_name",
        "vector_db",
        "namespace",
        "embedding_model",
        "index",
        "url",
        "media_type",
        *_CHUNKS,
        "doc_id",
        "task_name:name",
        "metadata",
        "dimensions",
    ),
    "LlmIndexText": Older(
        "LlmIndexTextTask",
        "task_ref_name",
        "vector_db",
        "index",
        "embedding_model",
        "text",
        "doc_id",
        "namespace",
        "task_name:name",
        "metadata",
        "url",
        *_CHUNKS,
        "dimensions",
    ),
    "LlmQueryEmbeddings": Older("LlmQueryEmbeddingsTask", *_VECTORS, "task_name:name", "namespace"),
    "LlmSearchEmbeddings": Older(
        "LlmSearchEmbeddingsTask",
        *_VECTORS,
        "namespace",
        "max_results",
        "dimensions",
        "embedding_model",
        "embedding_model_provider",
        "task_name:name",
    ),
    "LlmSearchIndex": Older(
        "LlmSearchIndexTask",
        "task_ref_name",
        "vector_db",
        "namespace",
        "index",
        "embedding_model_provider",
        "embedding_model",
        "query",
        "task_name:name",
        "max_results",
        "dimensions",
    ),
    "LlmStoreEmbeddings": Older(
        "LlmStoreEmbeddingsTask",
        *_VECTORS,
        "namespace",
        "id:doc_id",
        "metadata",
        "embedding_model",
        "embedding_model_provider",
        "task_name:name",
    ),
    "LlmTextComplete": Older(
        "LlmTextCompleteTask",
        "task_ref_name",
        "llm_provider",
        "model",
        "prompt_name",
        "prompt_version",
        *_SAMPLING,
        "json_output",
        "task_name:name",
    ),
    "WaitForWebHookTask": Older("WaitForWebhookTask", "task_ref_name", "matches"),
    "wait_for_webhook": Older("WaitForWebhookTask", "task_ref_name", "matches", "task_def_name:name"),
}
"""By the older name."""


CallMcpTool: Final = OlderBuilder(BUILDERS["CallMcpTool"])
GenerateAudio: Final = OlderBuilder(BUILDERS["GenerateAudio"])
GenerateImage: Final = OlderBuilder(BUILDERS["GenerateImage"])
GetDocument: Final = OlderBuilder(BUILDERS["GetDocument"])
ListMcpTools: Final = OlderBuilder(BUILDERS["ListMcpTools"])
LlmChatComplete: Final = OlderBuilder(BUILDERS["LlmChatComplete"])
LlmGenerateEmbeddings: Final = OlderBuilder(BUILDERS["LlmGenerateEmbeddings"])
LlmIndexDocument: Final = OlderBuilder(BUILDERS["LlmIndexDocument"])
LlmIndexText: Final = OlderBuilder(BUILDERS["LlmIndexText"])
LlmQueryEmbeddings: Final = OlderBuilder(BUILDERS["LlmQueryEmbeddings"])
LlmSearchEmbeddings: Final = OlderBuilder(BUILDERS["LlmSearchEmbeddings"])
LlmSearchIndex: Final = OlderBuilder(BUILDERS["LlmSearchIndex"])
LlmStoreEmbeddings: Final = OlderBuilder(BUILDERS["LlmStoreEmbeddings"])
LlmTextComplete: Final = OlderBuilder(BUILDERS["LlmTextComplete"])
WaitForWebHookTask: Final = OlderBuilder(BUILDERS["WaitForWebHookTask"])
wait_for_webhook: Final = OlderBuilder(BUILDERS["wait_for_webhook"])
