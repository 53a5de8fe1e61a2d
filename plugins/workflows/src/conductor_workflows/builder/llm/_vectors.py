"""Vectors: made of text, stored, and looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Unpack

from conductor_workflows.builder._task import TaskBuilder, TaskOptions, given
from conductor_workflows.builder.llm._options import StoreOptions, builder_options, input_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conductor_workflows.builder.llm._providers import EmbeddingModel


class GenerateOptions(TaskOptions, total=False):
    """Options of :class:`LlmGenerateEmbeddingsTask`."""

    dimensions: int | None
    instructions: str | None


class SearchOptions(StoreOptions, total=False):
    """Options of a search; ``max_results`` is 1 on servers when it is left out."""

    max_results: int | str | None


class VectorTask(TaskBuilder):
    """What tasks with a given vector have in common."""

    def _vector(self, vector_db: str, index: str, embeddings: Sequence[float] | str) -> None:
        vector = embeddings if isinstance(embeddings, str) else list(embeddings)
        self.input_map({"vectorDB": str(vector_db), "index": index, "embeddings": vector})


class LlmGenerateEmbeddingsTask(TaskBuilder):
    """Turns text into a vector.

    Args:
        task_ref_name: unique name of this task.
        llm_provider: name of the integration that offers the model.
        model: name of the model.
        text: the text, or an expression for it.
        options: the vector's dimensions and more, and what every builder takes.
    """

    TYPE: ClassVar[str] = "LLM_GENERATE_EMBEDDINGS"

    def __init__(
        self, task_ref_name: str, llm_provider: str, model: str, text: str, **options: Unpack[GenerateOptions]
    ) -> None:
        super().__init__(task_ref_name, **builder_options(options))
        self.input_map({"llmProvider": str(llm_provider), "model": model, "text": text})
        self.input_map(input_options(options, GenerateOptions, task_ref_name))


class LlmStoreEmbeddingsTask(VectorTask):
    """Stores a vector.

    Args:
        task_ref_name: unique name of this task.
        vector_db: name of the integration that offers the database.
        index: index or collection.
        embeddings: the vector, or an expression for it.
        doc_id: id under which it is stored; the server makes one when None.
        embedding_model: the model that made it.
        options: namespace, metadata and dimensions, and what every builder takes.
    """

    TYPE: ClassVar[str] = "LLM_STORE_EMBEDDINGS"

    def __init__(
        self,
        task_ref_name: str,
        vector_db: str,
        index: str,
        embeddings: Sequence[float] | str,
        doc_id: str | None = None,
        embedding_model: EmbeddingModel | None = None,
        **options: Unpack[StoreOptions],
    ) -> None:
        super().__init__(task_ref_name, **builder_options(options))
        self._vector(vector_db, index, embeddings)
        self.input_map(given({"id": doc_id}) | (embedding_model.to_input() if embedding_model else {}))
        self.input_map(input_options(options, StoreOptions, task_ref_name))


class LlmSearchEmbeddingsTask(VectorTask):
    """Looks for the vectors nearest to a given one.

    Args:
        task_ref_name: unique name of this task.
        vector_db: name of the integration that offers the database.
        index: index or collection.
        embeddings: the vector, or an expression for it.
        embedding_model: the model that made it.
        options: namespace, number of results and dimensions, and what every builder takes.
    """

    TYPE: ClassVar[str] = "LLM_SEARCH_EMBEDDINGS"

    def __init__(
        self,
        task_ref_name: str,
        vector_db: str,
        index: str,
        embeddings: Sequence[float] | str,
        embedding_model: EmbeddingModel | None = None,
        **options: Unpack[SearchOptions],
    ) -> None:
        super().__init__(task_ref_name, **builder_options(options))
        self._vector(vector_db, index, embeddings)
        self.input_map(embedding_model.to_input() if embedding_model else {})
        self.input_map(input_options(options, SearchOptions, task_ref_name))


class LlmQueryEmbeddingsTask(VectorTask):
    """Fetches what is stored beside a vector.

    Args:
        task_ref_name: unique name of this task.
        vector_db: name of the integration that offers the database.
        index: index or collection.
        embeddings: the vector, or an expression for it.
        options: the namespace, and what every builder takes.
    """

    TYPE: ClassVar[str] = "LLM_GET_EMBEDDINGS"

    def __init__(
        self,
        task_ref_name: str,
        vector_db: str,
        index: str,
        embeddings: Sequence[float] | str,
        **options: Unpack[StoreOptions],
    ) -> None:
        super().__init__(task_ref_name, **builder_options(options))
        self._vector(vector_db, index, embeddings)
        self.input_map(input_options(options, StoreOptions, task_ref_name))
