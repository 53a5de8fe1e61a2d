"""Vectors stored and searched without a chat. Needs: an Orkes cluster with a vector database and an embedding model."""

from llm_support import EMBEDDING, VECTOR_DB, run

from conductor_workflows import ConductorWorkflow, LlmIndexTextTask, LlmSearchIndexTask


def main() -> None:
    """Index one text, and search for it."""
    workflow = ConductorWorkflow(name="vectors", version=1)
    store = LlmIndexTextTask("store", VECTOR_DB, "examples", EMBEDDING, str(workflow.input("text")), "doc-2")
    search = LlmSearchIndexTask("search", VECTOR_DB, "examples", EMBEDDING, str(workflow.input("text")))
    run((workflow >> store >> search).output_parameters({"found": search.output("result")}), text="Tea is at five.")


if __name__ == "__main__":
    main()
