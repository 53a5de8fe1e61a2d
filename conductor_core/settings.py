"""Connection settings: one frozen object, resolved once, that knows where each value came from.

Arguments beat the environment, the environment beats the file, the file beats the default. ``Settings(...)`` reads
nothing but its arguments; ``Settings.load()`` reads the environment, and a file when told to.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from conductor_core._json import is_collection
from conductor_core._settings_fields import FIELDS, UNIX, check_sections, normalise, suggestion
from conductor_core._settings_sources import read_environment, read_file, unknown_variables
from conductor_core.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")
_HIDDEN = "********"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value came from: ``argument``, ``environment``, ``file`` or ``default``, and its name there."""

    kind: Literal["argument", "environment", "file", "default"]
    name: str = ""
    value: object = field(default=None, repr=False, compare=False)  # what it gave, to notice a value that was replaced

    def __str__(self) -> str:
        return f"{self.kind} {self.name}".strip()


class _Derived(str):
    """A value that follows from another setting, and is made again when that one is replaced."""

    __slots__ = ()


_DEFAULT = Source("default")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How to reach a Conductor server, and which plugins to use for it.

    Attributes:
        server_url: base URL; with or without ``/api`` and a trailing slash. ``unix:/run/conductor.sock`` is a server
            behind a Unix socket.
        ui_server_url: base of links to the user interface; derived from ``server_url`` when empty.
        auth: name of the auth plugin; ``auto`` takes ``orkes`` when key and secret are set, else ``bearer`` when a
            token or its file is set, else ``basic`` when user and password are set, else ``none``.
        transport: name of the transport plugin.
        retry: name of the retry plugin.
        auth_key: key id for plugins that exchange a key pair for a token.
        auth_secret: its secret; never shown.
        auth_token: token for ``bearer``; never shown.
        auth_token_file: file with the token for ``bearer``, read again when it changes.
        auth_user: user name for ``basic``.
        auth_password: password for ``basic``; never shown.
        auth_token_ttl: seconds after which a token that was exchanged for a key pair is taken for expired.
        refresh_token_interval: seconds between two refreshes in the background, at most 80 % of ``auth_token_ttl``; 0 means
            no background refresh (``CONDUCTOR_REFRESH_TOKEN_INTERVAL`` is in milliseconds).
        retry_server_errors: let the standard retry repeat safe requests after 502, 503 and 504.
        request_timeout: seconds for one attempt of a call (``CONDUCTOR_REQUEST_TIMEOUT_MS`` is in milliseconds).
        connect_timeout: seconds to establish a connection.
        max_connections: upper bound of open connections of one client.
        max_http2_connections: the same for connections that speak HTTP/2, which carry many requests each.
        http2: let transports that can speak HTTP/2 do so (``CONDUCTOR_DISABLE_HTTP2`` switches it off too).
        http2_prior_knowledge: let them speak it to an ``http://`` server without asking first.
        tls_ca_path: file of trusted certificate authorities.
        tls_cert_path: client certificate for mutual TLS.
        tls_key_path: key of the client certificate.
        tls_insecure: do not verify the server's certificate (a warning is logged).
        proxy_url: HTTP proxy; never shown, since it may hold a password.
        max_long_polls: polls that the server may hold open for the workers of one process; others ask without waiting.
        max_output_bytes: largest output of a task; a larger one fails its task.
        outbox_file: file that keeps workers' results until the server has taken them; in memory only when empty.
        health_port: port of the workers' health server; 0 takes a free one, None serves no health.
        health_host: address that it listens on.
        metrics_file: file that the page of ``/metrics`` is written to, for collectors that read files; none when empty.
        metrics_file_interval: seconds between two writes of it.
        frozen_after: seconds without a turn after which the workers' event loop counts as frozen.
        load_plugins: load only these external plugins, by distribution or entry-point name, or all of one group
            (``auth:*``); None loads all.
        disabled_plugins: load all but these; ``*`` stands for every external plugin.
        required_plugins: distributions that must be installed and may be loaded, with versions like ``acme-conductor>=2,<3``.
        plugins_dir: folder of Python files that are loaded as plugins; none when empty.
        strict_plugins: let a plugin that cannot be loaded be an error instead of a warning; for authors of plugins.
        options: sections for plugins, by the plugin's name.

    Raises:
        ConfigurationError: a value has the wrong type or form; the message names the field.
    """

    server_url: str = "http://localhost:8080/api"
    ui_server_url: str = ""
    auth: str = "auto"
    transport: str = "http1"
    retry: str = "standard"
    auth_key: str = ""
    auth_secret: str = field(default="", repr=False)
    auth_token: str = field(default="", repr=False)
    auth_token_file: str = ""
    auth_user: str = ""
    auth_password: str = field(default="", repr=False)
    auth_token_ttl: float = 2700.0
    refresh_token_interval: float = 3600.0
    retry_server_errors: bool = False
    request_timeout: float = 60.0
    connect_timeout: float = 10.0
    max_connections: int = 100
    max_http2_connections: int = 10
    http2: bool = True
    http2_prior_knowledge: bool = False
    tls_ca_path: str = ""
    tls_cert_path: str = ""
    tls_key_path: str = ""
    tls_insecure: bool = False
    proxy_url: str = field(default="", repr=False)
    max_long_polls: int = 100
    max_output_bytes: int = 10 * 1024 * 1024
    outbox_file: str = ""
    health_port: int | None = None
    health_host: str = "127.0.0.1"
    metrics_file: str = ""
    metrics_file_interval: float = 5.0
    frozen_after: float = 10.0
    load_plugins: tuple[str, ...] | None = None
    disabled_plugins: tuple[str, ...] = ()
    required_plugins: tuple[str, ...] = ()
    plugins_dir: str = ""
    strict_plugins: bool = False
    options: Mapping[str, Mapping[str, object]] = field(
        default_factory=dict[str, "Mapping[str, object]"], repr=False, hash=False
    )
    sources: Mapping[str, Source] = field(default_factory=dict[str, Source], repr=False, compare=False)
    unknown_environment: tuple[str, ...] = field(default=(), repr=False, compare=False)

    def __post_init__(self) -> None:
        derives = not self.ui_server_url or isinstance(self.ui_server_url, _Derived)
        for spec in FIELDS:
            value = getattr(self, spec.name)
            object.__setattr__(self, spec.name, normalise(spec, value, f"argument {spec.name}"))
        check_sections(self.options, "argument options")
        if bool(self.tls_cert_path) != bool(self.tls_key_path):
            raise ConfigurationError("tls_cert_path and tls_key_path belong together: set both, or neither")
        if derives or not self.ui_server_url:
            object.__setattr__(self, "ui_server_url", _Derived(self.server_url.removesuffix("/api")))

    @classmethod
    def load(
        cls,
        file: str | Path | None = None,
        *,
        environ: Mapping[str, str] | None = None,
        **arguments: Any,
    ) -> Settings:
        """Resolve settings from arguments, the environment and a TOML file, in this order of strength.

        Args:
            file: a TOML file with a ``[conductor]`` table; without it, ``CONDUCTOR_CONFIG`` may name one.
            environ: the environment to read; the process' own when None.
            arguments: any attribute of :class:`Settings`; None counts as not given.

        Raises:
            ConfigurationError: unknown argument or key (with a suggestion), unreadable file, or unusable value.
        """
        environment = os.environ if environ is None else environ
        _refuse_unknown(arguments)
        path = file or environment.get("CONDUCTOR_CONFIG", "").strip() or None
        values: dict[str, Any] = {}
        sources: dict[str, Source] = {}
        if path is not None:
            for name, value in read_file(path).items():
                values[name], sources[name] = value, Source("file", f"{path}: {name}")
        for name, (variable, value) in read_environment(environment).items():
            values[name], sources[name] = value, Source("environment", variable)
        for name, value in arguments.items():
            if value is not None:
                values[name], sources[name] = value, Source("argument", name)
        settings = cls(**values, unknown_environment=unknown_variables(environment))
        known = {name: replace(source, value=getattr(settings, name)) for name, source in sources.items()}
        return replace(settings, sources=known)

    def source(self, name: str) -> Source:
        """Return where the value of a field came from.

        Raises:
            ConfigurationError: there is no such field.
        """
        _refuse_unknown({name: None})
        value = getattr(self, name)
        if name in self.sources and self.sources[name].value == value:
            return self.sources[name]
        default = type(self).__dataclass_fields__[name]
        same = value == default.default or isinstance(value, _Derived) or (name == "options" and not value)
        return _DEFAULT if same else Source("argument", name)

    @property
    def unix_path(self) -> str:
        """Path of the Unix socket that ``server_url`` names, or empty."""
        return self.server_url.removeprefix(UNIX) if self.server_url.startswith(UNIX) else ""

    def options_of(self, plugin: str) -> Mapping[str, object]:
        """Return the section of one plugin, empty when there is none."""
        return self.options.get(plugin, {})

    def options_as(self, plugin: str, kind: type[T], **given: object) -> T:
        """Return the section of one plugin as its dataclass of options: the fields are the keys, with types and defaults.

        ::

            @dataclass(frozen=True, kw_only=True)
            class AcmeOptions:
                url: str
                seconds: float = 5.0


            options = settings.options_as("acme", AcmeOptions)

        Args:
            plugin: name of the section.
            kind: the dataclass. ``bool``, ``int``, ``float`` and ``str`` are checked here, all else in its ``__post_init__``.
            given: values of fields that the section may not set.

        Raises:
            ConfigurationError: an unknown key (with a suggestion), a wrong type, a missing value, or one that the dataclass
                refuses; the message names the key and where the section came from.
        """
        from conductor_core._settings_sections import read_section  # noqa: PLC0415 - only plugins with options need it

        return read_section(plugin, self.options_of(plugin), kind, str(self.source("options")), given)

    def shown(self) -> dict[str, tuple[str, Source]]:
        """Return every field as text with its source, secrets hidden: what ``conductor config show`` prints."""
        return {spec.name: (self._shown(spec.name, secret=spec.secret), self.source(spec.name)) for spec in FIELDS}

    def _shown(self, name: str, *, secret: bool) -> str:
        value: object = getattr(self, name)
        if secret and value:
            return _HIDDEN
        if is_collection(value):
            return ",".join(str(item) for item in value)
        return "" if value is None else str(value)


def _refuse_unknown(arguments: Mapping[str, object]) -> None:
    known = {item.name for item in fields(Settings)} - {"sources", "unknown_environment"}
    for name in arguments:
        if name not in known:
            raise ConfigurationError(f"unknown setting {name!r}{suggestion(name, known)}")
