"""What the built-in ways to authenticate share: headers that stay the same until their source changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from conductor_core.errors import ConfigurationError
from conductor_core.http import Auth
from conductor_core.interfaces import SecretHeaders

if TYPE_CHECKING:
    from collections.abc import Generator

    from conductor_core.http import Request, Response

AUTHORIZATION = "Authorization"
_UNAUTHORIZED = 401


@dataclass(frozen=True, slots=True)
class Credential:
    """The value of the header; ``version`` changes whenever it does."""

    version: int
    headers: SecretHeaders


class Source(Protocol):
    """Where a credential comes from."""

    def current(self) -> Credential:
        """Return the credential as it is now."""
        ...

    def again(self) -> Credential:
        """Return it after a look at its origin, however unchanged that seems."""
        ...


class Fixed:
    """A source that never changes."""

    def __init__(self, value: str) -> None:
        self._credential = Credential(1, SecretHeaders({AUTHORIZATION: value}))

    def current(self) -> Credential:
        """Return the one credential."""
        return self._credential

    again = current


class HeaderFlow(Auth):
    """Adds the current headers to each request; after a 401 once more, when their source has changed since."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def auth_flow(self, request: Request) -> Generator[Request, Response, None]:
        """Send with the headers, and a second time only with others."""
        used = self._source.current()
        request.headers.update(used.headers)
        response = yield request
        if response.status_code == _UNAUTHORIZED:
            fresh = self._source.again()
            if fresh.version != used.version:
                request.headers.update(fresh.headers)
                yield request


def header_text(value: str, name: str) -> str:
    """Return a text that may stand in a header.

    Raises:
        ConfigurationError: it may not; the message names it and does not show it.
    """
    if not value.isascii() or not value.isprintable():
        raise ConfigurationError(f"{name} has characters that cannot stand in an HTTP header")
    return value
