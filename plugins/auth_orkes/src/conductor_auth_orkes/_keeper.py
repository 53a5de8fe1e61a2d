"""Who holds the token, and who may ask for the next one: decisions under a lock, no I/O and no waiting."""

from __future__ import annotations

import math
import os
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

from conductor_auth_orkes._failure import Failure
from conductor_auth_orkes._ticket import Ticket
from conductor_auth_orkes._wire import HEADER, Answer, NoTokens
from conductor_core.interfaces import SecretHeaders

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conductor_auth_orkes._options import OrkesOptions
    from conductor_core import Logger

MAX_BACKOFF: Final = 60.0
LOUD_FAILURES: Final = 5
_LARGE_EXPONENT: Final = 10
# A leader whose loop was stopped in the middle never reports; after its time another caller leads.
_GRACE: Final = 5.0


@dataclass(frozen=True, slots=True)
class Use:
    """Send with these headers; without any when the server has no tokens."""

    version: int
    headers: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Lead:
    """Ask for a token now; the ticket wakes those who wait for it."""

    ticket: Ticket


@dataclass(frozen=True, slots=True)
class Follow:
    """Wait for the one who asks, at most so many seconds, and decide again."""

    ticket: Ticket
    seconds: float


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait so many seconds before the next try, or give up with the failure."""

    seconds: float
    failure: Failure


@dataclass(frozen=True, slots=True)
class GiveUp:
    """There is no token, and no hope of one right now."""

    failure: Failure


Decision: TypeAlias = Use | Lead | Follow | Pause | GiveUp
_WITHOUT = Use(0, SecretHeaders())


def backoff(failures: int) -> float:
    """Return the seconds without a refresh after this many failures in a row: 1, 2, 4 ... 60."""
    return min(2.0 ** min(failures - 1, _LARGE_EXPONENT), MAX_BACKOFF)


class TokenKeeper:
    """The token of one key pair, shared by threads and event loops.

    Args:
        options: how long a token lives.
        logger: told of failures and of a server without tokens.
        monotonic: a clock in seconds.
        jitter: spreads a pause, so that callers do not return in step.
    """

    def __init__(
        self,
        options: OrkesOptions,
        *,
        logger: Logger,
        monotonic: Callable[[], float],
        jitter: Callable[[float], float],
    ) -> None:
        self.logger = logger
        self._options = options
        self._now = monotonic
        self._jitter = jitter
        self._used: Use | None = None
        self._obtained = 0.0
        self._versions = 0
        self._refused = False
        self._failures = 0
        self._failure: Failure | None = None
        self._retry_at = -math.inf
        self._ticket: tuple[Ticket, float] | None = None
        self._off = False
        self._static: tuple[float, tuple[int, Mapping[str, str]]] | None = None
        self._pid = os.getpid()
        self._lock = threading.Lock()

    def decide(self) -> Decision:
        """Say what a request that wants to be sent has to do first."""
        self._forget_parent()
        with self._lock:
            if self._off:
                return _WITHOUT
            used, now = (None if self._refused else self._used), self._now()
            if used is not None and (now - self._obtained < self._options.ttl or now < self._retry_at):
                return used  # it lives, or it is all there is until the next try: the server decides
            if self._is_led(now) or now >= self._retry_at:
                return self._lead_or_follow(now)
            return self._without_token(now)

    def begin(self) -> Ticket | None:
        """Return a ticket to lead a refresh in the background, or None when it is not due or somebody leads one."""
        with self._lock:
            now = self._now()
            if self._off or self._due(now) > 0 or self._is_led(now):
                return None
            return self._new_ticket(now)

    def settle(self, ticket: Ticket, answer: Answer) -> None:
        """Take what came of a token request, and wake those who wait for it."""
        with self._lock:
            if isinstance(answer, str):
                self._accept(answer)
            elif isinstance(answer, NoTokens) and self._used is None:
                self._switch_off()
            elif isinstance(answer, NoTokens):
                # After tokens were given out it is an outage: no request may go without a header.
                self._fail(Failure("transport", answer.url, reason="the token endpoint has vanished (404)"))
            else:
                self._fail(answer)
        self.release(ticket)

    def release(self, ticket: Ticket) -> None:
        """End a refresh, also one that was cancelled before its answer; doing it twice does nothing."""
        with self._lock:
            if self._ticket is not None and self._ticket[0] is ticket:
                self._ticket = None
        ticket.finish()

    def refuse(self, version: int) -> None:
        """Note that the server refused a token, unless it has been replaced in the meantime."""
        with self._lock:
            if self._used is not None and self._used.version == version:
                self._refused, self._static = True, None

    def seconds_until_due(self) -> float | None:
        """Return when the background has to look again; None when there is nothing to refresh for good."""
        with self._lock:
            return None if self._off else max(0.0, self._due(self._now()))

    def static_headers(self) -> tuple[int, Mapping[str, str]] | None:
        """Return version and headers while the token lives, else None."""
        static = self._static
        return static[1] if static is not None and self._now() < static[0] else None

    def _due(self, now: float) -> float:
        if self._used is None:
            return self._options.refresh_after  # callers get the first token themselves
        return max(self._obtained + self._options.refresh_after, self._retry_at) - now

    def _without_token(self, now: float) -> Decision:
        failure = self._failure
        assert failure is not None  # noqa: S101 - a time to wait for is set with a failure only
        if self._failures >= failure.tries:
            return GiveUp(failure)
        return Pause(self._jitter(self._retry_at - now), failure)

    def _is_led(self, now: float) -> bool:
        return self._ticket is not None and now < self._ticket[1]

    def _lead_or_follow(self, now: float) -> Decision:
        if self._ticket is not None and now < self._ticket[1]:
            return Follow(self._ticket[0], self._ticket[1] - now)
        return Lead(self._new_ticket(now))

    def _new_ticket(self, now: float) -> Ticket:
        ticket = Ticket()
        self._ticket = (ticket, now + self._options.timeout + _GRACE)
        return ticket

    def _accept(self, token: str) -> None:
        self._versions += 1
        self._used, self._obtained = Use(self._versions, SecretHeaders({HEADER: token})), self._now()
        self._static = (self._obtained + self._options.ttl, (self._versions, self._used.headers))
        self._refused, self._failures, self._failure, self._retry_at = False, 0, None, -math.inf

    def _switch_off(self) -> None:
        self._off, self._static = True, (math.inf, (0, _WITHOUT.headers))
        self.logger.info("the server has no token endpoint (Conductor OSS): requests go without authentication")

    def _fail(self, failure: Failure) -> None:
        self._failures += 1
        self._failure = failure
        wait = backoff(self._failures)
        self._retry_at = self._now() + wait
        log = self.logger.warning if self._failures < LOUD_FAILURES else self.logger.error
        log("no token for the access key, try %d failed, the next one in %.0f s: %s", self._failures, wait, failure)

    def _forget_parent(self) -> None:
        """In a forked child, drop what belongs to a thread of the parent: the lock, and a refresh under way."""
        if self._pid != os.getpid():
            self._lock, self._ticket, self._pid = threading.Lock(), None, os.getpid()
