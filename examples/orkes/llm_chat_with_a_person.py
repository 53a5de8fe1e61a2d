"""A model drafts, a person corrects, the model finishes. Needs: an Orkes cluster with an integration of a language model.

python examples/orkes/llm_chat_with_a_person.py [CORRECTIONS]      # without an argument it asks
"""

import sys

from cluster import cluster
from llm_support import is_ready, names

from conductor_core import Conductor
from conductor_core.models import TaskResultStatus, TaskStatus
from conductor_workflows import ChatMessage, ConductorWorkflow, HumanTask, LlmChatCompleteTask, Role


def writing() -> ConductorWorkflow:
    """Draft, wait for a person, finish."""
    workflow = ConductorWorkflow(name="llm_with_a_person", version=1)
    topic = ChatMessage(Role.USER, f"Draft one line about {workflow.input('topic')}")
    draft = LlmChatCompleteTask("draft", *names(), messages=[topic])
    correct = HumanTask("correct", display_name="Correct the draft").input_parameter("draft", draft.output("result"))
    finish = ChatMessage(Role.USER, f"Apply these corrections: {correct.output('corrections')}")
    final = LlmChatCompleteTask("final", *names(), messages=[finish])
    return (workflow >> draft >> correct >> final).output_parameters({"text": final.output("result")})


def converse(conductor: Conductor, workflow: ConductorWorkflow) -> None:
    """Start it, show the draft to the person, and hand the answer on."""
    run = workflow.start(conductor, workflow_input={"topic": "tea"})
    for state in conductor.workflows.monitor_execution(run, timeout=60):
        task = state.task("correct")
        if task is not None and task.status == TaskStatus.IN_PROGRESS:
            draft = task.input_data["draft"]
            corrections = sys.argv[1] if len(sys.argv) > 1 else input(f"{draft}\ncorrections: ")
            answer = {"corrections": corrections}
            conductor.tasks.update_task_by_ref_name(run, "correct", TaskResultStatus.COMPLETED, answer)
        if state.is_terminal:
            print(state.status, state.output)


def main() -> None:
    """Run it where there is a model."""
    workflow = writing()
    if is_ready(workflow):
        with cluster() as conductor:
            workflow.register(conductor)
            try:
                converse(conductor, workflow)
            finally:
                workflow.unregister(conductor)


if __name__ == "__main__":
    main()
