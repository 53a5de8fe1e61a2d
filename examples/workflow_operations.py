"""Steer executions: pause, resume, terminate, retry, restart and rerun.

python examples/workflow_operations.py
"""

from conductor_core import Conductor, Settings, TaskDef, TaskResult
from conductor_core.models import TaskResultStatus
from conductor_workflows import ConductorWorkflow, RerunWorkflowRequest, SimpleTask, StartWorkflowRequest


def finish(conductor: Conductor, task_type: str, status: TaskResultStatus) -> None:
    """Do what a worker would do: take one task and settle it."""
    (task,) = conductor.tasks.batch_poll(task_type, timeout=1000)
    result = TaskResult(task_id=task.task_id, workflow_instance_id=task.workflow_instance_id, status=status)
    conductor.tasks.update_task(result)


def main() -> None:
    """Take one execution through its states."""
    settings = Settings(server_url="embedded://memory/operations", transport="embedded")
    with Conductor(settings) as conductor:
        workflows = conductor.workflows
        conductor.metadata.register_task(TaskDef(name="charge", retry_count=0))
        workflow = ConductorWorkflow(name="orders", version=1)
        conductor.metadata.register_workflow_def(workflow >> SimpleTask("charge", "charge"))
        run = workflows.start_workflow(StartWorkflowRequest(name="orders"))

        workflows.pause(run)
        print("pause:", workflows.get_workflow_status(run).status)
        workflows.resume(run)
        print("resume:", workflows.get_workflow_status(run).status)
        finish(conductor, "charge", TaskResultStatus.FAILED)
        print("a failed task:", workflows.wait_for_workflow(run).status)
        workflows.retry(run)
        print("retry:", workflows.get_workflow_status(run).status)
        workflows.terminate(run, "sold out")
        print("terminate:", workflows.get_workflow(run).reason_for_incompletion)
        workflows.restart(run)
        finish(conductor, "charge", TaskResultStatus.COMPLETED)
        print("restart:", workflows.wait_for_workflow(run).status)
        workflows.rerun(run, RerunWorkflowRequest(re_run_from_workflow_id=run))
        finish(conductor, "charge", TaskResultStatus.COMPLETED)
        print("rerun:", workflows.wait_for_workflow(run).status)


if __name__ == "__main__":
    main()
