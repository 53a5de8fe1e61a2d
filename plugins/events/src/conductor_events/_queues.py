"""Queues that events come from: their configurations, and whether they work."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from conductor_core import Api, Call, Face, delete, endpoint, get, post, put
from conductor_events.models import ConnectivityTestInput, ConnectivityTestResult

if TYPE_CHECKING:
    from collections.abc import Mapping

QueueConfig = dict[str, Any]
"""Settings of a queue; their names depend on its type."""

_PATH = "/event/queue/config/{}/{}"
_HINT = "set queues up in the properties of the server"


class Queues(Api[Face]):
    """Configurations of event queues by type (``kafka``, ``sqs``, ``amqp``, ...) and name."""

    @endpoint
    def get_all_queue_configs(self) -> Call[dict[str, str]]:
        """List the queues that have a configuration: type by name."""
        return get("/event/queue/config", returns=dict[str, str], hint=_HINT)

    @endpoint
    def get_queue_config(self, queue_type: str, queue_name: str) -> Call[QueueConfig]:
        """Fetch the configuration of one queue."""
        return get(_PATH, queue_type, queue_name, returns=QueueConfig, hint=_HINT)

    @endpoint
    def put_queue_config(self, queue_type: str, queue_name: str, config: str | Mapping[str, object]) -> Call[None]:
        """Store the configuration of one queue, given as JSON text or as a document."""
        text = config if isinstance(config, str) else json.dumps(dict(config))
        return put(_PATH, queue_type, queue_name, text=text, media_type="application/json", hint=_HINT)

    @endpoint
    def delete_queue_config(self, queue_type: str, queue_name: str) -> Call[None]:
        """Delete the configuration of one queue."""
        return delete(_PATH, queue_type, queue_name, hint=_HINT)

    @endpoint
    def test_connectivity(self, test: ConnectivityTestInput) -> Call[ConnectivityTestResult]:
        """Send something through a queue with a workflow and a handler of its own, and say whether it came back."""
        return post("/event/queue/connectivity", body=test, returns=ConnectivityTestResult, hint=_HINT)

    @endpoint
    def get_queue_names(self) -> Call[dict[str, str]]:
        """List the queues that the server listens to for its own events."""
        return get("/queue/", returns=dict[str, str])

    @endpoint
    def get_event_queue_sizes(self) -> Call[dict[str, Any]]:
        """Return how much waits in those queues: a number, or one for each shard."""
        return get("/queue/size", returns=dict[str, Any])
