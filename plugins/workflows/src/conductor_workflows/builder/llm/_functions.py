"""The same builders under the function names of the other official libraries; their arguments are the classes' own."""

from __future__ import annotations

from conductor_workflows.builder.llm._completions import LlmChatCompleteTask, LlmTextCompleteTask
from conductor_workflows.builder.llm._index import LlmIndexDocumentTask, LlmIndexTextTask, LlmSearchIndexTask
from conductor_workflows.builder.llm._mcp import CallMcpToolTask, ListMcpToolsTask
from conductor_workflows.builder.llm._media import GenerateAudioTask, GenerateImageTask
from conductor_workflows.builder.llm._vectors import (
    LlmGenerateEmbeddingsTask,
    LlmQueryEmbeddingsTask,
    LlmSearchEmbeddingsTask,
    LlmStoreEmbeddingsTask,
)

call_mcp_tool_task = CallMcpToolTask
generate_audio_task = GenerateAudioTask
generate_image_task = GenerateImageTask
list_mcp_tools_task = ListMcpToolsTask
llm_chat_complete_task = LlmChatCompleteTask
llm_generate_embeddings_task = LlmGenerateEmbeddingsTask
llm_index_document_task = LlmIndexDocumentTask
llm_index_text_task = LlmIndexTextTask
llm_query_embeddings_task = LlmQueryEmbeddingsTask
llm_search_embeddings_task = LlmSearchEmbeddingsTask
llm_search_index_task = LlmSearchIndexTask
llm_store_embeddings_task = LlmStoreEmbeddingsTask
llm_text_complete_task = LlmTextCompleteTask
