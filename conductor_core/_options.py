"""Calls that differ from what settings say: a driver around another one, for one view of a conductor."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from conductor_core._call import Call, Together
from conductor_core._endpoint import Async, Driver, Sync
from conductor_core.errors import ConductorError, ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Generator

    from conductor_core._call import Action
    from conductor_core._error_handling import ErrorStrategy
    from conductor_core._logging import Logger
    from conductor_core.interfaces import RetryPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOptions:
    """What differs; None leaves it as it is.

    Attributes:
        timeout: seconds for one attempt.
        retry_budget: seconds during which the retry policy may be asked.
        policy: decides about further tries.
        errors: ``log`` answers None instead of raising.

    Raises:
        ConfigurationError: a number or a word that cannot be meant.
    """

    timeout: float | None = None
    retry_budget: float | None = None
    policy: RetryPolicy | None = None
    errors: ErrorStrategy | None = None

    def __post_init__(self) -> None:
        if self.timeout is not None and not self.timeout > 0:
            raise ConfigurationError(f"timeout must be seconds above 0, got {self.timeout!r}")
        if self.retry_budget is not None and not self.retry_budget >= 0:
            raise ConfigurationError(f"retry_budget must be seconds, 0 or more, got {self.retry_budget!r}")
        if self.errors not in (None, "throw", "log"):
            raise ConfigurationError(f"errors must be 'throw' or 'log', got {self.errors!r}")

    def applied(self, step: Call[Any] | Generator[Action, Any, Any]) -> Any:
        """Return the call or flow with what differs."""
        return self._call(step) if isinstance(step, Call) else self._flow(step)

    def _step(self, step: Action) -> Action:
        if isinstance(step, Together):
            return replace(step, calls=tuple(map(self._call, step.calls)))
        return self._call(step) if isinstance(step, Call) else step

    def _call(self, call: Call[Any]) -> Call[Any]:
        changes: dict[str, Any] = {"timeout": self.timeout, "retry_budget": self.retry_budget, "policy": self.policy}
        return replace(call, **{name: value for name, value in changes.items() if value is not None})

    def _flow(self, flow: Generator[Action, Any, Any]) -> Generator[Action, Any, Any]:
        try:
            step = next(flow)
            while True:
                try:
                    answer = yield self._step(step)
                except ConductorError as error:
                    step = flow.throw(error)
                else:
                    step = flow.send(answer)
        except StopIteration as stop:
            return stop.value
        finally:
            flow.close()


class Adjusted(Driver[Sync]):
    """A blocking driver with options; the driver below is shared and not owned."""

    def __init__(self, below: Driver[Sync], options: CallOptions, logger: Logger) -> None:
        self._below = below
        self._options = options
        self._logger = logger

    def run(self, step: Any) -> Any:
        """Run a call or flow as the options say."""
        try:
            return self._below.run(self._options.applied(step))
        except ConductorError as error:
            if self._options.errors != "log":
                raise
            return _log(self._logger, error)


class AsyncAdjusted(Driver[Async]):
    """An asyncio driver with options; the driver below is shared and not owned."""

    def __init__(self, below: Driver[Async], options: CallOptions, logger: Logger) -> None:
        self._below = below
        self._options = options
        self._logger = logger

    async def run(self, step: Any) -> Any:
        """Run a call or flow as the options say."""
        try:
            return await self._below.run(self._options.applied(step))
        except ConductorError as error:
            if self._options.errors != "log":
                raise
            return _log(self._logger, error)


def _log(logger: Logger, error: ConductorError) -> None:
    """Write the one line that stands for the error."""
    logger.error("%s", error)
