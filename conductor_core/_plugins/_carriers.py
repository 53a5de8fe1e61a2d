"""What plugins hand to another process along with a task: a trace context, as a flat dict of texts."""

from __future__ import annotations

import logging
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conductor_core._plugins._strikes import Strikes

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from conductor_core._plugins._hooks import Implementation

logger = logging.getLogger("conductor.plugins")


@dataclass(frozen=True, slots=True)
class Carriers:
    """The two sides of crossing to another process; neither can change what happens to a task.

    One that fails is logged; after ten failures in a row it is left out.

    Attributes:
        carrying: implementations of ``conductor_carry_context``, in declared order.
        restoring: implementations of ``conductor_restore_context``, in declared order.
    """

    carrying: tuple[Implementation, ...] = ()
    restoring: tuple[Implementation, ...] = ()
    _strikes: dict[tuple[str, str], Strikes] = field(default_factory=dict[tuple[str, str], Strikes], repr=False)

    def filled(self) -> dict[str, str]:
        """Ask every plugin what shall cross from here."""
        carrier: dict[str, str] = {}
        for one in self.carrying:
            strikes = self._strikes_of(one, "conductor_carry_context")
            if strikes.off:
                continue
            try:
                one.function(carrier=carrier)
                strikes.worked()
            except Exception:
                logger.exception("%s failed in conductor_carry_context", one.plugin_name)
                strikes.failed()
        return {str(name): str(value) for name, value in carrier.items()}

    @contextmanager
    def restored(self, carrier: Mapping[str, str]) -> Generator[None]:
        """Let every plugin restore what it sent, for the length of a ``with`` block."""
        with ExitStack() as stack:
            for one in self.restoring:
                strikes = self._strikes_of(one, "conductor_restore_context")
                if strikes.off:
                    continue
                try:
                    stack.enter_context(_Guarded(one, dict(carrier)))
                    strikes.worked()
                except Exception:
                    logger.exception("%s failed in conductor_restore_context", one.plugin_name)
                    strikes.failed()
            yield

    def _strikes_of(self, one: Implementation, hook: str) -> Strikes:
        name = f"{one.plugin_name} in {hook}"
        return self._strikes.setdefault((one.plugin_name, hook), Strikes(name, logger))


class _Guarded:
    """A plugin's context manager; what it raises at the end is logged, and it swallows nothing."""

    def __init__(self, one: Implementation, carrier: dict[str, str]) -> None:
        self._one = one
        self._inner = one.function(carrier=carrier)

    def __enter__(self) -> None:
        if self._inner is not None:
            self._inner.__enter__()

    def __exit__(self, *error: object) -> None:
        if self._inner is None:
            return
        try:
            self._inner.__exit__(*error)
        except Exception:
            logger.exception("%s failed in conductor_restore_context", self._one.plugin_name)
