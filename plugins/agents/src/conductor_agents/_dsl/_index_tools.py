"""Tools of a vector database: put texts in, and search them."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from conductor_agents._dsl._checks import check_at_least, check_text
from conductor_agents._dsl._tool import ToolDefinition

Document: TypeAlias = dict[str, Any]

_TEXT: Final[Document] = {
    "type": "object",
    "properties": {
        "text": {"type": "string", "description": "The text to store."},
        "docId": {"type": "string", "description": "A name of its own for the text."},
        "metadata": {"type": "object", "description": "What else to store with it."},
    },
    "required": ["text", "docId"],
}
_QUERY: Final[Document] = {
    "type": "object",
    "properties": {"query": {"type": "string", "description": "What to search for."}},
    "required": ["query"],
}


def index_tool(
    name: str,
    description: str,
    *,
    vector_db: str,
    index: str,
    embedding_model_provider: str,
    embedding_model: str,
    namespace: str = "default_ns",
    chunk_size: int | None = None,
    chunk_overlap: int | None = None,
    dimensions: int | None = None,
    input_schema: Document | None = None,
) -> ToolDefinition:
    """Let the model store texts where :func:`search_tool` finds them.

    Args:
        name: what the model calls it by.
        description: what the model reads about it.
        vector_db: the database, as the server's integration names it.
        index: its index.
        embedding_model_provider: whose model makes vectors of texts.
        embedding_model: that model.
        namespace: part of the index.
        chunk_size: most tokens of one piece of a text.
        chunk_overlap: tokens that neighbouring pieces share.
        dimensions: length of the vectors.
        input_schema: JSON schema of the arguments; text, id and metadata when None.
    """
    place = _place(vector_db, index, embedding_model_provider, embedding_model, namespace)
    options = {"chunkSize": chunk_size, "chunkOverlap": chunk_overlap, "dimensions": dimensions}
    return ToolDefinition(
        name=name,
        description=description,
        tool_type="rag_index",
        input_schema=dict(input_schema or _TEXT),
        config={"taskType": "LLM_INDEX_TEXT", **place, **_given(options)},
    )


def search_tool(
    name: str,
    description: str,
    *,
    vector_db: str,
    index: str,
    embedding_model_provider: str,
    embedding_model: str,
    namespace: str = "default_ns",
    max_results: int = 5,
    dimensions: int | None = None,
    input_schema: Document | None = None,
) -> ToolDefinition:
    """Let the model search texts by meaning.

    Args:
        name: what the model calls it by.
        description: what the model reads about it.
        vector_db: the database, as the server's integration names it.
        index: its index.
        embedding_model_provider: whose model makes vectors of texts.
        embedding_model: that model.
        namespace: part of the index.
        max_results: most texts of one answer.
        dimensions: length of the vectors.
        input_schema: JSON schema of the arguments; a text ``query`` when None.
    """
    check_at_least("max_results", max_results, 1)
    place = _place(vector_db, index, embedding_model_provider, embedding_model, namespace)
    return ToolDefinition(
        name=name,
        description=description,
        tool_type="rag_search",
        input_schema=dict(input_schema or _QUERY),
        config={
            "taskType": "LLM_SEARCH_INDEX",
            **place,
            "maxResults": max_results,
            **_given({"dimensions": dimensions}),
        },
    )


def _place(vector_db: str, index: str, provider: str, model: str, namespace: str) -> Document:
    for field, value in (("vector_db", vector_db), ("index", index), ("embedding_model", model)):
        check_text(field, value)
    return {
        "vectorDB": vector_db,
        "namespace": namespace,
        "index": index,
        "embeddingModelProvider": provider,
        "embeddingModel": model,
    }


def _given(options: Document) -> Document:
    return {key: value for key, value in options.items() if value is not None}
