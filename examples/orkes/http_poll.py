"""A task that calls an address again and again until it likes the answer. Needs: an Orkes cluster."""

from cluster import cluster

from conductor_workflows import ConductorWorkflow, HttpPollInput, HttpPollTask, StartWorkflowRequest


def main() -> None:
    """Wait for a number above 80."""
    poll = HttpPollInput(
        uri="https://dice.example/api",
        polling_interval=2,
        termination_condition="$.output.response.body.randomInt > 80",
    )
    workflow = ConductorWorkflow(name="poll_until", version=1)
    workflow >>= HttpPollTask("poll", poll)
    with cluster() as conductor:
        conductor.metadata.register_workflow_def(workflow)
        run = conductor.workflows.start_workflow(StartWorkflowRequest(name="poll_until"))
        conductor.workflows.terminate(run, "the example is over")
        conductor.metadata.unregister_workflow("poll_until", 1)
        print("cleaned up")


if __name__ == "__main__":
    main()
