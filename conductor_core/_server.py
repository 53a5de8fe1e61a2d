"""Which server this is, asked once and only when somebody wants to know: the program, or an answer that is in doubt."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from conductor_core._call import Call, Sleep, get
from conductor_core._codec import parse_or_none
from conductor_core._exchange import Outcome, Send, error_of
from conductor_core._json import is_object
from conductor_core.errors import ConductorError, NotFoundError, NotSupportedByServerError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from conductor_core._exchange import Exchange

ServerKind: TypeAlias = Literal["oss", "orkes", "embedded", "unknown"]

_SECONDS: Final = 5.0  # for each of the two requests
_LOOK_AGAIN: Final = 60.0  # seconds until a server that did not say what it is is asked again
_TURN: Final = 0.05  # seconds between two looks at whether another caller has found out
_TURNS: Final = int(2 * _SECONDS / _TURN)
_EMBEDDED: Final = "(embedded)"
_LONGEST_VERSION: Final = 100
_NAMES: Final[dict[str, str]] = {
    "oss": "open-source Conductor",
    "orkes": "Orkes Conductor",
    "embedded": "the embedded engine",
    "unknown": "this server",
}
_OTHERWISE: Final[dict[str, str]] = {
    "oss": "a newer version or Orkes Conductor may",
    "orkes": "a newer version may",
    "embedded": "a distribution that is not installed here, or a real server, may",
    "unknown": "another version may",
}


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """What a server says about itself.

    Attributes:
        kind: ``oss``, ``orkes``, ``embedded`` (the engine of conductor-embedded), or ``unknown`` when it does not tell.
        version: as the server writes it, or empty.
        clock_skew: seconds that its clock is ahead of ours, to about a second; None when it does not say the time.
    """

    kind: ServerKind
    version: str = ""
    clock_skew: float | None = None

    def __str__(self) -> str:
        return f"{_NAMES[self.kind]} {self.version}".strip()


Look: TypeAlias = "Generator[Send | Sleep, Outcome | None, ServerInfo]"


class ServerProbe:
    """What one conductor knows about its server.

    Args:
        base_url: URL that request paths are appended to.
        monotonic: measures seconds.
        clock: tells the time, in seconds since 1970.
    """

    def __init__(
        self,
        base_url: str,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._base_url = base_url
        self._monotonic = monotonic
        self._clock = clock
        self._info: ServerInfo | None = None
        self._latest: ServerInfo | None = None  # also of a server that did not say what it is
        self._looks = 0
        self._not_before = float("-inf")
        self._turn = threading.Lock()
        self._pid = os.getpid()

    def asked(self, *, refresh: bool = False) -> Look:
        """Return what the server is, as steps for a driver; nothing is sent when it is known.

        Raises:
            TransportFailureError: the server did not answer.
        """
        if not refresh and self._info is not None:
            return self._info
        looks = self._looks
        yield from self._wait_for_turn()
        try:
            if not refresh and self._info is not None:  # another caller was asking already when this one came
                return self._info
            if self._looks != looks and self._latest is not None:  # another caller has asked meanwhile
                return self._latest
            self._looks += 1
            self._latest, self._not_before = None, self._monotonic() + _LOOK_AGAIN
            info = self._latest = yield from self._look()
            if info.kind != "unknown":
                self._info = info
            return info
        finally:
            self._turn.release()

    def explained(self, call: Call[Any], steps: Callable[[Call[Any]], Exchange]) -> Exchange:
        """Run a call; where the server lacks the operation, say which server that is and what to use instead.

        Raises:
            ConductorError: what the call ends with.
        """
        if call.orkes_only:
            yield from self._refused_at_once(call)
        try:
            return (yield from steps(call))
        except NotFoundError as error:
            if isinstance(error, NotSupportedByServerError) or not error.has_document:
                raise (yield from self._better(call, error)) from error.__cause__
            raise

    def _refused_at_once(self, call: Call[Any]) -> Exchange:
        """Refuse what an open-source server would take for another operation, and answer with something else."""
        info = yield from self._known()
        if info is not None and info.kind == "oss":
            url = f"{self._base_url}{call.target}"
            raise not_supported(call, info, NotFoundError(method=call.method, url=url, status=404), sent=False)

    def _better(self, call: Call[Any], error: NotFoundError) -> Generator[Send | Sleep, Outcome | None, NotFoundError]:
        info = yield from self._known()
        if isinstance(error, NotSupportedByServerError):
            return not_supported(call, info, error)
        if info is not None and info.kind == "oss" and call.hint:
            return not_supported(call, info, error)
        if info is not None and info.kind == "unknown" and not info.version:
            hint = f"{self._base_url} does not look like the API of a Conductor server; check server_url"
            return NotFoundError(
                method=error.method, url=error.url, status=error.status, message=error.server_message, hint=hint
            )
        return error

    def _known(self) -> Generator[Send | Sleep, Outcome | None, ServerInfo | None]:
        """Return what the server is, or None when it does not answer; tried a moment ago, that is the answer."""
        if self._info is None and self._monotonic() < self._not_before and not self._turn.locked():
            return self._latest
        try:
            return (yield from self.asked())
        except ConductorError:
            return None

    def _wait_for_turn(self) -> Generator[Send | Sleep, Outcome | None, None]:
        """Take the turn to ask; while another caller has it, wait as long as asking may take."""
        if self._pid != os.getpid():  # the parent's turn will not end in this process
            self._turn, self._pid = threading.Lock(), os.getpid()
        for _ in range(_TURNS):
            if self._turn.acquire(blocking=False):
                return
            yield Sleep(_TURN)
        raise ConductorError("another caller is still asking the server what it is")

    def _look(self) -> Look:
        call = get("/version", timeout=_SECONDS, retry_budget=0)
        answer = yield from self._answer(call)
        version = _version_of(answer)
        skew = _skew_of(answer, self._clock())
        if version.endswith(_EMBEDDED):
            return ServerInfo("embedded", version.removesuffix(_EMBEDDED).strip(), skew)
        user = yield from self._answer(get("/token/userInfo", timeout=_SECONDS, retry_budget=0))
        return ServerInfo(_kind_of(user, version), version, skew)

    def _answer(self, call: Call[Any]) -> Generator[Send | Sleep, Outcome | None, Outcome]:
        request = Send(
            call.method, self._base_url + call.target, (("accept", "*/*"),), None, call.timeout, retry_budget=0
        )
        outcome = yield request
        if outcome is None or outcome.failure is not None:
            raise error_of(call, request, outcome or Outcome(failure="broken")) or ConductorError("no answer")
        return outcome


def not_supported(
    call: Call[Any], info: ServerInfo | None, error: NotFoundError, *, sent: bool = True
) -> NotSupportedByServerError:
    """Return the error of an operation that this server lacks, for what is known about the server."""
    known = info or ServerInfo("unknown")
    operation = f"{call.method} {call.template}"
    return NotSupportedByServerError(
        method=error.method,
        url=error.url,
        status=error.status,
        message=error.server_message,
        validation_errors=error.validation_errors,
        code=error.code,
        retryable=error.retryable,
        has_document=error.has_document,
        hint=f"{known} does not offer {operation}; {call.hint or _OTHERWISE[known.kind]}",
        operation=operation,
        server=str(known) if info is not None else "",
        alternative=call.hint,
        sent=sent,
    )


def _version_of(answer: Outcome) -> str:
    """Return the version, or nothing for a page that some other server shows instead."""
    text = answer.body[: 2 * _LONGEST_VERSION].decode("utf-8", "replace").strip().strip('"')
    page = "html" in answer.header("content-type") or not text.isprintable() or text.startswith(("<", "{", "["))
    return "" if answer.status != 200 or page or len(text) > _LONGEST_VERSION else text  # noqa: PLR2004 - OK


def _kind_of(user: Outcome, version: str) -> ServerKind:
    """Only Orkes knows users: it shows or refuses one, where the open-source server has no such path."""
    if not version:  # refused, or not a Conductor server at all
        return "orkes" if user.status == 200 and is_object(parse_or_none(user.body)) else "unknown"  # noqa: PLR2004 - OK
    if user.status in (200, 401, 403):
        return "orkes"
    return "oss" if user.status in (404, 405) else "unknown"


def _skew_of(answer: Outcome, now: float) -> float | None:
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - only who asks pays for it

    try:
        return parsedate_to_datetime(answer.header("date")).timestamp() - now
    except (ValueError, TypeError, OverflowError):
        return None
