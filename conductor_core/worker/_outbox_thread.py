"""The thread that writes an outbox's file: what many results ask for at the same time becomes one commit."""

from __future__ import annotations

import contextlib
import logging
import queue
import sqlite3
import threading
import time
import uuid
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from conductor_core._logging import logging_as_here
from conductor_core.worker._outbox_store import DamagedFileError, ForeignFileError, ResultStore, is_damage, set_aside

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from conductor_core.worker._outbox import Letter

logger = logging.getLogger("conductor.worker")

CLAIM_LIMIT: Final = 64
# Deletions wait this long for the next result, so that both share a commit.
COALESCE_SECONDS: Final = 0.05
REOPEN_SECONDS: Final = 10.0
_OPENING_TRIES: Final = 100


class Wish(Enum):
    """What the loop asks of the thread."""

    PUT = auto()
    DISCARD = auto()
    RELEASE = auto()
    BURY = auto()
    CLAIM = auto()
    CLOSE = auto()


_LATER: Final = (Wish.DISCARD, Wish.RELEASE, Wish.BURY)


@dataclass(frozen=True, slots=True)
class Job:
    """One wish; ``reply`` is resolved on the loop once it is on the disk."""

    wish: Wish
    letter: Letter | None = None
    reason: str = ""
    reply: asyncio.Future[list[Letter]] | None = None


class OutboxThread:
    """Owns the file; everything but :meth:`submit` and :meth:`start` runs in its thread.

    Args:
        path: the file.
        server: URL of the server.
        lease_seconds: how long rows stay this process's after its last sign of life.
        clock: seconds since the epoch.
        loop: where replies are resolved.
    """

    def __init__(
        self,
        path: Path,
        server: str,
        *,
        lease_seconds: float,
        clock: Callable[[], float],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self.store = ResultStore(path, server, uuid.uuid4().hex, lease_seconds, clock)
        self._path = path
        self._clock = clock
        self._sign_of_life = lease_seconds / 3
        self._loop = loop
        self._jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
        # Every letter that is neither taken nor let go: should the file break, they go into the next one.
        self._mine: dict[int, Letter] = {}
        self._late: list[Job] = []
        self._reopen_at = 0.0
        self._is_open = False
        self._thread = threading.Thread(target=logging_as_here(self._run), name="conductor-outbox", daemon=True)

    def start(self) -> None:
        """Start the thread; its first reply comes after the file was opened."""
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Hand over a wish; wishes are carried out in order."""
        self._jobs.put(job)

    def _run(self) -> None:
        self._open()
        closing = False
        while not closing:
            jobs = self._next()
            closing = any(job.wish is Wish.CLOSE for job in jobs)
            try:
                self._carry_out(jobs)
            except Exception:  # whoever waits for a reply must get one, whatever happens here
                logger.exception("the outbox %s failed in an unforeseen way", self._path)
            if closing:
                self._close()
            self._reply(jobs)

    def _next(self) -> list[Job]:
        """Wait for wishes; deletions alone wait a little longer for a result whose commit they can share.

        Without any wish it returns after a while when a sign of life is due.
        """
        jobs = self._take(self._sign_of_life if self._mine or self._late else None)
        end = time.monotonic() + COALESCE_SECONDS
        while jobs and all(job.wish is Wish.DISCARD for job in jobs) and (left := end - time.monotonic()) > 0:
            jobs += self._take(left)
        return jobs

    def _take(self, seconds: float | None) -> list[Job]:
        jobs: list[Job] = []
        with contextlib.suppress(queue.Empty):
            jobs.append(self._jobs.get(timeout=seconds))
            while True:
                jobs.append(self._jobs.get_nowait())
        return jobs

    def _carry_out(self, jobs: list[Job]) -> None:
        """Write what was asked for in one transaction; what fails leaves letters without a number, in memory."""
        jobs, self._late = [*self._late, *jobs], []
        for job in jobs:
            if job.wish is Wish.PUT and job.letter is not None:
                self._mine[id(job.letter)] = job.letter
        if not self._ready():
            self._late = [job for job in jobs if job.wish in _LATER]
            return
        try:
            self._write(jobs)
        except sqlite3.Error as error:
            self._failed(error, jobs)

    def _write(self, jobs: list[Job]) -> None:
        letters = [job.letter for job in jobs if job.wish is Wish.PUT and job.letter is not None]
        gone = [job.letter for job in jobs if job.wish is Wish.DISCARD and job.letter is not None]
        freed = [job.letter for job in jobs if job.wish is Wish.RELEASE and job.letter is not None]
        buried = [(job.letter, job.reason) for job in jobs if job.wish is Wish.BURY and job.letter is not None]
        ended = {id(letter) for letter in gone} | {id(letter) for letter, _ in buried}
        self.store.write(
            # One that was taken by the server meanwhile, or came into a new file already, is not written again.
            [letter for letter in letters if letter.number is None and id(letter) not in ended],
            discarded=[letter for letter in gone if letter.number is not None],
            released=freed,
            buried=buried,
        )
        for letter in [*gone, *freed, *(letter for letter, _ in buried)]:
            self._mine.pop(id(letter), None)

    def _failed(self, error: sqlite3.Error, jobs: list[Job]) -> None:
        """Note what could not be written; a broken file is replaced by one with everything that is still open."""
        self._late = [job for job in jobs if job.wish in _LATER]
        if not is_damage(error):
            logger.error("the outbox %s cannot be written, results are in memory only: %s", self._path, error)
            return
        self.store.drop()
        for job in jobs:
            if job.wish is Wish.DISCARD and job.letter is not None:
                # The server has these; they must not come into the new file.
                self._mine.pop(id(job.letter), None)
                job.letter.number = None
        self._set_aside(str(error))

    def _reply(self, jobs: Iterable[Job]) -> None:
        answers = [(job.reply, self._claimed() if job.wish is Wish.CLAIM else []) for job in jobs if job.reply]
        for job in jobs:
            if job.wish is Wish.PUT and job.letter is not None and job.letter.number is None:
                self._mine.pop(id(job.letter), None)
        if answers:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                self._loop.call_soon_threadsafe(_resolve, answers)

    def _claimed(self) -> list[Letter]:
        if not self._is_open:
            return []
        try:
            letters = self.store.claim(CLAIM_LIMIT)
        except sqlite3.Error as error:
            self._failed(error, [])
            return []
        self._mine.update((id(letter), letter) for letter in letters)
        return letters

    # Opening and closing.

    def _ready(self) -> bool:
        """Open the file again when another process set it aside, or when it could not be opened a while ago."""
        if self._is_open and not self.store.is_there:
            logger.warning(
                "the outbox %s was replaced by another file; open results are written to that one", self._path
            )
            self.store.drop()
            self._open()
        elif not self._is_open and time.monotonic() >= self._reopen_at:
            self._open()
        return self._is_open

    def _open(self) -> None:
        self._is_open = False
        self._reopen_at = time.monotonic() + REOPEN_SECONDS
        try:
            self._open_patiently()
            self._opened()
        except DamagedFileError as error:
            self._set_aside(str(error))
        except (ForeignFileError, OSError, sqlite3.Error) as error:
            if isinstance(error, PermissionError) and self._path.is_file():
                self._set_aside(str(error))
            else:
                self._give_up(error)

    def _open_patiently(self) -> None:
        """Open; another process that prepares the same file at this moment locks it for a moment."""
        for _ in range(_OPENING_TRIES):
            try:
                self.store.open()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                    raise
                time.sleep(COALESCE_SECONDS)
            else:
                return
        self.store.open()

    def _opened(self) -> None:
        self._is_open = True
        for letter in self._mine.values():
            letter.number = None
        if self._mine:
            self.store.write(self._mine.values())
        for server, count in self.store.others().items():
            logger.warning("%d results in %s are for %s and wait for workers of that server", count, self._path, server)

    def _set_aside(self, reason: str) -> None:
        """Move a file that cannot be used out of the way, and begin a new one."""
        self._is_open = False
        try:
            target = set_aside(self._path, self._clock())
            logger.error("the outbox %s cannot be read (%s): it is set aside as %s", self._path, reason, target.name)
            self._open_patiently()
            self._opened()
        except (DamagedFileError, ForeignFileError, OSError, sqlite3.Error) as error:
            self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        self._is_open = False
        logger.error("the outbox %s cannot be used, results are in memory only: %s", self._path, error)

    def _close(self) -> None:
        try:
            self.store.close()
        except sqlite3.Error as error:
            logger.warning("the outbox %s was not closed in order: %s", self._path, error)
        self._is_open = False


def _resolve(answers: list[tuple[asyncio.Future[list[Letter]], list[Letter]]]) -> None:
    for future, letters in answers:
        if not future.done():
            future.set_result(letters)
