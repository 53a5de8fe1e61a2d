"""A workflow that runs another one twice, side by side, and joins what both give.

python examples/sub_workflow.py
"""

from conductor_core import Conductor, Settings, TaskHandler, worker_task
from conductor_workflows import ConductorWorkflow, ForkTask, StartWorkflowRequest, SubWorkflowTask

FORECASTS = {"Lisbon": 24, "Oslo": 9}


@worker_task(task_definition_name="forecast")
def forecast(city: str) -> dict[str, object]:
    """Look up tomorrow's temperature."""
    return {"city": city, "degrees": FORECASTS[city]}


@worker_task(task_definition_name="compare")
def compare(first: dict[str, object], second: dict[str, object]) -> str:
    """Say where it is warmer."""
    warm, cold = sorted((first, second), key=lambda place: int(str(place["degrees"])), reverse=True)
    return f"{warm['city']} ({warm['degrees']} degrees) is warmer than {cold['city']} ({cold['degrees']} degrees)"


def main() -> None:
    """Register the child and the parent, and run the parent."""
    child = ConductorWorkflow(name="forecast_of_city", version=1)
    look_up = forecast(task_ref_name="look_up", city=child.input("city"))
    child_definition = (child >> look_up).output_parameters({"forecast": look_up.output()})

    parent = ConductorWorkflow(name="warmer_place", version=1)
    first = SubWorkflowTask("first", "forecast_of_city", inputs={"city": parent.input("first")})
    second = SubWorkflowTask("second", "forecast_of_city", inputs={"city": parent.input("second")})
    answer = compare(task_ref_name="compare", first=first.output("forecast"), second=second.output("forecast"))
    steps = parent >> ForkTask("both", [first, second]) >> answer
    parent_definition = steps.output_parameters({"answer": answer.output("result")})

    settings = Settings(server_url="embedded://memory/weather", transport="embedded")
    with Conductor(settings) as conductor, TaskHandler(settings, workers=[forecast, compare]):
        conductor.metadata.register_workflow_def(child_definition)
        conductor.metadata.register_workflow_def(parent_definition)
        request = StartWorkflowRequest(name="warmer_place", input={"first": "Oslo", "second": "Lisbon"})
        print(conductor.workflows.execute_workflow(request).output["answer"])


if __name__ == "__main__":
    main()
