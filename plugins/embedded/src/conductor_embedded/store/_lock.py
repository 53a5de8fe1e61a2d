"""One owner for a database file, by a locked file beside it."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, BinaryIO

from conductor_core.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path


class FileInUseError(ConfigurationError):
    """Another engine owns the database file."""


class FileLock:
    """Owns a database file until `release`, or until the process ends in whatever way.

    Args:
        path: The database file; the lock is the file `<path>.lock`, which stays behind.

    Raises:
        FileInUseError: Somebody else owns it.
        ConfigurationError: The folder is missing or may not be written.
    """

    def __init__(self, path: Path) -> None:
        if path.is_dir():
            raise ConfigurationError(f"cannot open the engine's database {path}: it is a folder; name a file in it")
        if not path.parent.is_dir():
            raise ConfigurationError(
                f"cannot open the engine's database {path}: there is no folder {path.parent}; make it first, or name a "
                "file in a folder that exists"
            )
        self._path = path.with_name(path.name + ".lock")
        try:
            self._file: BinaryIO | None = self._path.open("a+b")
        except OSError as error:
            raise ConfigurationError(
                f"cannot open the engine's database {path}: {error.strerror}; name a file in a folder that may be "
                "written"
            ) from error
        try:
            _lock(self._file)
        except OSError as error:
            self._file.close()
            raise FileInUseError(
                f"the database {path} is in use by another engine; to share it, run `conductor server --db {path}` "
                "and point the clients at its URL"
            ) from error
        self._write_owner()

    def release(self) -> None:
        """Give the file up; more than once is harmless."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                _unlock(self._file)
            self._file.close()
            self._file = None

    def _write_owner(self) -> None:
        # For people who look for the owner; nothing reads it.
        if self._file is not None and sys.platform != "win32":
            self._file.truncate(0)
            self._file.write(f"{os.getpid()}\n".encode())
            self._file.flush()


if sys.platform == "win32":
    import msvcrt

    def _lock(file: BinaryIO) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

    def _unlock(file: BinaryIO) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(file: BinaryIO) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(file: BinaryIO) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_UN)
