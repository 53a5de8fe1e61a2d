"""Definitions with tags, which rights and searches go by. Needs: an Orkes cluster, for the tags."""

from cluster import cluster

from conductor_core import TaskDef
from conductor_core.models import Tag
from conductor_workflows import ConductorWorkflow, SimpleTask


def main() -> None:
    """Register, tag, read and delete."""
    workflow = ConductorWorkflow(name="tagged_orders", version=1)
    workflow >>= SimpleTask("tagged_charge", "charge")
    with cluster() as conductor:
        metadata = conductor.metadata
        metadata.register_task(TaskDef(name="tagged_charge", retry_count=1))
        metadata.register_workflow_def(workflow)
        metadata.set_task_tags([Tag(key="team", value="billing")], "tagged_charge")
        metadata.add_workflow_tag(Tag(key="team", value="billing"), "tagged_orders")
        print("tags:", len(metadata.get_workflow_tags("tagged_orders")))
        metadata.delete_workflow_tag(Tag(key="team", value="billing"), "tagged_orders")
        metadata.unregister_workflow("tagged_orders", 1)
        metadata.unregister_task("tagged_charge")
        print("cleaned up")


if __name__ == "__main__":
    main()
