"""State that the tools of one run share: the server keeps it between calls."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Any, Final, cast

from conductor_core.worker import TaskContext, get_task_context

_RECEIVED: Final = "_agent_state"
_CHANGED: Final = "_state_updates"


class ToolState(MutableMapping[str, Any]):
    """What tools of this run have stored; what is put in is sent with the result of the running call.

    Args:
        context: the running task.
    """

    def __init__(self, context: TaskContext) -> None:
        self._context = context
        received = context.get_input().get(_RECEIVED)
        changed = cast("dict[str, Any]", (context.get_output() or {}).get(_CHANGED, {}))
        self._values: dict[str, Any] = {
            **(received if isinstance(received, dict) else {}),
            **changed,
        }
        self._changes: dict[str, Any] = dict(changed)

    def __getitem__(self, key: str) -> Any:
        return self._values[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._values[key] = value
        self._changes[key] = value
        self._context.set_output({**(self._context.get_output() or {}), _CHANGED: dict(self._changes)})

    def __delitem__(self, key: str) -> None:
        """Set it to None: the server merges what it gets, and forgets nothing.

        Raises:
            KeyError: there is no such key.
        """
        if key not in self._values:
            raise KeyError(key)
        self[key] = None

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def tool_state() -> ToolState:
    """Return the state that the tools of this run share, inside of a tool.

    ::

        @tool
        def add_to_basket(item: str) -> str:
            state = tool_state()
            state["basket"] = [*state.get("basket", []), item]
            return f"{len(state['basket'])} in the basket"

    Raises:
        RuntimeError: no task is running here.
    """
    return ToolState(get_task_context())
