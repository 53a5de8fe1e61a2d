"""What a runtime is told when it starts, and what it tells when it has ended."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conductor_core.errors import WorkerError
from conductor_core.worker._verdict import UPDATE_TRIES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conductor_core.models import Task
    from conductor_core.worker._outbox import Outbox

DEFAULT_STOP_LIMIT: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeOptions:
    """How a runtime behaves, beyond its workers.

    Attributes:
        environ: the environment that worker options are read from.
        stop_limit: seconds that running tasks get to finish.
        max_restarts: restarts of a runner that dies; 0 means no limit.
        update_tries: tries of an update, 10, 20 and then 30 seconds apart, before its result waits in the outbox.
        on_error: called after a failed execution and after each failed try of an update.
        outbox: keeps results that the server has not taken; as the settings say when None.
        keep_running: stay until stop is asked for, also while there is no worker; for workers that are added later.
        end_process: ends the process when its loop is blocked and cannot end in order; never when None.
        random: gives numbers from 0 up to 1.
    """

    environ: Mapping[str, str]
    stop_limit: float = DEFAULT_STOP_LIMIT
    max_restarts: int = 0
    update_tries: int = UPDATE_TRIES
    on_error: Callable[[BaseException, Task], object] | None = None
    outbox: Outbox | None = None
    keep_running: bool = False
    end_process: Callable[[int], None] | None = None
    random: Callable[[], float] = random.random

    def __post_init__(self) -> None:
        _check("stop_timeout", self.stop_limit, (int, float), "a number of seconds")
        _check("max_restarts", self.max_restarts, int, "a whole number")
        _check("update_tries", self.update_tries, int, "a whole number", least=1)


def _check(name: str, value: object, kinds: type | tuple[type, ...], expected: str, least: int = 0) -> None:
    if not isinstance(value, kinds) or isinstance(value, bool) or not value >= least:  # type: ignore[operator]  # a number by now
        raise WorkerError(f"{name} must be {expected} from {least} on, got {value!r} ({type(value).__name__})")


@dataclass(frozen=True, slots=True)
class StopReport:
    """How a runtime ended.

    Attributes:
        given_back: ids of tasks that were not finished in time.
        undelivered: results that the server never took and that no file keeps.
    """

    given_back: tuple[str, ...] = ()
    undelivered: int = 0

    @property
    def clean(self) -> bool:
        """Whether every task was finished and every result delivered."""
        return not self.given_back and not self.undelivered
