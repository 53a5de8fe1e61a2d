"""Documents of the application client. Names follow the server's, in snake_case; fields this version does not know are kept."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from conductor_core.models import ConductorModel, Tag, Tolerant

__all__ = [
    "AccessKey",
    "AccessKeyStatus",
    "Application",
    "ApplicationRole",
    "CreateOrUpdateApplicationRequest",
    "CreatedAccessKey",
    "Tag",
]


class ApplicationRole(StrEnum):
    """What an application may do, over what it was granted by name."""

    ADMIN = "ADMIN"
    APPLICATION_CREATOR = "APPLICATION_CREATOR"
    APPLICATION_MANAGER = "APPLICATION_MANAGER"
    METADATA_MANAGER = "METADATA_MANAGER"
    UNRESTRICTED_WORKER = "UNRESTRICTED_WORKER"
    USER = "USER"
    USER_READ_ONLY = "USER_READ_ONLY"
    WORKER = "WORKER"
    WORKFLOW_MANAGER = "WORKFLOW_MANAGER"


class AccessKeyStatus(StrEnum):
    """Whether a key opens anything."""

    ACTIVE = "ACTIVE"
    INACTIVE = "INACTIVE"


class CreateOrUpdateApplicationRequest(ConductorModel):
    """What an application is to be called."""

    name: str


class Application(ConductorModel):
    """A program that talks to the server, with keys and roles of its own."""

    id: str = ""
    name: str = ""
    tags: list[Tag] = Field(default_factory=list[Tag])
    create_time: int | None = None
    """Epoch milliseconds."""
    update_time: int | None = None
    """Epoch milliseconds."""
    created_by: str | None = None
    updated_by: str | None = None


class AccessKey(ConductorModel):
    """A key of an application, without its secret."""

    id: str = ""
    status: Tolerant[AccessKeyStatus] = AccessKeyStatus.ACTIVE
    create_time: int | None = None
    """Epoch milliseconds."""
    created_by: str | None = None


class CreatedAccessKey(ConductorModel):
    """A new key; its secret is in this answer only, and not shown by its text."""

    id: str = ""
    secret: str = Field(default="", repr=False)
