"""A token in a file that somebody else replaces: Kubernetes rotates a mounted token by swapping a symbolic link."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from conductor_core.builtin._headers import AUTHORIZATION, Credential, header_text
from conductor_core.errors import ConfigurationError
from conductor_core.interfaces import SecretHeaders

if TYPE_CHECKING:
    from conductor_core._logging import Logger

_Stamp: TypeAlias = tuple[int, int, int, int]
_LARGEST = 64 * 1024  # bytes; more is not a token but the wrong file


class TokenFile:
    """Reads the file again when it looks changed; while it cannot be read, the last token stays.

    Args:
        path: the file; white space around the token does not count.
        logger: told once when the file becomes unusable.

    Raises:
        ConfigurationError: there is no usable token in it at the start.
    """

    def __init__(self, path: str, logger: Logger) -> None:
        self.logger = logger
        self._path = Path(path)
        self._lock = threading.Lock()
        self._complained = False
        try:
            self._stamp: _Stamp | None = self._look()
            self._credential = _credential(1, self._read())
        except OSError as error:
            raise ConfigurationError(f"auth_token_file {path} cannot be read: {error.strerror}") from error

    def current(self) -> Credential:
        """Return the credential, of the file as it is now."""
        return self._after_a_look(anyway=False)

    def again(self) -> Credential:
        """Read the file even when it looks unchanged."""
        return self._after_a_look(anyway=True)

    def _after_a_look(self, *, anyway: bool) -> Credential:
        try:
            stamp = self._look()
            if stamp != self._stamp or anyway:
                self._take(stamp)
        except (OSError, ConfigurationError) as error:
            self._complain(error)
        return self._credential

    def _take(self, stamp: _Stamp) -> None:
        with self._lock:
            fresh = _credential(self._credential.version + 1, self._read())
            if fresh.headers != self._credential.headers:
                self._credential = fresh
            # The stamp from before the read: a change in between is seen at the next look.
            self._stamp, self._complained = stamp, False

    def _look(self) -> _Stamp:
        found = self._path.stat()  # follows links, so a swapped link is another inode
        return (found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size)

    def _read(self) -> str:
        with self._path.open("rb") as file:
            raw = file.read(_LARGEST + 1)
        text = raw.decode("utf-8", "replace").strip()
        if not text or len(raw) > _LARGEST:
            raise ConfigurationError(f"auth_token_file {self._path} holds no token")
        return header_text(text, f"the token in auth_token_file {self._path}")

    def _complain(self, error: Exception) -> None:
        if not self._complained:
            self._complained = True
            self.logger.warning("the last token stays in use: %s", error)


def _credential(version: int, token: str) -> Credential:
    return Credential(version, SecretHeaders({AUTHORIZATION: f"Bearer {token}"}))
