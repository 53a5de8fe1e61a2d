"""The file of an outbox: an SQLite database that several processes may share. All of this blocks; one thread uses it."""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import stat
from typing import TYPE_CHECKING, Final, cast

from pydantic_core import to_json

from conductor_core.worker._outbox import MAX_DEAD_LETTERS, Letter, OutboxStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from conductor_core.worker._polled import JsonObject

logger = logging.getLogger("conductor.worker")

BUSY_SECONDS: Final = 10.0
PRIVATE: Final = 0o600
APPLICATION_ID: Final = 0x436F7862
VERSION: Final = 1
_CORRUPT: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_PRIMARY_CODE: Final = 0xFF

# Numbers are never used twice: a late deletion must not hit the row of another process.
_SCHEMA: Final = f"""
    BEGIN IMMEDIATE;
    CREATE TABLE IF NOT EXISTS letter (
        number INTEGER PRIMARY KEY AUTOINCREMENT, server TEXT NOT NULL, task_type TEXT NOT NULL,
        document BLOB NOT NULL, created REAL NOT NULL, owner TEXT);
    CREATE TABLE IF NOT EXISTS dead_letter (
        number INTEGER PRIMARY KEY AUTOINCREMENT, server TEXT NOT NULL, task_type TEXT NOT NULL,
        document BLOB NOT NULL, created REAL NOT NULL, reason TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS owner (id TEXT PRIMARY KEY, alive_until REAL NOT NULL) WITHOUT ROWID;
    PRAGMA application_id = {APPLICATION_ID};
    PRAGMA user_version = {VERSION};
    COMMIT;
"""
# Rows of this server that nobody alive holds. A lease far in the future was written by a clock that was wrong.
_CLAIMABLE: Final = """
    server = :server AND owner IS NOT :me AND (owner IS NULL OR owner NOT IN (
        SELECT id FROM owner WHERE alive_until BETWEEN :now AND :now + 3600))
"""


class ForeignFileError(Exception):
    """The file belongs to another program; it is left as it is."""


class DamagedFileError(Exception):
    """The file cannot be read, or not any more."""


def is_damage(error: sqlite3.Error) -> bool:
    """Tell whether an error says that the file itself is broken, not busy, full or forbidden."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & _PRIMARY_CODE in _CORRUPT


class ResultStore:
    """The rows of one server in one file.

    Args:
        path: the file; it is made when it is not there.
        server: URL of the server that the results are for.
        me: a name that no other process has.
        lease_seconds: how long the rows of this process are its own after its last sign of life.
        clock: seconds since the epoch, which processes share.
    """

    def __init__(self, path: Path, server: str, me: str, lease_seconds: float, clock: Callable[[], float]) -> None:
        self._path = path
        self._server = server
        self._me = me
        self._lease = lease_seconds
        self._clock = clock
        self._alive_until = 0.0
        self._identity = (0, 0)
        self._database: sqlite3.Connection | None = None

    def open(self) -> None:
        """Open the file, readable by its owner only.

        Raises:
            DamagedFileError: it is no database, or a broken one, or one of an unknown version.
            ForeignFileError: it is the database of another program.
            OSError: it cannot be made or opened.
            sqlite3.Error: it is locked, or the disk is full.
        """
        self._make_private()
        database = sqlite3.connect(self._path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            _check(database, self._path)
            database.execute("PRAGMA journal_mode = WAL")
            # A result is on the disk, not only in the system's cache, before its first try.
            database.execute("PRAGMA synchronous = FULL")
            database.executescript(_SCHEMA)
        except sqlite3.Error as error:
            database.close()
            if is_damage(error):
                raise DamagedFileError(str(error)) from error
            raise
        except BaseException:
            database.close()
            raise
        self._database, self._identity, self._alive_until = database, _identity(self._path), 0.0

    def close(self) -> None:
        """Let go of everything that is still this process's, so that the next one need not wait for its lease."""
        database, self._database = self._database, None
        if database is None:
            return
        try:
            with database:
                database.execute("BEGIN IMMEDIATE")
                database.execute("UPDATE letter SET owner = NULL WHERE owner = ?", (self._me,))
                database.execute("DELETE FROM owner WHERE id = ?", (self._me,))
        finally:
            database.close()

    def drop(self) -> None:
        """Close the file without writing to it."""
        database, self._database = self._database, None
        if database is not None:
            database.close()

    @property
    def is_there(self) -> bool:
        """Whether the opened file is still the one at the path; another process may have set it aside."""
        return self._database is not None and _identity(self._path) == self._identity

    @property
    def _open(self) -> sqlite3.Connection:
        if self._database is None:
            raise sqlite3.OperationalError(f"{self._path} is not open")
        return self._database

    def write(
        self,
        letters: Iterable[Letter] = (),
        *,
        discarded: Iterable[Letter] = (),
        released: Iterable[Letter] = (),
        buried: Iterable[tuple[Letter, str]] = (),
    ) -> None:
        """Make all these changes in one transaction, which is on the disk when this returns.

        Raises:
            sqlite3.Error: nothing was changed.
        """
        database = self._open
        with database:
            database.execute("BEGIN IMMEDIATE")
            numbers = [(letter, self._insert(database, letter)) for letter in letters]
            for letter, reason in buried:
                self._bury(database, letter, reason)
            database.executemany("DELETE FROM letter WHERE number = ?", [(one.number,) for one in discarded])
            database.executemany(
                "UPDATE letter SET owner = NULL WHERE number = ? AND owner = ?",
                [(one.number, self._me) for one in released],
            )
            alive_until = self._renew(database)
        self._alive_until = alive_until
        for letter, number in numbers:
            letter.number = number

    def claim(self, limit: int) -> list[Letter]:
        """Take over the rows that wait longest and that nobody alive holds.

        Args:
            limit: most rows to take.

        Raises:
            sqlite3.Error: nothing was taken.
        """
        database, asked = self._open, self._terms()
        if database.execute(f"SELECT 1 FROM letter WHERE {_CLAIMABLE} LIMIT 1", asked).fetchone() is None:  # noqa: S608 - a constant
            return []
        with database:
            database.execute("BEGIN IMMEDIATE")
            alive_until = self._renew(database)
            rows = database.execute(
                f"SELECT number, task_type, document, created FROM letter WHERE {_CLAIMABLE} "  # noqa: S608 - a constant
                "ORDER BY number LIMIT :limit",
                {**asked, "limit": limit},
            ).fetchall()
            database.executemany("UPDATE letter SET owner = ? WHERE number = ?", [(self._me, row[0]) for row in rows])
        self._alive_until = alive_until
        return [_letter(row) for row in rows]

    def others(self) -> dict[str, int]:
        """Return how many results wait here for other servers, by their URLs."""
        rows = self._open.execute(
            "SELECT server, COUNT(*) FROM letter WHERE server <> ? GROUP BY server", (self._server,)
        )
        return {str(server): int(count) for server, count in rows}

    def status(self) -> OutboxStatus:
        """Return what waits for this server, on a connection of its own, so that any thread may ask.

        Raises:
            sqlite3.Error: the file cannot be read.
        """
        database = sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro", uri=True, timeout=1.0)
        try:
            results, size, oldest = database.execute(
                "SELECT COUNT(*), TOTAL(LENGTH(document)), MIN(created) FROM letter WHERE server = ?", (self._server,)
            ).fetchone()
            (dead,) = database.execute("SELECT COUNT(*) FROM dead_letter WHERE server = ?", (self._server,)).fetchone()
        finally:
            database.close()
        return OutboxStatus(
            results=results,
            bytes=int(size),
            oldest_seconds=max(0.0, self._clock() - oldest) if oldest is not None else 0.0,
            dead_letters=dead,
            file=str(self._path),
        )

    def _make_private(self) -> None:
        """Make the file before SQLite does: its journals get the mode that it has."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, PRIVATE)
        try:
            mode = stat.S_IMODE(os.fstat(descriptor).st_mode)
        finally:
            os.close(descriptor)
        if os.name != "nt" and mode != PRIVATE:
            logger.warning(
                "the outbox %s was open to others (mode %o); it holds results and is closed to them", self._path, mode
            )
            self._path.chmod(PRIVATE)

    def _terms(self) -> dict[str, object]:
        return {"server": self._server, "me": self._me, "now": self._clock()}

    def _renew(self, database: sqlite3.Connection) -> float:
        """Give a sign of life, unless the last one is fresh; return until when the rows are ours."""
        now = self._clock()
        if 0.5 * self._lease < self._alive_until - now <= self._lease:
            return self._alive_until
        database.execute("DELETE FROM owner WHERE alive_until < ?", (now - 10 * self._lease,))
        database.execute("INSERT OR REPLACE INTO owner (id, alive_until) VALUES (?, ?)", (self._me, now + self._lease))
        return now + self._lease

    def _insert(self, database: sqlite3.Connection, letter: Letter) -> int:
        body = to_json(letter.document)
        letter.size = len(body)
        inserted = database.execute(
            "INSERT INTO letter (server, task_type, document, created, owner) VALUES (?, ?, ?, ?, ?)",
            (self._server, letter.task_type, body, letter.created, self._me),
        )
        return inserted.lastrowid or 0

    def _bury(self, database: sqlite3.Connection, letter: Letter, reason: str) -> None:
        database.execute(
            "INSERT INTO dead_letter (server, task_type, document, created, reason) VALUES (?, ?, ?, ?, ?)",
            (self._server, letter.task_type, to_json(letter.document), letter.created, reason),
        )
        database.execute("DELETE FROM letter WHERE number = ?", (letter.number,))
        database.execute(
            "DELETE FROM dead_letter WHERE number <= (SELECT MAX(number) FROM dead_letter) - ?", (MAX_DEAD_LETTERS,)
        )


def set_aside(path: Path, moment: float) -> Path:
    """Rename a file that cannot be used, with its journals; return its new path.

    Raises:
        OSError: it cannot be renamed.
    """
    number = int(moment)
    while (target := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    path.rename(target)
    for suffix in ("-wal", "-shm"):
        journal = path.with_name(path.name + suffix)
        if journal.exists():
            journal.rename(target.with_name(target.name + suffix))
    return target


def _check(database: sqlite3.Connection, path: Path) -> None:
    (tables,) = database.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
    (application,) = database.execute("PRAGMA application_id").fetchone()
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION_ID and (tables or application):
        raise ForeignFileError(f"{path} is a database of another program")
    if application == APPLICATION_ID and version != VERSION:
        raise DamagedFileError(f"it has version {version}, this program writes version {VERSION}")
    (verdict,) = database.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise DamagedFileError(str(verdict))


def _letter(row: tuple[int, str, bytes, float]) -> Letter:
    number, task_type, body, created = row
    document = cast("JsonObject", json.loads(body))
    return Letter(task_type, document, created=created, size=len(body), number=number)


def _identity(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return (-1, -1)
    return (found.st_dev, found.st_ino)
