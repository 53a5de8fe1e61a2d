"""What this distribution registers with the core."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core.hookspecs import hookimpl

if TYPE_CHECKING:
    from conductor_core.interfaces import Command


@hookimpl
def conductor_register_command() -> type[Command]:
    """Offer the command ``conductor migrate``."""
    from conductor_migration._command import MigrateCommand  # noqa: PLC0415 - loaded when typed

    return MigrateCommand
