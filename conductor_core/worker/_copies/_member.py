"""One copy as its supervisor sees it: a process, a pipe, and what it said last."""

from __future__ import annotations

import contextlib
import multiprocessing
from typing import TYPE_CHECKING, Any

from conductor_core.worker._channel import Channel
from conductor_core.worker._copies._copy import main
from conductor_core.worker._isolation._exit import describe_exit, hint_on_exit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from conductor_core.worker._channel import Message
    from conductor_core.worker._copies._plan import RestartPlan


class Member:
    """One place among the copies, taken by one process after the other.

    Args:
        number: from 1.
        encoded: what it serves.
        plan: when it is started again.
    """

    def __init__(self, number: int, encoded: bytes, plan: RestartPlan) -> None:
        self.number = number
        self.plan = plan
        self.was_ready = False
        self.ended: Message | None = None
        self.failed: str | None = None
        self.snapshot: Message | None = None
        self.heard_at = 0.0
        self.due: float | None = None
        self.is_final = False
        self._encoded = encoded
        self._process: BaseProcess | None = None
        self._channel: Channel | None = None

    @property
    def name(self) -> str:
        """The copy as log lines call it."""
        return f"copy {self.number} (pid {self.pid})"

    @property
    def pid(self) -> int | None:
        """The id of its process."""
        return self._process.pid if self._process is not None else None

    @property
    def is_running(self) -> bool:
        """Whether there is a process that has not been seen to end."""
        return self._process is not None

    @property
    def connection(self) -> Connection[Any, Any] | None:
        """What to wait at for its messages."""
        return self._channel.connection if self._channel is not None else None

    def start(self, now: float) -> None:
        """Start a fresh interpreter.

        Raises:
            OSError: the system has no room for another process.
        """
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=main, args=(theirs, self._encoded), name=f"conductor-copy-{self.number}")
        try:
            process.start()
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        self._process, self._channel = process, Channel(ours)
        self.was_ready, self.ended, self.failed, self.snapshot = False, None, None, None
        self.heard_at, self.due = now, None
        self.plan.started(now)

    def send(self, message: Message) -> bool:
        """Send a message; False when there is nobody to take it."""
        channel = self._channel
        if channel is None:
            return False
        try:
            channel.send(message)
        except (OSError, ValueError):
            return False
        return True

    def received(self) -> Iterator[Message]:
        """Yield what it has said so far, without waiting for more."""
        channel = self._channel
        if channel is None:
            return
        with contextlib.suppress(EOFError, OSError):
            while channel.connection.poll():
                yield channel.receive()
            return
        channel.close()
        self._channel = None

    def exit_code(self) -> int | None:
        """Return how the process has ended; None while it runs."""
        return self._process.exitcode if self._process is not None else None

    def kill(self) -> None:
        """End the process now."""
        if self._process is not None:
            self._process.kill()

    def forget(self) -> str:
        """Let go of a process that has ended, and return how that was."""
        process, self._process = self._process, None
        channel, self._channel = self._channel, None
        self.snapshot = None
        if channel is not None:
            channel.close()
        if process is None:
            return describe_exit(None)
        process.join()
        how = describe_exit(process.exitcode) + hint_on_exit(process.exitcode)
        process.close()
        return how
