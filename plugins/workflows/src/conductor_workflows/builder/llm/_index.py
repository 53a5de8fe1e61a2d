"""Texts in a vector database: put in, and looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Unpack

from conductor_workflows.builder._task import TaskBuilder, given
from conductor_workflows.builder.llm._options import ChunkOptions, builder_options, input_options
from conductor_workflows.builder.llm._vectors import SearchOptions

if TYPE_CHECKING:
    from conductor_workflows.builder.llm._providers import EmbeddingModel


class LlmIndexTextTask(TaskBuilder):
    """Puts a text into an index.

    Args:
        task_ref_name: unique name of this task.
        vector_db: name of the integration that offers the database.
        index: index or collection.
        embedding_model: the model that makes the vectors.
        text: the text, or an expression for it.
        doc_id: id under which it is stored.
        url: where the text is from.
        options: namespace, metadata, dimensions and how the text is cut, and what every builder takes.
    """

    TYPE: ClassVar[str] = "LLM_INDEX_TEXT"

    def __init__(
        self,
        task_ref_name: str,
        vector_db: str,
        index: str,
        embedding_model: EmbeddingModel,
        text: str,
        doc_id: str,
        *,
        url: str | None = None,
        **options: Unpack[ChunkOptions],
    ) -> None:
        super().__init__(task_ref_name, **builder_options(options))
        self.input_map({"vectorDB": str(vector_db), "index": index, **embedding_model.to_input()})
        self.input_map({"text": text, "docId": doc_id} | given({"url": url}))
        self.input_map(input_options(options, ChunkOptions, task_ref_name))


class LlmIndexDocumentTask(TaskBuilder):
    """Fetches a document and puts its text into an index; servers know it as ``LLM_INDEX_TEXT`` with an address.

    Args:
        task_ref_name: unique name of this task.
        vector_db: name of the integration that offers the database.
        index: index or collection.
        embedding_model: the model that makes the vectors.
        url: where the document is.
        media_type: what it is.
        doc_id: id under which it is stored.
        options: namespace, metadata, dimensions and how the text is cut, and what every builder takes.
    """

    TYPE: ClassVar[str] = "LLM_INDEX_TEXT"

    def __init__(
        self,
        task_ref_name: str,
        vector_db: str,
        index: str,
        embedding_model: EmbeddingModel,
        url: str,
        media_type: str,
        *,
        doc_id: str | None = None,
        **options: Unpack[ChunkOptions],
    ) -> None:
        super().__init__(task_ref_name, **builder_options(options))
        self.input_map({"vectorDB": str(vector_db), "index": index, **embedding_model.to_input()})
        self.input_map({"url": url, "mediaType": media_type} | given({"docId": doc_id}))
        self.input_map(input_options(options, ChunkOptions, task_ref_name))


class LlmSearchIndexTask(TaskBuilder):
    """Looks for the texts nearest to a question.

    Args:
        task_ref_name: unique name of this task.
        vector_db: name of the integration that offers the database.
        index: index or collection.
        embedding_model: the model that makes the question's vector.
        query: the question, or an expression for it.
        options: namespace, number of results and dimensions, and what every builder takes.
    """

    TYPE: ClassVar[str] = "LLM_SEARCH_INDEX"

    def __init__(
        self,
        task_ref_name: str,
        vector_db: str,
        index: str,
        embedding_model: EmbeddingModel,
        query: str,
        **options: Unpack[SearchOptions],
    ) -> None:
        super().__init__(task_ref_name, **builder_options(options))
        self.input_map({"vectorDB": str(vector_db), "index": index, **embedding_model.to_input(), "query": query})
        self.input_map(input_options(options, SearchOptions, task_ref_name))
