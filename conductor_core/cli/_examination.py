"""What the doctor looks at: settings, plugins, and the server with its clock."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conductor_core import Conductor
from conductor_core._call import get
from conductor_core._plugins import Plugins
from conductor_core._plugins._choice import auth_name, lonely_half
from conductor_core._settings_fields import FIELDS, suggestion
from conductor_core.cli._finding import Finding
from conductor_core.errors import (
    AuthenticationError,
    ConductorError,
    ConfigurationError,
    PermissionDeniedError,
    PluginError,
    RequestTimeoutError,
    TransportFailureError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conductor_core import PluginInfo
    from conductor_core._server import ServerInfo
    from conductor_core.settings import Settings

_PATIENCE_SECONDS: Final = 10.0
_SKEW_NOTED_SECONDS: Final = 5.0
_SKEW_WRONG_SECONDS: Final = 30.0
_CORRECT: Final = "correct the setting that it names"
_REMEDIES: Final = {
    "failed": "repair or uninstall it, or disable it: CONDUCTOR_DISABLED_PLUGINS={name}",
    "missing": "install it, or take its name out of the settings",
    "disabled": "allow it, or choose another one",
}


def of_settings(settings: Settings) -> Iterator[Finding]:
    """Show what was set and where, and what looks like a mistake."""
    for name, (value, source) in settings.shown().items():
        if source.kind != "default":
            yield Finding("settings", "ok", f"{name} = {value or '(empty)'} ({source})")
    known = [spec.variable for spec in FIELDS]
    for variable in settings.unknown_environment:
        hint = suggestion(variable, known, otherwise="")
        if hint:
            yield Finding("settings", "warning", f"no setting reads the variable {variable}{hint}", "correct its name")
    half = lonely_half(settings)
    if half:
        yield Finding("settings", "warning", f"{half}, so nothing is signed with it", "set both, or neither")
    if settings.server_url.startswith("http://") and settings.auth_secret:
        text = f"the key pair goes to {settings.server_url} in the clear"
        yield Finding("settings", "warning", text, "use https:// outside of your own machine")


def of_plugins(settings: Settings) -> Iterator[Finding]:
    """Load every plugin that is allowed, needed or not, and tell which of them cannot be used."""
    plugins = Plugins.from_settings(settings)
    try:
        plugins.load_needed()
        used = [row.name for row in plugins.report() if row.state == "active"]
        plugins.load_all()
        rows = plugins.report()
    except ConductorError as error:
        yield Finding("plugins", "problem", str(error), _CORRECT)
        return
    wrong = [row for row in rows if row.state in ("failed", "missing") or (row.state == "disabled" and _is_needed(row))]
    for row in wrong:
        owner = f" of {row.distribution} {row.version}" if row.distribution else ""
        short = row.name.partition(":")[2] or row.name
        remedy = _REMEDIES[row.state].format(name=row.distribution or short)
        yield Finding("plugins", "problem", f"{row.name}{owner} is {row.state}: {row.reason}", remedy)
    for row in rows:
        if row.state == "available" and row.reason:
            yield Finding("plugins", "warning", f"{row.name} of {row.distribution}: {row.reason}", "correct its group")
    if not wrong:
        yield Finding("plugins", "ok", f"{len(rows)} on offer, none broken; in use: {', '.join(used)}")


def of_options(settings: Settings) -> Iterator[Finding]:
    """Look for sections that nobody reads, and let plugins read theirs, in use or not."""
    if not settings.options:
        return
    plugins = Plugins.from_settings(settings)
    try:
        stray = plugins.stray_sections()
        for text in stray.values():
            yield Finding("options", "warning", text, "correct its name, install the plugin, or take it out")
        plugins.check_options()
    except ConfigurationError as error:
        yield Finding("options", "problem", str(error), "correct the option that it names")
    except PluginError:
        pass  # told with the plugins
    else:
        read = sorted(settings.options.keys() - stray.keys())
        if read:
            yield Finding("options", "ok", f"read: {', '.join(read)}")


def _is_needed(row: PluginInfo) -> bool:
    return " is needed (" in row.reason


def of_server(settings: Settings) -> Iterator[Finding]:
    """Ask the server what it is, with the auth that the settings choose, within a few seconds."""
    hurried = replace(
        settings,
        request_timeout=min(settings.request_timeout, _PATIENCE_SECONDS),
        connect_timeout=min(settings.connect_timeout, _PATIENCE_SECONDS / 2),
    )
    try:
        conductor = Conductor(hurried)
    except ConductorError as error:
        remedy = "see the plugins above" if isinstance(error, PluginError) else _CORRECT
        yield Finding("server", "problem", f"the server could not be asked: {error}", remedy)
        return
    with conductor:
        try:
            yield _of_auth(conductor)
        except ConfigurationError as error:  # such as a file of certificates that is not there
            yield Finding("server", "problem", f"the server could not be asked: {error}", _CORRECT)
            return
        started = time.monotonic()
        try:
            info = conductor.server_info()
        except ConductorError as error:
            yield Finding("server", "problem", f"{settings.server_url}: {error}", _remedy(error))
            return
        yield from _of_info(info, settings.server_url, (time.monotonic() - started) * 1000)
        yield from _of_access(conductor)


def _of_auth(conductor: Conductor) -> Finding:
    auth, _ = auth_name(conductor.settings)
    try:
        headers = conductor.authentication_headers()
    except ConfigurationError:
        raise
    except ConductorError as error:
        remedy = "check key and secret, and their server"
        return Finding("auth", "problem", f"no token with auth {auth!r}: {error}", remedy)
    if headers or auth == "none":
        sent = ", ".join(sorted(headers)) or "no credentials"
        return Finding("auth", "ok", f"auth {auth!r} sends {sent}")
    remedy = "open-source Conductor is like that; if this should be another one, check server_url"
    return Finding("auth", "warning", f"auth {auth!r} sends nothing: the server gives no tokens", remedy)


def _of_info(info: ServerInfo, url: str, milliseconds: float) -> Iterator[Finding]:
    if info.kind == "unknown" and not info.version:
        text = f"what answers at {url} does not say that it is a Conductor server"
        yield Finding("server", "problem", text, "check server_url; it usually ends in /api")
    else:
        yield Finding("server", "ok", f"{info} at {url}, asked in {milliseconds:.0f} ms")
    if info.clock_skew is None:
        yield Finding("clock", "ok", "the server does not tell its time")
        return
    skew = abs(info.clock_skew)
    text = f"the server's clock is {skew:.0f} s {'ahead of' if info.clock_skew > 0 else 'behind'} this machine's"
    remedy = "let both set their clocks by NTP: tokens are refused when they differ"
    if skew >= _SKEW_WRONG_SECONDS:
        yield Finding("clock", "problem", text, remedy)
    elif skew >= _SKEW_NOTED_SECONDS:
        yield Finding("clock", "warning", text, remedy)
    else:
        yield Finding("clock", "ok", f"differs from the server's by less than {_SKEW_NOTED_SECONDS:.0f} s")


def _of_access(conductor: Conductor) -> Iterator[Finding]:
    """See whether the server takes who we are."""
    try:
        conductor.run(get("/version"))
    except (AuthenticationError, PermissionDeniedError) as error:
        remedy = "check the credentials, and what the application behind them may do"
        yield Finding("auth", "problem", f"the server refuses these credentials: {error}", remedy)
    except ConductorError:
        pass  # a server without a version: it was told already


def _remedy(error: ConductorError) -> str:
    if isinstance(error, RequestTimeoutError):
        return "check address, firewall and proxy; is the server busy starting?"
    if isinstance(error, TransportFailureError):
        return "is the server running, and server_url right? conductor server starts one for development"
    return "check server_url and auth"
