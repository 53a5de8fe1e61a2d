"""A model drafts, a person corrects, the model finishes. Needs: an Orkes cluster with an integration of a language model."""

from llm_support import names, run

from conductor_workflows import ChatMessage, ConductorWorkflow, HumanTask, LlmChatCompleteTask, Role


def main() -> None:
    """Draft, wait for a person, finish; `conductor human inbox` shows the person's part."""
    workflow = ConductorWorkflow(name="llm_with_a_person", version=1)
    topic = ChatMessage(Role.USER, f"Draft one line about {workflow.input('topic')}")
    draft = LlmChatCompleteTask("draft", *names(), messages=[topic])
    correct = HumanTask("correct", display_name="Correct the draft").input_parameter("draft", draft.output("result"))
    finish = ChatMessage(Role.USER, f"Apply these corrections: {correct.output('corrections')}")
    final = LlmChatCompleteTask("final", *names(), messages=[finish])
    run((workflow >> draft >> correct >> final).output_parameters({"text": final.output("result")}), topic="tea")


if __name__ == "__main__":
    main()
