"""Answers from one's own documents: index, search, answer. Needs: an Orkes cluster with a model and a vector database.

VECTOR_DB, EMBEDDING_PROVIDER and EMBEDDING_MODEL name the integrations for the index.
"""

from llm_support import EMBEDDING, VECTOR_DB, names, run

from conductor_workflows import (
    ChatMessage,
    ConductorWorkflow,
    LlmChatCompleteTask,
    LlmIndexTextTask,
    LlmSearchIndexTask,
    Role,
)


def main() -> None:
    """Store a text, find it again, and let a model answer from it."""
    workflow = ConductorWorkflow(name="rag", version=1)
    store = LlmIndexTextTask("store", VECTOR_DB, "examples", EMBEDDING, str(workflow.input("text")), "doc-1")
    search = LlmSearchIndexTask("search", VECTOR_DB, "examples", EMBEDDING, str(workflow.input("question")))
    ask = ChatMessage(Role.USER, f"From {search.output('result')} answer: {workflow.input('question')}")
    answer = LlmChatCompleteTask("answer", *names(), messages=[ask])
    steps = (workflow >> store >> search >> answer).output_parameters({"answer": answer.output("result")})
    run(steps, text="The shop opens at nine.", question="When does the shop open?")


if __name__ == "__main__":
    main()
