"""A workflow that starts by the clock: saved, paused, resumed, deleted. Runs on the open-source server too."""

from cluster import cluster

from conductor_schedules import SaveScheduleRequest, StartWorkflowRequest
from conductor_workflows import ConductorWorkflow, SetVariableTask


def main() -> None:
    """Take one schedule from saving to deleting."""
    report = ConductorWorkflow(name="nightly_report", version=1) >> SetVariableTask("mark", {"seen": True})
    nightly = SaveScheduleRequest(
        name="nightly",
        cron_expression="0 30 2 * * *",
        start_workflow_request=StartWorkflowRequest(name="nightly_report", version=1),
        zone_id="Europe/Lisbon",
    )
    with cluster() as conductor:
        conductor.metadata.register_workflow_def(report)
        conductor.schedules.save_schedule(nightly)
        print("next times:", len(conductor.schedules.preview_next(nightly.cron_expression, 3)) > 0)
        conductor.schedules.pause_schedule("nightly")
        conductor.schedules.resume_schedule("nightly")
        print("stored:", bool(conductor.schedules.get_schedule("nightly").name))
        conductor.schedules.delete_schedule("nightly")
        conductor.metadata.unregister_workflow("nightly_report", 1)
        print("cleaned up")


if __name__ == "__main__":
    main()
