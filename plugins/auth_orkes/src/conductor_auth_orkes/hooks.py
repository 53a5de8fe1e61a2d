"""What this distribution registers with the core."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core.hookspecs import hookimpl

if TYPE_CHECKING:
    from conductor_core import AuthProvider


@hookimpl
def conductor_register_auth() -> type[AuthProvider]:
    """Offer the auth named ``orkes``."""
    from conductor_auth_orkes._provider import OrkesAuth  # noqa: PLC0415 - loaded when it is chosen

    return OrkesAuth
