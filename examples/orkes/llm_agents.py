"""Two roles of a model talk to each other for some rounds. Needs: an Orkes cluster with an integration of a language model."""

from llm_support import names, run

from conductor_workflows import ChatMessage, ConductorWorkflow, LlmChatCompleteTask, LoopTask, Role, SetVariableTask


def main() -> None:
    """A writer and a critic, three rounds."""
    workflow = ConductorWorkflow(name="llm_agents", version=1)
    begin = SetVariableTask("begin", {"text": workflow.input("topic")})
    wish = ChatMessage(Role.USER, f"Improve this: {workflow.variable('text')}")
    writer = LlmChatCompleteTask("writer", *names(), messages=[wish])
    doubt = ChatMessage(Role.USER, f"Say what is wrong with this: {writer.output('result')}")
    critic = LlmChatCompleteTask("critic", *names(), messages=[doubt])
    keep = SetVariableTask("keep", {"text": f"{writer.output('result')} ({critic.output('result')})"})
    rounds = LoopTask("rounds", 3, [writer, critic, keep])
    steps = workflow >> begin >> rounds
    run(steps.output_parameters({"text": workflow.variable("text")}), topic="a poem about queues")


if __name__ == "__main__":
    main()
