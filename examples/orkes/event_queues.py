"""A queue of a broker that events come from: configured, looked at, removed. Needs: an Orkes cluster; KAFKA_SERVERS to be of use."""

import os

from cluster import cluster

SERVERS = os.environ.get("KAFKA_SERVERS", "localhost:9092")


def main() -> None:
    """Take one queue from configuring to removing; handlers listen to it as `kafka:example_orders`."""
    with cluster() as conductor:
        queues = conductor.events
        queues.put_queue_config("kafka", "example_orders", {"bootstrapServers": SERVERS, "groupId": "example"})
        print("configured:", bool(queues.get_queue_config("kafka", "example_orders")))
        print("all queues:", len(queues.get_all_queue_configs()) > 0)
        queues.delete_queue_config("kafka", "example_orders")
        print("cleaned up")


if __name__ == "__main__":
    main()
