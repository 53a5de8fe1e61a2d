"""Documents of the admin client. Names follow the server's, in snake_case; fields this version does not know are kept."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from conductor_core.models import ConductorModel


class HealthStatus(ConductorModel):
    """How a part of the server is."""

    healthy: bool | None = None
    details: dict[str, Any] = Field(default_factory=dict)


class Health(ConductorModel):
    """How the server is; some servers only say ``healthy``, others go into parts."""

    healthy: bool | None = None
    health_results: list[HealthStatus] = Field(default_factory=list[HealthStatus])
    suppressed_health_results: list[HealthStatus] = Field(default_factory=list[HealthStatus])
