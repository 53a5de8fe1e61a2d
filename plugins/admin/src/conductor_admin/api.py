"""A client: health, version, limits, queues and repairs of a server."""

from __future__ import annotations

from conductor_core import Api, Call, Face, endpoint, get


class AdminApi(Api[Face], name="admin"):
    """A client as ``conductor.admin``: health, version, limits, queues and repairs of a server."""

    @endpoint
    def get_version(self) -> Call[str]:
        """Return the version of the server."""
        return get("/version", returns=str)
