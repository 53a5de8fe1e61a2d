"""Limits of the transport, and how settings and the plugin's section of them set these."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

from conductor_core.errors import ConfigurationError

if TYPE_CHECKING:
    from conductor_core.settings import Settings

SECTION: Final = "http2"
_MIB: Final = 1024 * 1024
_LARGEST_WINDOW: Final = 2**31 - 1
_SMALLEST_WINDOW: Final = 2**16 - 1
_SECONDS: Final = frozenset({"keepalive_seconds", "ping_interval", "ping_timeout"})
_WINDOWS: Final = frozenset({"stream_window", "connection_window"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Http2Options:
    """How many connections and streams, how long they are kept, and how much a server may send.

    Attributes:
        max_connections: upper bound of open connections to one server; a second one is opened when the first is full.
        max_streams: most requests at a time on one connection; the server's own limit holds when it is lower.
        keepalive_seconds: seconds that an unused connection is kept.
        ping_interval: seconds of silence after which a connection is asked whether it still works: while answers are
            awaited, and before it is used again.
        ping_timeout: seconds within which something must arrive after a ping; then the connection counts as dead.
        stream_window: bytes of one answer that a server may send before it is told to go on.
        connection_window: the same for all answers of a connection together.
        max_head_bytes: most bytes of an answer's headers.
        max_body_bytes: most bytes of an answer's body as sent; a body is read before its response is returned.
        prior_knowledge: speak HTTP/2 to ``http://`` servers without asking; without it they get HTTP/1.1.

    Raises:
        ConfigurationError: a value is no number above zero, or a window is outside of what HTTP/2 allows.
    """

    max_connections: int = 10
    max_streams: int = 1000
    keepalive_seconds: float = 60.0
    ping_interval: float = 15.0
    ping_timeout: float = 10.0
    stream_window: int = 1 * _MIB
    connection_window: int = 16 * _MIB
    max_head_bytes: int = 64 * 1024
    max_body_bytes: int = 256 * _MIB
    prior_knowledge: bool = False

    def __post_init__(self) -> None:
        for item in fields(self):
            value: object = getattr(self, item.name)
            if item.name == "prior_knowledge":
                if not isinstance(value, bool):
                    raise ConfigurationError(f"{SECTION}.{item.name} must be true or false, got {value!r}")
                continue
            _check_number(item.name, value)

    @classmethod
    def of(cls, settings: Settings) -> Http2Options:
        """Read the section ``http2``; the number of connections and prior knowledge are settings of their own.

        Raises:
            ConfigurationError: an unknown key, or a value that cannot be used.
        """
        return settings.options_as(
            SECTION,
            cls,
            max_connections=settings.max_http2_connections,
            prior_knowledge=settings.http2_prior_knowledge,
        )


def _check_number(name: str, value: object) -> None:
    whole = name not in _SECONDS
    number = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
    if not number or not value > 0:  # type: ignore[operator]  # a number, or not compared
        kind = "a whole number" if whole else "a number"
        raise ConfigurationError(f"{SECTION}.{name} must be {kind} above 0, got {value!r}")
    if name in _WINDOWS and not _SMALLEST_WINDOW <= value <= _LARGEST_WINDOW:  # type: ignore[operator]  # a number
        raise ConfigurationError(
            f"{SECTION}.{name} must be from {_SMALLEST_WINDOW} to {_LARGEST_WINDOW} bytes, got {value!r}"
        )
