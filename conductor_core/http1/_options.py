"""Limits of the transport, and how a plugin section of the settings sets them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

from conductor_core.errors import ConfigurationError

if TYPE_CHECKING:
    from conductor_core.settings import Settings

SECTION: Final = "http1"
_MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Http1Options:
    """How many connections, how long they are kept, and how much a server may answer.

    Attributes:
        max_connections: upper bound of open connections; further requests wait in order.
        keepalive_seconds: seconds that an unused connection is kept.
        max_head_bytes: most bytes of an answer's status line and headers, interim answers and trailers included.
        max_body_bytes: most bytes of an answer's body as sent, and for conductors and workers also unpacked; a body is
            read before its response is returned.

    Raises:
        ConfigurationError: a value is no number above zero.
    """

    max_connections: int = 100
    keepalive_seconds: float = 30.0
    max_head_bytes: int = 64 * 1024
    max_body_bytes: int = 256 * _MIB

    def __post_init__(self) -> None:
        for item in fields(self):
            value: object = getattr(self, item.name)
            whole = item.name != "keepalive_seconds"
            number = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
            if not number or not value > 0:  # type: ignore[operator]  # a number, or not compared
                kind = "a whole number" if whole else "a number"
                raise ConfigurationError(f"{SECTION}.{item.name} must be {kind} above 0, got {value!r}")

    @classmethod
    def of(cls, settings: Settings) -> Http1Options:
        """Read the section ``http1``; ``max_connections`` comes from the setting of that name.

        Raises:
            ConfigurationError: an unknown key, or a value that cannot be used.
        """
        if not settings.options_of(SECTION):  # the usual case, in every program
            return cls(max_connections=settings.max_connections)
        return settings.options_as(SECTION, cls, max_connections=settings.max_connections)
