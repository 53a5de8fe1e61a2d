"""What a server says about itself."""

from __future__ import annotations

from typing import Any

from conductor_admin.models import Health
from conductor_core import Api, Call, Face, endpoint, get

_DOCUMENT = dict[str, Any]


class Server(Api[Face]):
    """Version, health, limits and queues of a server."""

    @endpoint
    def get_version(self) -> Call[str]:
        """Return the version of the server, as it writes it."""
        return get("/version", returns=str)

    @endpoint
    def get_health(self) -> Call[Health]:
        """Say how the server is; an unhealthy one may answer with a ServerError instead."""
        return get("/health", returns=Health, beside_api=True)

    @endpoint
    def get_limits(self) -> Call[dict[str, Any]]:
        """Return the limits of the cluster and what has been used of them."""
        return get("/limits", returns=_DOCUMENT, hint="the open-source server has no limits of this kind")

    @endpoint
    def get_redis_usage(self) -> Call[dict[str, Any]]:
        """Return how much of its queue store the server uses."""
        return get("/admin/redisUsage", returns=_DOCUMENT, hint="use tasks.get_all_queue_sizes for the depth of queues")

    @endpoint
    def get_config(self) -> Call[dict[str, Any]]:
        """Return the configuration that an open-source server runs with."""
        return get("/admin/config", returns=_DOCUMENT, hint="only the open-source server tells")

    @endpoint
    def get_ui_context(self) -> Call[str]:
        """Return the script that tells the server's user interface where it is."""
        return get(
            "/context.js", returns=str, beside_api=True, hint="the open-source server's interface needs no script"
        )

    @endpoint
    def get_event_queues(self, *, verbose: bool = False) -> Call[dict[str, Any]]:
        """Return the queues that event handlers listen to, with their sizes when ``verbose`` is set."""
        query = {"verbose": verbose}
        return get("/admin/queues", query=query, returns=_DOCUMENT, hint="use events.get_all_event_handlers")

    @endpoint
    def get_queue_names(self) -> Call[dict[str, str]]:
        """Return the names of the queues that WAIT tasks can be completed by, for each status."""
        return get("/queue/", returns=dict[str, str])

    @endpoint
    def get_queue_sizes(self) -> Call[dict[str, Any]]:
        """Return how much waits in these queues, for each status."""
        return get("/queue/size", returns=_DOCUMENT)
