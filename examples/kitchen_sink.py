"""Many task types in one workflow: scripts, a switch, a fork, a loop, a sub-workflow, variables, a wait and a worker.

python examples/kitchen_sink.py
"""

from conductor_core import Conductor, Settings, TaskHandler, worker_task
from conductor_workflows import (
    ConductorWorkflow,
    ForkTask,
    InlineSubWorkflowTask,
    InlineTask,
    LoopTask,
    SetVariableTask,
    SimpleTask,
    StartWorkflowRequest,
    SwitchTask,
    WaitTask,
)


@worker_task(task_definition_name="pack")
def pack(box: int) -> str:
    """Pack one box."""
    return f"box {box}"


def build() -> ConductorWorkflow:
    """Put all of it together."""
    workflow = ConductorWorkflow(name="kitchen_sink", version=1)
    double = InlineTask("double", "$.n * 2", {"n": workflow.input("boxes")})
    remember = SetVariableTask("remember", {"boxes": double.output()})
    by_size = SwitchTask("by_size", workflow.input("size")).switch_case("large", [InlineTask("van", "'van'")])
    by_size.default_case([InlineTask("bike", "'bike'")])
    left, right = pack(task_ref_name="left", box=1), pack(task_ref_name="right", box=2)
    packing = LoopTask("packing", 3, [SimpleTask("pack", "pack_one", inputs={"box": 7})])
    label = ConductorWorkflow(name="label", version=1)
    label >>= InlineTask("print_label", "'to ' + $.city", {"city": label.input("city")})
    label.output_parameters({"text": "${print_label.output.result}"})
    labelling = InlineSubWorkflowTask("labelling", label, inputs={"city": "Lisbon"})
    steps = workflow >> double >> remember >> by_size >> ForkTask("both", [left, right]) >> packing
    steps = steps >> labelling >> WaitTask("a_moment", wait_for_seconds=1)
    return steps.output_parameters(
        {
            "boxes": workflow.variable("boxes"),
            "packed": [left.output("result"), right.output("result")],
            "rounds": packing.output("iteration"),
            "label": labelling.output("text"),
        }
    )


def main() -> None:
    """Run it once."""
    settings = Settings(server_url="embedded://memory/kitchen", transport="embedded")
    with Conductor(settings) as conductor, TaskHandler(settings, workers=[pack]):
        conductor.metadata.register_workflow_def(build())
        request = StartWorkflowRequest(name="kitchen_sink", input={"boxes": 2, "size": "large"})
        run = conductor.workflows.wait_for_workflow(conductor.workflows.start_workflow(request))
        print(run.status, run.output)


if __name__ == "__main__":
    main()
