"""What the settings say about signing in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

from conductor_core import ConfigurationError

if TYPE_CHECKING:
    from conductor_core import Settings

REFRESH_SHARE: Final = 0.8
"""The share of a token's life after which it is replaced in the background."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrkesOptions:
    """The key pair, and how long its tokens live.

    Attributes:
        key: id of the access key.
        secret: its secret; never shown.
        ttl: seconds after which a token is taken for expired.
        refresh_after: seconds after which the background replaces a token; 0 means never.
        timeout: seconds that one token request may take.
        connect_timeout: seconds to establish its connection.
    """

    key: str
    secret: str = field(repr=False)
    ttl: float
    refresh_after: float
    timeout: float
    connect_timeout: float

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Read the settings.

        Raises:
            ConfigurationError: key or secret is missing.
        """
        missing = [name for name in ("auth_key", "auth_secret") if not getattr(settings, name)]
        if missing:
            names = " and ".join(f"{name} (CONDUCTOR_{name.upper()})" for name in missing)
            raise ConfigurationError(f"auth 'orkes' needs the access key of an application: set {names}")
        return cls(
            key=settings.auth_key,
            secret=settings.auth_secret,
            ttl=settings.auth_token_ttl,
            refresh_after=min(settings.refresh_token_interval, REFRESH_SHARE * settings.auth_token_ttl),
            timeout=settings.request_timeout,
            connect_timeout=min(settings.connect_timeout, settings.request_timeout),
        )
