"""The workflow."""

from greetings import greet

from conductor_workflows import ConductorWorkflow


def greetings_workflow() -> ConductorWorkflow:
    """Return a workflow of one task."""
    workflow = ConductorWorkflow(name="hello", version=1)
    greeting = greet(task_ref_name="greet_ref", name=workflow.input("name"))
    return (workflow >> greeting).output_parameters({"result": greeting.output("result")})
