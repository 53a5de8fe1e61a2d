"""The admin client: how the server is, what waits in it, and repairs."""

from __future__ import annotations

from conductor_admin._repairs import Repairs
from conductor_admin._server import Server
from conductor_core import Face


class AdminApi(Server[Face], Repairs[Face], name="admin"):
    """The server itself, as ``conductor.admin``."""
