"""The task types of an engine, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conductor_embedded.system_tasks._base import SystemTask


class SystemTasks:
    """The task types that an engine runs itself.

    Args:
        tasks: One of each type.

    Raises:
        ValueError: Two have the same type, and neither or both say that they are a replacement.
    """

    def __init__(self, tasks: Iterable[SystemTask]) -> None:
        self._by_type: dict[str, SystemTask] = {}
        for task in tasks:
            other = self._by_type.get(task.type)
            if other is not None and other.is_replacement == task.is_replacement:
                raise ValueError(f"two task types are called {task.type!r}: {_origin(other)} and {_origin(task)}")
            if other is None or task.is_replacement:
                self._by_type[task.type] = task

    def get(self, name: str) -> SystemTask | None:
        """Return the task type of this name, or None for the type of a worker task."""
        return self._by_type.get(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_type)

    def __len__(self) -> int:
        return len(self._by_type)

    def __contains__(self, name: object) -> bool:
        return name in self._by_type


def _origin(task: SystemTask) -> str:
    return f"{type(task).__module__}.{type(task).__qualname__}"
