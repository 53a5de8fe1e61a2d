"""The way in for programs that know the official SDKs: their entry points, thin, on top of ``Conductor``.

New programs need none of this: ``Conductor()`` and ``AsyncConductor()`` do the same.
"""

from __future__ import annotations

from conductor_core.factories._clients import AsyncOrkesClients, OrkesClients
from conductor_core.factories._create import (
    conductor_from_env,
    create_async_conductor_client,
    create_conductor_client,
    orkes_conductor_client,
)

__all__ = [
    "AsyncOrkesClients",
    "OrkesClients",
    "conductor_from_env",
    "create_async_conductor_client",
    "create_conductor_client",
    "orkes_conductor_client",
]
