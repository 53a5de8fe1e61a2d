"""What this distribution registers with the core."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conductor_core.hookspecs import hookimpl

if TYPE_CHECKING:
    from conductor_core import Api, Command


@hookimpl
def conductor_register_client() -> type[Api[Any]]:
    """Offer the client ``conductor.human_tasks``."""
    from conductor_human_tasks.api import HumanTaskApi  # noqa: PLC0415 - loaded on the first access

    return HumanTaskApi


@hookimpl
def conductor_register_command() -> type[Command]:
    """Offer the command ``conductor human``."""
    from conductor_human_tasks._inbox._command import HumanCommand  # noqa: PLC0415 - loaded when typed

    return HumanCommand
