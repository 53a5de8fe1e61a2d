"""A model decides which of our tasks to run. Needs: an Orkes cluster with an integration of a language model."""

from llm_support import names, run

from conductor_core import worker_task
from conductor_workflows import ChatMessage, ConductorWorkflow, DynamicTask, LlmChatCompleteTask, Role, ToolSpec


@worker_task(task_definition_name="weather_of")
def weather_of(city: str) -> str:
    """Say what the weather is like."""
    return f"it is mild in {city}"


def main() -> None:
    """Offer one function, and run what the model chose."""
    workflow = ConductorWorkflow(name="llm_functions", version=1)
    tool = ToolSpec(
        name="weather_of",
        description="The weather of a city",
        input_schema={"type": "object", "properties": {"city": {"type": "string"}}},
    )
    question = ChatMessage(Role.USER, str(workflow.input("question")))
    choose = LlmChatCompleteTask("choose", *names(), messages=[question], tools=[tool])
    call = DynamicTask(str(choose.output("result.function")), "call", inputs={"city": choose.output("result.city")})
    steps = (workflow >> choose >> call).output_parameters({"said": call.output("result")})
    run(steps, workers=[weather_of], question="How is Lisbon?")


if __name__ == "__main__":
    main()
