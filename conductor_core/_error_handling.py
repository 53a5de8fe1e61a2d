"""One way to add a sentence to a failure: wrap and raise it, or log it and go on."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal, TypeAlias

from conductor_core._logging import Logger, as_logger
from conductor_core.errors import ConductorError

if TYPE_CHECKING:
    from collections.abc import Generator

ErrorStrategy: TypeAlias = Literal["throw", "log"]


@contextmanager
def handle_error(message: str, *, strategy: ErrorStrategy = "throw", logger: Logger | None = None) -> Generator[None]:
    """Run a block, and say what it was for when it fails.

    Args:
        message: what was being done, for example ``cannot register the workflow orders``.
        strategy: ``throw`` raises a :class:`ConductorError` with the message and the cause; ``log`` writes one error line
            and goes on after the block.
        logger: where ``log`` writes; the library's logger when None.

    Raises:
        ConductorError: with ``throw``, for any exception of the block. An error of this framework keeps its class and gets
            the message as a note, so that it can still be caught for what it is.
    """
    try:
        yield
    except ConductorError as error:
        if strategy == "log":
            as_logger(logger).error("%s: %s", message, error)
            return
        error.add_note(message)
        raise
    except Exception as error:
        if strategy == "log":
            as_logger(logger).error("%s: %s: %s", message, type(error).__name__, error)
            return
        raise ConductorError(f"{message}: {type(error).__name__}: {error}") from error
