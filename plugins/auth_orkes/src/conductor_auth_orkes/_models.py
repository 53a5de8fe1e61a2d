"""Documents of the token operation; what is secret in them is not shown by their text."""

from __future__ import annotations

from pydantic import Field

from conductor_core.models import ConductorModel


class GenerateTokenRequest(ConductorModel):
    """A key pair that wants to be a token."""

    key_id: str
    key_secret: str = Field(repr=False)
    expiration: int | None = None
    """Life of the token that is asked for, in the server's unit."""


class GeneratedToken(ConductorModel):
    """A token, as it goes into ``X-Authorization``."""

    token: str = Field(default="", repr=False)
    """Empty when the server answered without one, which its own description allows."""
