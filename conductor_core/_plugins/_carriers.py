"""What plugins hand to another process along with a task: a trace context, as a flat dict of texts."""

from __future__ import annotations

import logging
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from conductor_core._plugins._hooks import Implementation

logger = logging.getLogger("conductor.plugins")


@dataclass(frozen=True, slots=True)
class Carriers:
    """The two sides of crossing to another process; neither can change what happens to a task.

    Attributes:
        carrying: implementations of ``conductor_carry_context``, in declared order.
        restoring: implementations of ``conductor_restore_context``, in declared order.
    """

    carrying: tuple[Implementation, ...] = ()
    restoring: tuple[Implementation, ...] = ()

    def filled(self) -> dict[str, str]:
        """Ask every plugin what shall cross from here."""
        carrier: dict[str, str] = {}
        for one in self.carrying:
            try:
                one.function(carrier=carrier)
            except Exception:
                logger.exception("%s failed in conductor_carry_context", one.plugin_name)
        return {str(name): str(value) for name, value in carrier.items()}

    @contextmanager
    def restored(self, carrier: Mapping[str, str]) -> Generator[None]:
        """Let every plugin restore what it sent, for the length of a ``with`` block."""
        with ExitStack() as stack:
            for one in self.restoring:
                try:
                    stack.enter_context(_Guarded(one, dict(carrier)))
                except Exception:
                    logger.exception("%s failed in conductor_restore_context", one.plugin_name)
            yield


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
