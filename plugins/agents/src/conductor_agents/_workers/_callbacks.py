"""Callbacks as worker functions: they are told, and cannot change or break anything."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from conductor_agents._calling import call
from conductor_agents._dsl._callback import METHODS, CallbackEvent, CallbackHandler
from conductor_core.worker import get_task_context

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

Document: TypeAlias = dict[str, Any]

logger: Final = logging.getLogger("conductor.agents")


def callback_worker(position: str, handlers: Sequence[CallbackHandler]) -> Callable[..., Awaitable[Document]]:
    """Return what tells handlers, one after the other."""
    method = METHODS[position]

    async def tell(agent_name: str = "", llm_result: Any = None, tool_calls: list[Any] | None = None) -> Document:
        calls = tuple(tool_calls or ())
        event = CallbackEvent(position, agent_name, llm_result, calls)
        for handler in handlers:
            await _told(handler, method, event)
        return {}

    return tell


async def _told(handler: CallbackHandler, method: str, event: CallbackEvent) -> None:
    try:
        await call(getattr(handler, method), event)
    except Exception as error:
        get_task_context().add_log(f"callback {type(handler).__name__}.{method} failed: {error!r}")
        logger.exception("callback %s.%s of agent %s failed", type(handler).__name__, method, event.agent_name)
