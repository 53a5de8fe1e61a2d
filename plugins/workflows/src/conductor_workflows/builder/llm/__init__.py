"""Builders of tasks that use language models, vector databases and tools; Orkes servers alone run most of them."""

from conductor_workflows.builder.llm._chat import ChatMessage, Role, ToolCall, ToolSpec
from conductor_workflows.builder.llm._completions import LlmChatCompleteTask, LlmTextCompleteTask
from conductor_workflows.builder.llm._functions import (
    call_mcp_tool_task,
    generate_audio_task,
    generate_image_task,
    list_mcp_tools_task,
    llm_chat_complete_task,
    llm_generate_embeddings_task,
    llm_index_document_task,
    llm_index_text_task,
    llm_query_embeddings_task,
    llm_search_embeddings_task,
    llm_search_index_task,
    llm_store_embeddings_task,
    llm_text_complete_task,
)
from conductor_workflows.builder.llm._index import LlmIndexDocumentTask, LlmIndexTextTask, LlmSearchIndexTask
from conductor_workflows.builder.llm._mcp import CallMcpToolTask, ListMcpToolsTask
from conductor_workflows.builder.llm._media import GenerateAudioTask, GenerateImageTask
from conductor_workflows.builder.llm._prompts import with_prompt_variable, with_prompt_variables
from conductor_workflows.builder.llm._providers import (
    AzureOpenAIConfig,
    EmbeddingModel,
    IntegrationConfig,
    LLMProvider,
    OpenAIConfig,
    PineconeConfig,
    VectorDB,
    WeaviateConfig,
)
from conductor_workflows.builder.llm._vectors import (
    LlmGenerateEmbeddingsTask,
    LlmQueryEmbeddingsTask,
    LlmSearchEmbeddingsTask,
    LlmStoreEmbeddingsTask,
)

__all__ = [
    "AzureOpenAIConfig",
    "CallMcpToolTask",
    "ChatMessage",
    "EmbeddingModel",
    "GenerateAudioTask",
    "GenerateImageTask",
    "IntegrationConfig",
    "LLMProvider",
    "ListMcpToolsTask",
    "LlmChatCompleteTask",
    "LlmGenerateEmbeddingsTask",
    "LlmIndexDocumentTask",
    "LlmIndexTextTask",
    "LlmQueryEmbeddingsTask",
    "LlmSearchEmbeddingsTask",
    "LlmSearchIndexTask",
    "LlmStoreEmbeddingsTask",
    "LlmTextCompleteTask",
    "OpenAIConfig",
    "PineconeConfig",
    "Role",
    "ToolCall",
    "ToolSpec",
    "VectorDB",
    "WeaviateConfig",
    "call_mcp_tool_task",
    "generate_audio_task",
    "generate_image_task",
    "list_mcp_tools_task",
    "llm_chat_complete_task",
    "llm_generate_embeddings_task",
    "llm_index_document_task",
    "llm_index_text_task",
    "llm_query_embeddings_task",
    "llm_search_embeddings_task",
    "llm_search_index_task",
    "llm_store_embeddings_task",
    "llm_text_complete_task",
    "with_prompt_variable",
    "with_prompt_variables",
]
