"""The table of connection settings: name, environment variable, how its text is read, whether it is secret."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import urlsplit

from conductor_core._json import is_collection, is_object
from conductor_core.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable

Kind = Literal["text", "url", "seconds", "count", "port", "switch", "names", "requirements"]
UNIX: Final = "unix:"
_LONGEST_LABEL: Final = 63
_TRUE = frozenset({"true", "1", "yes", "on"})
_FALSE = frozenset({"false", "0", "no", "off"})


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One setting: ``variable`` is its environment variable, ``scale`` divides a number read from there.

    ``zero`` says that 0 is a number this setting takes.
    ``opposite`` is a second variable of a switch, which turns it off when it is true, whatever the first one says.
    """

    name: str
    variable: str
    kind: Kind = "text"
    scale: float = 1.0
    secret: bool = False
    zero: bool = False
    opposite: str = ""


FIELDS: tuple[FieldSpec, ...] = (
    FieldSpec("server_url", "CONDUCTOR_SERVER_URL", "url"),
    FieldSpec("ui_server_url", "CONDUCTOR_UI_SERVER_URL"),
    FieldSpec("auth", "CONDUCTOR_AUTH"),
    FieldSpec("transport", "CONDUCTOR_TRANSPORT"),
    FieldSpec("retry", "CONDUCTOR_RETRY"),
    FieldSpec("auth_key", "CONDUCTOR_AUTH_KEY"),
    FieldSpec("auth_secret", "CONDUCTOR_AUTH_SECRET", secret=True),
    FieldSpec("auth_token", "CONDUCTOR_AUTH_TOKEN", secret=True),
    FieldSpec("auth_token_file", "CONDUCTOR_AUTH_TOKEN_FILE"),
    FieldSpec("auth_user", "CONDUCTOR_AUTH_USER"),
    FieldSpec("auth_password", "CONDUCTOR_AUTH_PASSWORD", secret=True),
    FieldSpec("auth_token_ttl", "CONDUCTOR_AUTH_TOKEN_TTL", "seconds"),
    FieldSpec("refresh_token_interval", "CONDUCTOR_REFRESH_TOKEN_INTERVAL", "seconds", scale=1000.0, zero=True),
    FieldSpec("retry_server_errors", "CONDUCTOR_RETRY_SERVER_ERRORS", "switch"),
    FieldSpec("request_timeout", "CONDUCTOR_REQUEST_TIMEOUT_MS", "seconds", scale=1000.0),
    FieldSpec("connect_timeout", "CONDUCTOR_CONNECT_TIMEOUT_MS", "seconds", scale=1000.0),
    FieldSpec("max_connections", "CONDUCTOR_MAX_CONNECTIONS", "count"),
    FieldSpec("max_http2_connections", "CONDUCTOR_MAX_HTTP2_CONNECTIONS", "count"),
    FieldSpec("http2", "CONDUCTOR_HTTP2_ENABLED", "switch", opposite="CONDUCTOR_DISABLE_HTTP2"),
    FieldSpec("http2_prior_knowledge", "CONDUCTOR_HTTP2_PRIOR_KNOWLEDGE", "switch"),
    FieldSpec("tls_ca_path", "CONDUCTOR_TLS_CA_PATH"),
    FieldSpec("tls_cert_path", "CONDUCTOR_TLS_CERT_PATH"),
    FieldSpec("tls_key_path", "CONDUCTOR_TLS_KEY_PATH"),
    FieldSpec("tls_insecure", "CONDUCTOR_TLS_INSECURE", "switch"),
    FieldSpec("proxy_url", "CONDUCTOR_PROXY_URL", secret=True),
    FieldSpec("max_long_polls", "CONDUCTOR_MAX_LONG_POLLS", "count"),
    FieldSpec("max_output_bytes", "CONDUCTOR_MAX_OUTPUT_BYTES", "count"),
    FieldSpec("outbox_file", "CONDUCTOR_OUTBOX_FILE"),
    FieldSpec("health_port", "CONDUCTOR_WORKER_HEALTH_PORT", "port"),
    FieldSpec("health_host", "CONDUCTOR_WORKER_HEALTH_HOST"),
    FieldSpec("metrics_file", "CONDUCTOR_WORKER_METRICS_FILE"),
    FieldSpec("metrics_file_interval", "CONDUCTOR_WORKER_METRICS_FILE_INTERVAL_MS", "seconds", scale=1000.0),
    FieldSpec("frozen_after", "CONDUCTOR_WORKER_FROZEN_AFTER_MS", "seconds", scale=1000.0),
    FieldSpec("load_plugins", "CONDUCTOR_LOAD_PLUGINS", "names"),
    FieldSpec("disabled_plugins", "CONDUCTOR_DISABLED_PLUGINS", "names"),
    FieldSpec("required_plugins", "CONDUCTOR_REQUIRED_PLUGINS", "requirements"),
    FieldSpec("plugins_dir", "CONDUCTOR_PLUGINS_DIR"),
    FieldSpec("strict_plugins", "CONDUCTOR_STRICT_PLUGINS", "switch"),
)


def from_text(spec: FieldSpec, text: str, where: str) -> object:
    """Read one setting from environment text.

    Raises:
        ConfigurationError: the text is no number, switch or URL; the message names the variable, never a secret value.
    """
    if spec.kind in ("seconds", "count", "port"):
        try:
            number = float(text)
        except ValueError:
            raise ConfigurationError(f"{where} must be a number, got {text!r}") from None
        if number < 0 and spec.kind == "seconds":  # told in the unit of the variable
            raise ConfigurationError(f"{where} must be above 0, got {text.strip()}")
        return number / spec.scale
    if spec.kind == "switch":
        return _switch(text, where)
    if spec.kind == "names":
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return _requirements(text) if spec.kind == "requirements" else text


def normalise(spec: FieldSpec, value: object, where: str) -> Any:
    """Check one value and bring it into its stored form.

    Raises:
        ConfigurationError: the value has the wrong type or form.
    """
    if spec.kind in ("seconds", "count"):
        return _number(spec, value, where)
    if spec.kind == "port":
        return _port(value, where)
    if spec.kind == "switch":
        return _switch(value, where)
    if spec.kind == "names":
        return _names(value, where) if value is not None or spec.name == "load_plugins" else ()
    if spec.kind == "requirements":
        return _requirements(value) if isinstance(value, str) else _names(value, where) or ()
    if not isinstance(value, str):
        raise ConfigurationError(f"{where} must be text, got {type(value).__name__}")
    return _server_url(value.strip(), where) if spec.kind == "url" else value.strip()


def check_sections(value: object, where: str) -> dict[str, dict[str, object]]:
    """Return the sections of plugins: one table of options for each plugin's name.

    Raises:
        ConfigurationError: it is something else.
    """
    sections = value if is_object(value) else {}
    found = {name: section for name, section in sections.items() if is_object(section)}
    if not is_object(value) or len(found) != len(sections):
        raise ConfigurationError(f"{where} must hold one table per plugin")
    return found


def suggestion(name: str, known: Iterable[str], *, otherwise: str | None = None) -> str:
    """Return ``; did you mean 'x'?`` when a known name is close, else ``otherwise`` or the list of what there is."""
    import difflib  # noqa: PLC0415 - only mistakes come here

    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1)
    if close:
        return f"; did you mean {close[0]!r}?"
    return f"; known: {', '.join(names)}" if otherwise is None else otherwise


def _number(spec: FieldSpec, value: object, where: str) -> float | int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ConfigurationError(f"{where} must be a number, got {type(value).__name__}")
    if not (0 < value < float("inf") or (spec.zero and value == 0)):
        raise ConfigurationError(f"{where} must be above 0, got {value!r}")
    if spec.kind == "count" and value != int(value):
        raise ConfigurationError(f"{where} must be a whole number, got {value!r}")
    return int(value) if spec.kind == "count" else float(value)


def _port(value: object, where: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool) and value == int(value) and 0 <= value <= 65535:  # noqa: PLR2004 - the largest port
        return int(value)
    raise ConfigurationError(f"{where} must be a port from 0 to 65535, where 0 takes a free one, got {value!r}")


def _switch(value: object, where: str) -> bool:
    if isinstance(value, bool):
        return value
    text = str(value).strip().lower()
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    raise ConfigurationError(f"{where} must be true or false, got {value!r}")


def _names(value: object, where: str) -> tuple[str, ...] | None:
    if value is None:
        return None
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    items = tuple(value) if is_collection(value) else ()
    names = tuple(item for item in items if isinstance(item, str))
    if is_collection(value) and len(names) == len(items):
        return names
    raise ConfigurationError(f"{where} must be a list of names, got {type(value).__name__}")


def _requirements(text: str) -> tuple[str, ...]:
    """Split ``a>=1,<2,b``: a comma stands between requirements, and between the bounds of one."""
    found: list[str] = []
    for part in (part.strip() for part in text.split(",")):
        if found and part[:1] in tuple("<>=!~"):
            found[-1] += f",{part}"
        elif part:
            found.append(part)
    return tuple(found)


def _server_url(text: str, where: str) -> str:
    if text.startswith("embedded:"):
        return text
    if text.startswith(UNIX):
        return _unix_url(text, where)
    if "@" in text:
        raise ConfigurationError(f"{where} must not hold a password; use auth_key and auth_secret, or auth_token")
    base, _, query = text.partition("?")
    if query or "#" in text:
        raise ConfigurationError(f"{where} must not have a query or fragment, like http://host:8080/api")
    try:
        parts = urlsplit(base)
        usable = parts.scheme in ("http", "https") and _is_host(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or any(character.isspace() or not character.isprintable() for character in base):
        raise ConfigurationError(f"{where} must be like http://host:8080/api, got {text!r}")
    base = base.rstrip("/")
    return base if base.endswith("/api") else f"{base}/api"


def _is_host(name: str | None) -> bool:
    """Tell whether this can be a host: resolvers take no empty label, and none that is above 63 characters when encoded."""
    text = name or ""
    if not text.isascii():
        try:
            text = text.encode("idna").decode("ascii")
        except UnicodeError:
            return False
    return ":" in text or all(0 < len(label) <= _LONGEST_LABEL for label in text.removesuffix(".").split("."))


def _unix_url(text: str, where: str) -> str:
    path = text.removeprefix(UNIX)
    path = path.removeprefix("//")
    if not path.startswith("/") or not path.isprintable():
        raise ConfigurationError(f"{where} must name a socket by its absolute path, like unix:/run/conductor.sock")
    return f"{UNIX}{path}"
