"""What this distribution registers with the core."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conductor_core.hookspecs import hookimpl

if TYPE_CHECKING:
    from conductor_core import Api
    from conductor_core.interfaces import Command


@hookimpl
def conductor_register_client() -> type[Api[Any]]:
    """Offer the client ``conductor.agents``."""
    from conductor_agents.api import AgentApi  # noqa: PLC0415 - loaded on the first access

    return AgentApi


@hookimpl
def conductor_register_command() -> type[Command]:
    """Offer the command ``conductor agent``."""
    from conductor_agents._command import AgentCommand  # noqa: PLC0415 - loaded when typed

    return AgentCommand
