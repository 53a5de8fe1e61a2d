"""An outbox that outlives its process: results are in a file before they are sent, until the server has taken them."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections import deque
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from conductor_core.worker._outbox import Letter, MemoryOutbox, OutboxStatus
from conductor_core.worker._outbox_thread import Job, OutboxThread, Wish

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from conductor_core.worker._polled import JsonObject

LEASE_SECONDS: Final = 15.0


class FileOutbox:
    """Keeps results in an SQLite file that any number of worker processes of one machine may share.

    A result is committed before its first try, many at once, and deleted when the server has taken it. After a crash the
    results of the process that died are sent by another one, or by the next, once its lease is over. What is for one
    server is never sent to another. The file is readable by its owner only (on Windows by what the folder allows), and
    must not lie on a network drive, where SQLite's locks do not hold. When the file cannot be used, results are kept in
    memory within the bounds of :class:`MemoryOutbox`, and the log says so.

    Args:
        path: the file; it is made when it is not there.
        lease_seconds: seconds without a sign of life after which other processes send the results of this one.
        clock: seconds since the epoch.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        lease_seconds: float = LEASE_SECONDS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.path: Path = Path(path).expanduser()
        self._lease_seconds = lease_seconds
        self._clock = clock
        self._memory = MemoryOutbox(clock=clock)
        self._claimed: deque[Letter] = deque()
        self._thread: OutboxThread | None = None

    @property
    def look_again_seconds(self) -> float:
        """Seconds after which to look for results that other processes left behind."""
        return self._lease_seconds

    async def open(self, server: str) -> None:
        """Open the file for the results of one server; a file that cannot be used is reported, not raised."""
        self._thread = OutboxThread(
            self.path,
            same_for_same(server),
            lease_seconds=self._lease_seconds,
            clock=self._clock,
            loop=asyncio.get_running_loop(),
        )
        self._thread.start()
        self._claimed.extend(await self._ask(Wish.CLAIM))

    async def close(self) -> None:
        """Write what is to be written, and leave what waits to the next process."""
        if self._thread is not None:
            await self._ask(Wish.CLOSE)
            self._thread = None

    def letter(self, task_type: str, document: JsonObject) -> Letter:
        """Make the letter of a result that has just come to be."""
        return Letter(task_type, document, self._clock())

    async def commit(self, letter: Letter) -> None:
        """Return when the result is on the disk; when that fails, it is kept in memory should its tries fail."""
        await self._ask(Wish.PUT, letter)

    def keep(self, letter: Letter) -> bool:
        """Let a result wait whose tries have failed; False means that neither file nor memory have room."""
        if letter.number is None:
            return self._memory.keep(letter)
        if letter not in self._claimed:
            self._tell(Wish.RELEASE, letter)
        return True

    def discard(self, letter: Letter) -> None:
        """Forget a result; its row goes with the next commit."""
        self._forget(letter)
        self._tell(Wish.DISCARD, letter)

    def bury(self, letter: Letter, reason: str) -> None:
        """Keep a refused result as a dead letter, in the same file."""
        self._forget(letter)
        self._tell(Wish.BURY, letter, reason)

    async def take(self) -> Letter | None:
        """Return the result that waits longest, of this process or of one that died."""
        waiting = await self._memory.take()
        if waiting is None and not self._claimed:
            self._claimed.extend(await self._ask(Wish.CLAIM))
        return waiting or (self._claimed[0] if self._claimed else None)

    def is_full(self, task_type: str) -> bool:
        """Tell whether this type must stop polling: only when the file cannot be written and memory is nearly full."""
        return self._memory.is_full(task_type)

    def ends_with_process(self) -> int:
        """Return how many results wait in memory because the file could not be written."""
        return self._memory.ends_with_process()

    def status(self) -> OutboxStatus:
        """Return how much waits for this server, in the file and in memory; results on their first try are included."""
        memory = self._memory.status()
        if self._thread is None:
            return memory
        try:
            stored = self._thread.store.status()
        except sqlite3.Error:
            return memory
        return replace(
            stored,
            results=stored.results + memory.results,
            bytes=stored.bytes + memory.bytes,
            oldest_seconds=max(stored.oldest_seconds, memory.oldest_seconds),
            full=memory.full,
        )

    def _forget(self, letter: Letter) -> None:
        self._memory.discard(letter)
        if self._claimed and self._claimed[0] is letter:
            self._claimed.popleft()

    def _tell(self, wish: Wish, letter: Letter, reason: str = "") -> None:
        if self._thread is not None:
            self._thread.submit(Job(wish, letter, reason))

    async def _ask(self, wish: Wish, letter: Letter | None = None) -> list[Letter]:
        if self._thread is None:
            return []
        reply: asyncio.Future[list[Letter]] = asyncio.get_running_loop().create_future()
        self._thread.submit(Job(wish, letter, reply=reply))
        return await reply


def same_for_same(server: str) -> str:
    """Return one form for all ways of writing a server's URL, without credentials, query and fragment."""
    parts = urlsplit(server)
    if parts.scheme not in ("http", "https"):
        return server
    default = {"http": 80, "https": 443}[parts.scheme]
    host = (parts.hostname or "").lower()
    host = f"[{host}]" if ":" in host else host
    port = "" if parts.port in (None, default) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}{parts.path.rstrip('/')}"
