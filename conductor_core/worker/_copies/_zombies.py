"""As process 1 of a container: end what orphans leave behind, since nobody else will."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection


def reap_strangers(own: Collection[int | None], process_id: int | None = None) -> list[int]:
    """Collect the exit codes of orphans that were handed to this process; those of its own children are left alone.

    Args:
        own: ids of children whose exit codes others want to see.
        process_id: id of this process, for tests; only 1 inherits orphans.

    Returns:
        The ids that were collected.
    """
    if (process_id or os.getpid()) != 1 or sys.platform == "win32" or not hasattr(os, "waitid"):
        return []
    reaped: list[int] = []
    while (found := _ended()) is not None and found not in own:
        os.waitpid(found, os.WNOHANG)
        reaped.append(found)
    return reaped


def _ended() -> int | None:
    """Return a child that has ended, without collecting it."""
    system: Any = os  # these names do not exist on every system, where this is never called
    try:
        found = system.waitid(system.P_ALL, 0, system.WEXITED | system.WNOHANG | system.WNOWAIT)
    except ChildProcessError:
        return None
    return int(found.si_pid) if found is not None else None
