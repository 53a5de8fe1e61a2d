"""Acme measures from outside of every other plugin, so its wrapper stands before that of the metrics."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from conductor_core import hookimpl, ordered

if TYPE_CHECKING:
    from conductor_core import ExecuteInput
    from conductor_core.interfaces import Execute

LOGGER = logging.getLogger("acme.around")


@hookimpl
@ordered(before=["conductor-metrics-otel"])
def conductor_wrap_execute(next: Execute) -> Execute:  # noqa: A002 - the hook's name for it
    """Note the end of each execution, however it ends."""

    async def around(given: ExecuteInput) -> object:
        try:
            return await next(given)
        finally:
            LOGGER.debug("%s ended", given.task.task_id)

    return around
