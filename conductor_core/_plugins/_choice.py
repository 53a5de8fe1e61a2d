"""Which driver the settings mean, and what to say when it is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core._plugins import _known
from conductor_core._settings_fields import suggestion
from conductor_core.errors import ClientNotInstalledError, PluginNotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conductor_core.settings import Settings

AUTO = "auto"


def auth_name(settings: Settings) -> tuple[str, str]:
    """Return the auth plugin that settings mean, and why: ``auto`` looks at the credentials that are set."""
    if settings.auth != AUTO:
        return settings.auth, f"auth, {settings.source('auth')}"
    if settings.auth_key and settings.auth_secret:
        return "orkes", f"auth is auto, and auth_key is set, {settings.source('auth_key')}"
    for name in ("auth_token", "auth_token_file"):
        if getattr(settings, name):
            return "bearer", f"auth is auto, and {name} is set, {settings.source(name)}"
    if settings.auth_user and settings.auth_password:
        return "basic", f"auth is auto, and auth_user is set, {settings.source('auth_user')}"
    return "none", f"auth is auto, and {lonely_half(settings) or 'no credentials are set'}"


def lonely_half(settings: Settings) -> str:
    """Return what to say of credentials of which one half is missing; empty when none is."""
    for pair in (("auth_key", "auth_secret"), ("auth_user", "auth_password")):
        there = [name for name in pair if getattr(settings, name)]
        if len(there) == 1:
            (missing,) = set(pair) - set(there)
            return f"{there[0]} is set and {missing} is not"
    return ""


def missing_error(group: str, name: str, why: str, available: Iterable[str]) -> PluginNotFoundError:
    """Return the error for a name that nothing installed offers: one sentence, with the command that helps."""
    distribution = _known.distribution_for(group, name)
    kind = ClientNotInstalledError if group == _known.CLIENTS else PluginNotFoundError
    if group == _known.COMMANDS:
        return _missing_command(name, distribution, available)
    if distribution is not None:
        return kind(f"{group} {name!r} is not installed ({why}); it comes with: pip install {distribution}")
    return kind(f"no installed plugin offers {group} {name!r} ({why}){suggestion(name, available)}")


def _missing_command(name: str, distribution: str | None, available: Iterable[str]) -> PluginNotFoundError:
    if distribution is not None:
        return PluginNotFoundError(f"the command {name!r} is not installed; it comes with: pip install {distribution}")
    return PluginNotFoundError(f"there is no command {name!r}{suggestion(name, available)}")
