"""Branches side by side, joined; and a fork whose branches are known only at run time.

python examples/fork_and_join.py
"""

from conductor_core import Conductor, Settings, TaskHandler, worker_task
from conductor_workflows import ConductorWorkflow, DynamicForkTask, ForkTask


@worker_task(task_definition_name="measure", thread_count=5)
def measure(city: str) -> dict[str, object]:
    """Measure something about a city."""
    return {"city": city, "letters": len(city)}


@worker_task(task_definition_name="plan")
def plan(cities: list[str]) -> dict[str, object]:
    """Say which tasks to run, and with what."""
    tasks = [{"name": "measure", "taskReferenceName": city.lower(), "type": "SIMPLE"} for city in cities]
    return {"tasks": tasks, "inputs": {city.lower(): {"city": city} for city in cities}}


def main() -> None:
    """Run both forks."""
    workflow = ConductorWorkflow(name="cities", version=1)
    branches = [measure(task_ref_name="first", city="Oslo"), measure(task_ref_name="second", city="Lima")]
    planned = plan(task_ref_name="plan_ref", cities=workflow.input("cities"))
    fork = DynamicForkTask("for_each_city").from_lists(planned.output("tasks"), planned.output("inputs"))
    steps = workflow >> ForkTask("both", branches) >> planned >> fork
    definition = steps.output_parameters({"letters": [branch.output("letters") for branch in branches]})

    settings = Settings(server_url="embedded://memory/cities", transport="embedded")
    with Conductor(settings) as conductor, TaskHandler(settings, workers=[measure, plan]):
        run = definition.execute(conductor, workflow_input={"cities": ["Lisbon", "Quito", "Rome"]})
        print(run.status, run.output["letters"])
        joined = [task for task in run.tasks if task.task_type == "JOIN"][-1]
        print(sorted(joined.output_data))


if __name__ == "__main__":
    main()
