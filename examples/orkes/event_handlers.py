"""An event handler that starts a workflow when an event comes in. Runs on the open-source server too."""

from cluster import cluster

from conductor_events import ActionType, EventAction, EventHandler, StartWorkflowRequest


def main() -> None:
    """Take one handler from adding to removing."""
    start = StartWorkflowRequest(name="ship", input={"order": "${order_id}"})
    action = EventAction(action=ActionType.START_WORKFLOW, start_workflow=start)
    handler = EventHandler(name="example_paid", event="conductor:orders", actions=[action], active=False)
    with cluster() as conductor:
        conductor.events.add_event_handler(handler)
        conductor.events.update_event_handler(handler.model_copy(update={"active": True}))
        print("handlers:", len(conductor.events.get_event_handlers_for_event("conductor:orders")))
        conductor.events.remove_event_handler("example_paid")
        print("cleaned up")


if __name__ == "__main__":
    main()
