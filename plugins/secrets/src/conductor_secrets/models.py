"""Documents of the secret client. Names follow the server's, in snake_case; fields this version does not know are kept."""

from __future__ import annotations

from pydantic import Field

from conductor_core.models import ConductorModel, Tag

__all__ = ["EnvironmentVariable", "ExtendedSecret", "Tag"]


class ExtendedSecret(ConductorModel):
    """The name of a secret with its tags; the value is never part of a list."""

    name: str = ""
    tags: list[Tag] = Field(default_factory=list[Tag])


class EnvironmentVariable(ConductorModel):
    """One variable of the cluster, which workflows read as ``${workflow.env.NAME}``."""

    name: str = ""
    value: str = Field(default="", repr=False)
    tags: list[Tag] = Field(default_factory=list[Tag])
