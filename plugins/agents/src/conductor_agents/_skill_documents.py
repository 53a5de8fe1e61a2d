"""Skills as a server keeps them: packages of instructions, scripts and files that agents can use."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from conductor_core.models import ConductorModel, JsonObject


class SkillManifest(ConductorModel):
    """What is said of a package when it is registered; its name stands in its SKILL.md."""

    version: str | None = None
    """None takes the beginning of the package's checksum."""
    name: str | None = None
    """Only to be sure: another one than the package's is refused."""
    description: str | None = None
    """For a package that does not describe itself."""
    model: str | None = None
    """Model of agents that are made from it."""
    agent_models: dict[str, str] | None = None
    """Models of the agents inside it, by their names."""
    metadata: JsonObject | None = None


class SkillFileEntry(ConductorModel):
    """One file of a package."""

    path: str = ""
    size: int = 0
    """Bytes."""
    sha256: str | None = None
    content_type: str | None = None


class SkillSummary(ConductorModel):
    """A skill as lists hold it."""

    name: str = ""
    version: str = ""
    description: str | None = None
    checksum: str | None = None
    status: str | None = None
    created_at: int | None = None
    """Epoch milliseconds."""
    updated_at: int | None = None
    """Epoch milliseconds."""
    package_size: int | None = None
    """Bytes."""
    file_count: int | None = None
    script_count: int | None = None
    sub_agent_count: int | None = None
    resource_count: int | None = None


class SkillDetail(ConductorModel):
    """A registered skill."""

    name: str = ""
    version: str = ""
    description: str | None = None
    checksum: str | None = None
    package_file_handle_id: str | None = None
    storage_type: str | None = None
    status: str | None = None
    created_at: int | None = None
    """Epoch milliseconds."""
    updated_at: int | None = None
    """Epoch milliseconds."""
    package_size: int | None = None
    """Bytes."""
    file_count: int | None = None
    files: list[SkillFileEntry] = Field(default_factory=list[SkillFileEntry])
    metadata: JsonObject | None = None
    raw_config: JsonObject = Field(default_factory=dict[str, Any])
    """What an agent is made from."""


class SkillFileContent(ConductorModel):
    """A file of a package: its text, or its bytes in Base64."""

    path: str = ""
    content_type: str | None = None
    size: int = 0
    """Bytes."""
    binary: bool = False
    content: str | None = None
    content_base64: str | None = None


class SkillDeployRequest(ConductorModel):
    """With which models an agent is made from a skill."""

    model: str | None = None
    agent_models: dict[str, str] | None = None


class SkillRef(ConductorModel):
    """A registered skill that an agent is made from at its start: ``AgentStartRequest(skill_ref=...)``."""

    name: str
    version: str | None = None
    """None is the latest."""
    model: str | None = None
    agent_models: dict[str, str] | None = None
    params: JsonObject | None = None
    """Values of the parameters that the skill declares."""
    workspace: JsonObject | None = None
