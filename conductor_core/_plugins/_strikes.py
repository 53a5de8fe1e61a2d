"""How often an observer may fail before it is left alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from conductor_core._logging import Logger

FAILURES_BEFORE_OFF: Final = 10


@dataclass(slots=True)
class Strikes:
    """Counts the failures of one observer, and says once when there were too many in a row.

    Attributes:
        name: what is logged.
        logger: where.
        failures: all of them.
        in_a_row: those since it last did what it should.
    """

    name: str
    logger: Logger
    failures: int = 0
    in_a_row: int = 0

    @property
    def off(self) -> bool:
        """Whether it is not called any more."""
        return self.in_a_row >= FAILURES_BEFORE_OFF

    def worked(self) -> None:
        """Forget the failures in a row."""
        self.in_a_row = 0

    def failed(self) -> None:
        """Count a failure that was logged by the caller."""
        self.failures += 1
        self.in_a_row += 1
        if self.in_a_row == FAILURES_BEFORE_OFF:
            self.logger.error("%s is switched off: it failed %d times in a row", self.name, FAILURES_BEFORE_OFF)
