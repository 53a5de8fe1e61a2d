"""Looks after copies: starts them, starts those again that die, passes on stop, and tells how it all ended."""

from __future__ import annotations

import logging
import time
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Final

from conductor_core.errors import WorkerError
from conductor_core.worker._copies import _spec as spec_module
from conductor_core.worker._copies._health import CopiesHealth
from conductor_core.worker._copies._member import Member
from conductor_core.worker._copies._plan import RestartPlan
from conductor_core.worker._copies._zombies import reap_strangers
from conductor_core.worker._log_records import handle

if TYPE_CHECKING:
    from collections.abc import Callable

    from conductor_core.worker._channel import Message
    from conductor_core.worker._copies._spec import CopySpec

logger = logging.getLogger("conductor.worker")

_TURN_SECONDS: Final = 0.1
# What copies get on top of the stop limit for last tries and for closing, before they are killed.
_SPARE_SECONDS: Final = 15.0
# What they get to give their tasks back when stop is forced; a copy with a blocked loop needs a few.
_FORCED_SECONDS: Final = 15.0


class CopySupervisor:
    """Runs copies until all have ended.

    ``stop`` and ``force`` may be called from any thread or signal handler.

    Args:
        spec: what each copy serves.
        count: how many copies.
        max_restarts: restarts after which a copy stays down; 0 means no limit.
        frozen_after: seconds without any message after which a copy counts as frozen.
        clock: seconds of real time.
    """

    def __init__(
        self,
        spec: CopySpec,
        count: int,
        *,
        max_restarts: int = 0,
        frozen_after: float = 10.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        encoded = spec.encoded()
        self.members = [Member(number, encoded, RestartPlan(max_restarts)) for number in range(1, count + 1)]
        self.health = CopiesHealth(self.members, frozen_after, clock)
        self._stop_timeout = spec.stop_timeout
        self._clock = clock
        self._stop_requested = False
        self._force_requested = False
        self._told = ""
        self._deadline: float | None = None
        self._has_been_ready = False
        self._failure: str | None = None
        self._is_clean = True

    def stop(self) -> None:
        """Let every copy finish what it runs."""
        self._stop_requested = True

    def force(self) -> None:
        """Let every copy give back what it runs."""
        self._stop_requested = self._force_requested = True

    def run(self) -> int:
        """Run to the end; return 0 when every task was finished and every result delivered, else 1.

        Raises:
            WorkerError: the copies could not start at all.
        """
        try:
            for member in self.members:
                self._start(member)
            while any(member.is_running or member.due is not None for member in self.members):
                self._turn()
        finally:
            for member in self.members:
                member.kill()
                member.forget()
        if self._failure is not None:
            raise WorkerError(self._failure)
        return 0 if self._is_clean else 1

    def _turn(self) -> None:
        connections = [found for member in self.members if (found := member.connection) is not None]
        if connections:
            wait(connections, _TURN_SECONDS)
        else:
            time.sleep(_TURN_SECONDS)
        for member in self.members:
            self._listen(member)
            if member.is_running and member.exit_code() is not None:
                self._listen(member)
                self._ended(member)
        self._pass_on_stop()
        self._start_due()
        reap_strangers({member.pid for member in self.members})

    def _listen(self, member: Member) -> None:
        for message in member.received():
            member.heard_at = self._clock()
            self._heard(member, message)

    def _heard(self, member: Member, message: Message) -> None:
        kind = message["kind"]
        if kind == spec_module.RECORD:
            handle(message["record"])
        elif kind == spec_module.READY:
            member.was_ready = self._has_been_ready = True
            logger.info("%s is ready", member.name)
        elif kind == spec_module.FAILED:
            member.failed = str(message["error"])
        elif kind == spec_module.ENDED:
            member.ended = message
        elif kind == spec_module.HEALTH:
            member.snapshot = message["snapshot"]
        elif kind == spec_module.COLLECTED:
            self.health.collected(message)

    def _ended(self, member: Member) -> None:
        """Decide what becomes of a copy whose process has ended."""
        name = member.name
        how = member.forget()  # what it said last is kept
        if member.ended is not None:
            self._ended_in_order(member, name, member.ended)
        elif member.failed is not None and not self._has_been_ready:
            # What keeps the first copy from starting will keep the others: this is a mistake, not a crash.
            self._failure = self._failure or member.failed
            self._is_clean = False
            self._stop_requested = True
        elif self._stop_requested:
            self._is_clean = False
            logger.error("%s %s before it had finished", name, how)
        else:
            self._restart(member, f"{name} {_failed(member.failed) or how}")

    def _ended_in_order(self, member: Member, name: str, ended: Message) -> None:
        given_back, undelivered = ended["given_back"], ended["undelivered"]
        self._is_clean = self._is_clean and not given_back and not undelivered
        logger.info("%s has ended: %d tasks given back, %d results undelivered", name, len(given_back), undelivered)
        if ended["signalled"] and not self._stop_requested:
            self._restart(member, f"{name} was told to stop by somebody else")

    def _restart(self, member: Member, why: str) -> None:
        delay = member.plan.died(self._clock())
        if delay is None:
            self._is_clean = False
            logger.error("%s and stays down: it was restarted %d times", why, member.plan.restarts)
            return
        logger.warning("%s; a new one is started in %.0f s (restart %d)", why, delay, member.plan.restarts)
        member.due = self._clock() + delay

    def _start(self, member: Member) -> None:
        try:
            member.start(self._clock())
        except OSError as error:
            self._restart(member, f"copy {member.number} could not be started: {error}")
        else:
            logger.info("%s is started", member.name)

    def _start_due(self) -> None:
        now = self._clock()
        for member in self.members:
            if member.due is not None and (now >= member.due or self._stop_requested):
                member.due = None
                if not self._stop_requested:
                    self._start(member)

    def _pass_on_stop(self) -> None:
        """Tell every copy of a stop that was asked for, once; kill those that take too long."""
        if self._stop_requested and not self._told:
            self._tell_all(spec_module.STOP, self._stop_timeout + _SPARE_SECONDS)
        if self._force_requested and self._told != spec_module.FORCE:
            self._tell_all(spec_module.FORCE, _FORCED_SECONDS)
        if self._deadline is not None and self._clock() >= self._deadline:
            self._deadline = None
            for member in self.members:
                if member.is_running:
                    logger.critical("%s did not end in time and is killed", member.name)
                    member.kill()

    def _tell_all(self, kind: str, seconds: float) -> None:
        self._told = kind
        self._deadline = self._clock() + seconds
        for member in self.members:
            member.send({"kind": kind})


def _failed(reason: str | None) -> str:
    return f"could not start: {reason}" if reason else ""
