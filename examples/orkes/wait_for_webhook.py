"""A workflow that waits for a call from outside. Needs: an Orkes cluster."""

from cluster import cluster

from conductor_webhooks import WebhookConfig, WebhookVerifier
from conductor_workflows import ConductorWorkflow, StartWorkflowRequest, WaitForWebhookTask


def main() -> None:
    """Start it, make the call that it waits for, and clean up."""
    workflow = ConductorWorkflow(name="paid_orders", version=1)
    workflow >>= WaitForWebhookTask("paid", {"$['order']": workflow.input("order")})
    config = WebhookConfig(name="payments", verifier=WebhookVerifier.HEADER_BASED, headers={"X-Key": "shared"})
    config.receiver_workflow_names_to_versions = {"paid_orders": 1}
    with cluster() as conductor:
        conductor.metadata.register_workflow_def(workflow)
        webhook = conductor.webhooks.create_webhook(config)
        conductor.workflows.start_workflow(StartWorkflowRequest(name="paid_orders", input={"order": 7}))
        if webhook.id:
            conductor.webhooks.send_webhook(webhook.id, {"order": 7}, headers={"X-Key": "shared"})
            conductor.webhooks.delete_webhook(webhook.id)
        conductor.metadata.unregister_workflow("paid_orders", 1)
        print("cleaned up")


if __name__ == "__main__":
    main()
