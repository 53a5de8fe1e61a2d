"""A model answers a question. Needs: an Orkes cluster with an integration of a language model."""

from llm_support import names, run

from conductor_workflows import ChatMessage, ConductorWorkflow, LlmChatCompleteTask, Role


def main() -> None:
    """Ask once."""
    workflow = ConductorWorkflow(name="llm_chat", version=1)
    question = ChatMessage(Role.USER, str(workflow.input("question")))
    answer = LlmChatCompleteTask("answer", *names(), messages=[question], temperature=0.2)
    run((workflow >> answer).output_parameters({"answer": answer.output("result")}), question="What is a workflow?")


if __name__ == "__main__":
    main()
