"""What this distribution registers with the core."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conductor_core.hookspecs import hookimpl

if TYPE_CHECKING:
    from conductor_core import Api
    from conductor_core.interfaces import Command


@hookimpl
def conductor_register_client() -> type[Api[Any]]:
    """Offer the client ``conductor.workflows``."""
    from conductor_workflows.api import WorkflowApi  # noqa: PLC0415 - loaded on the first access

    return WorkflowApi


@hookimpl
def conductor_register_command() -> type[Command]:
    """Offer the command ``conductor workflow``."""
    from conductor_workflows._command import WorkflowCommand  # noqa: PLC0415 - loaded when typed

    return WorkflowCommand
