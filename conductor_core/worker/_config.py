"""Worker options: code first, then global variables, then variables of one worker; each value knows its source."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar

from conductor_core.errors import WorkerError
from conductor_core.worker._env import (
    THREAD,
    Variables,
    parse_flag,
    parse_integer,
    parse_isolation,
    parse_number,
    parse_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")
N = TypeVar("N", int, float)

DEFAULT_POLL_INTERVAL: Final = 100.0
DEFAULT_POLL_TIMEOUT: Final = 100
MAX_POLL_TIMEOUT: Final = 5000
DEFAULT: Final = "default"
CODE: Final = "code"
# What a variable that cannot be read should have been.
_EXPECTED: Final = {"isolation": "thread or process"}
_SWITCHES: Final = (
    "register_task_def",
    "overwrite_task_def",
    "strict_schema",
    "lease_extend_enabled",
    "register_schema",
)
_KINDS: Final[Mapping[str, tuple[type | tuple[type, ...], str]]] = {
    "poll_interval": ((int, float), "a number of milliseconds"),
    "poll_timeout": (int, "a whole number of milliseconds"),
    "concurrency": (int, "a whole number of tasks (thread_count)"),
    "domain": (str, "a text"),
    "worker_id": (str, "a text"),
    **dict.fromkeys(_SWITCHES, (bool, "True or False")),
}
# The official SDK's own name for the global switch; it ranks below the forms that all options have.
_REGISTER_SCHEMAS: Final = "CONDUCTOR_REGISTER_SCHEMAS"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerOptions:
    """What code says about one worker; None leaves an option to the environment and the defaults.

    Attributes:
        poll_interval: milliseconds between polls of an empty queue.
        domain: task domain; an empty text is no domain.
        worker_id: how this worker calls itself to the server; the host name by default.
        concurrency: tasks at the same time.
        register_task_def: register the task definition before the first poll.
        poll_timeout: milliseconds that the server may hold an empty poll open, at most 5000.
        overwrite_task_def: replace a definition that is already there.
        strict_schema: refuse input that does not fit the signature exactly, unknown keys included.
        lease_extend_enabled: send heartbeats for tasks with a response timeout.
        register_schema: register JSON schemas made from the signature.
        isolation: ``thread`` runs the function in this process, on the loop or in a thread; ``process`` in child
            processes, one for each task at a time.

    Raises:
        WorkerError: an option is of another type.
    """

    poll_interval: float | None = None
    domain: str | None = None
    worker_id: str | None = None
    concurrency: int | None = None
    register_task_def: bool | None = None
    poll_timeout: int | None = None
    overwrite_task_def: bool | None = None
    strict_schema: bool | None = None
    lease_extend_enabled: bool | None = None
    register_schema: bool | None = None
    isolation: str | None = None

    def __post_init__(self) -> None:
        for option, (kinds, expected) in _KINDS.items():
            value = getattr(self, option)
            # A switch is an integer to Python, and no number of anything to people.
            is_one = isinstance(value, kinds) and (kinds is bool or not isinstance(value, bool))
            if value is not None and not is_one:
                raise WorkerError(f"{option} of a worker must be {expected}, got {value!r} ({type(value).__name__})")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerConfig:
    """The options of one worker, resolved; the attributes are those of :class:`WorkerOptions`.

    Attributes:
        name: task definition name.
        paused: whether the worker starts paused; set by environment only.
        sources: for each option ``default``, ``code`` or the name of the variable that decided it.
        messages: what was wrong with variables or values, and what was used instead.
    """

    name: str
    poll_interval: float
    domain: str | None
    worker_id: str
    concurrency: int
    register_task_def: bool
    poll_timeout: int
    overwrite_task_def: bool
    strict_schema: bool
    lease_extend_enabled: bool
    register_schema: bool
    paused: bool
    isolation: str = THREAD
    sources: Mapping[str, str] = field(default_factory=dict[str, str])
    messages: tuple[str, ...] = ()

    @property
    def poll_timeout_is_set(self) -> bool:
        """Whether anybody chose the poll timeout; the longer idle polls leave a chosen one alone."""
        return self.sources.get("poll_timeout", DEFAULT) != DEFAULT

    def line(self, pid: int) -> str:
        """Return the one line that is logged for the worker at start."""
        return (
            f"Conductor Worker[name={self.name}, pid={pid}, status={'paused' if self.paused else 'active'}, "
            f"poll_interval={self.poll_interval:g}ms, domain={self.domain}, concurrency={self.concurrency}, "
            f"poll_timeout={self.poll_timeout}ms, worker_id={self.worker_id}, lease_extend={self.lease_extend_enabled}, "
            f"register_task_def={self.register_task_def}, isolation={self.isolation}]"
        )

    def summary(self) -> str:
        """Return one line that tells for each option where its value came from."""
        told = ", ".join(f"{option}={getattr(self, option)!r} ({source})" for option, source in self.sources.items())
        return f"options of worker {self.name!r}: {told}"


def resolve_config(name: str, options: WorkerOptions, environ: Mapping[str, str]) -> WorkerConfig:
    """Resolve one worker's options: its own variables beat global ones, those beat code, code beats the defaults.

    Args:
        name: task definition name.
        options: what code says.
        environ: the environment.
    """
    pick = _Resolver(name, options, environ)
    poll_interval = pick.option("poll_interval", DEFAULT_POLL_INTERVAL, parse_number)
    poll_timeout = pick.option("poll_timeout", DEFAULT_POLL_TIMEOUT, parse_integer)
    concurrency = pick.option("concurrency", 1, parse_integer)
    return WorkerConfig(
        name=name,
        poll_interval=pick.at_least("poll_interval", poll_interval, 1.0, "ms"),
        domain=pick.option("domain", "", parse_text).strip() or None,
        worker_id=pick.option("worker_id", "", parse_text).strip() or _host_name(),
        concurrency=pick.at_least("concurrency", concurrency, 1, "tasks"),
        register_task_def=pick.option("register_task_def", default=False, parse=parse_flag),
        poll_timeout=pick.between("poll_timeout", poll_timeout, 0, MAX_POLL_TIMEOUT, "ms"),
        overwrite_task_def=pick.option("overwrite_task_def", default=True, parse=parse_flag),
        strict_schema=pick.option("strict_schema", default=False, parse=parse_flag),
        lease_extend_enabled=pick.option("lease_extend_enabled", default=False, parse=parse_flag),
        register_schema=pick.option("register_schema", default=False, parse=parse_flag),
        paused=pick.option("paused", default=False, parse=parse_flag),
        isolation=pick.option("isolation", THREAD, parse_isolation),
        sources=pick.sources,
        messages=tuple(pick.messages),
    )


def _host_name() -> str:
    import socket  # noqa: PLC0415 - decorating a worker must stay cheap

    return socket.gethostname()


class _Resolver:
    """Looks up one worker's options in environment and code, and collects sources and messages."""

    def __init__(self, name: str, options: WorkerOptions, environ: Mapping[str, str]) -> None:
        self._name = name
        self._environ = environ
        self._variables = Variables(name, environ)
        self._options = options
        self.sources: dict[str, str] = {}
        self.messages: list[str] = []

    def option(self, option: str, default: T, parse: Callable[[str], T]) -> T:
        """Return the value of highest rank; a variable that cannot be read gives way to the next level."""
        for level in self._variables.levels(option):
            if level.disagreement:
                self.messages.append(level.disagreement)
            for variable, text in level.found:
                try:
                    value = parse(text)
                except ValueError:
                    expected = _EXPECTED.get(option, "a number")
                    self.messages.append(f"{variable}={text!r} is not {expected} and is left out of account")
                    continue
                self.sources[option] = variable
                return value
        if option == "register_schema" and self._environ.get(_REGISTER_SCHEMAS, "").strip():
            self.sources[option] = _REGISTER_SCHEMAS
            return parse(self._environ[_REGISTER_SCHEMAS])
        given: T | None = getattr(self._options, option, None)
        self.sources[option] = DEFAULT if given is None else CODE
        return default if given is None else given

    def at_least(self, option: str, value: N, low: N, unit: str) -> N:
        """Raise a value to its lower bound, and say so."""
        if value >= low:
            return value
        self._bounded(option, value, f"below {low:g} {unit}: {low:g} {unit}")
        return low

    def between(self, option: str, value: N, low: N, high: N, unit: str) -> N:
        """Move a value into its bounds, and say so."""
        if value <= high:
            return self.at_least(option, value, low, unit)
        self._bounded(option, value, f"above {high:g} {unit}, the server's limit: {high:g} {unit}")
        return high

    def _bounded(self, option: str, value: float, what: str) -> None:
        self.messages.append(f"{option}={value:g} of worker {self._name!r} ({self.sources[option]}) is {what} is used")
