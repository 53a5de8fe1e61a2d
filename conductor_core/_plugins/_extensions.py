"""Hooks whose specifications live in another distribution: the same filter, order and contract as for those of the core."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conductor_core._logging import LOGGER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conductor_core._plugins._registry import Registry


class Extensions:
    """What plugins add to a distribution that asks them; see :meth:`Plugins.extensions`."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def ask(self, hook: str, **arguments: object) -> Iterator[Any]:
        """Yield what each implementation of a hook returns, in declared order; one that fails is logged and left out.

        Args:
            hook: its name.
            arguments: what the hook is given, by name; implementations may take fewer of them.
        """
        for one in self._registry.implementations(hook):
            try:
                found = one.function(**arguments)
            except Exception:  # noqa: BLE001 - it is logged, and a stranger may raise anything
                LOGGER.exception("%s failed in %s and is left out", one.plugin_name, hook)
                continue
            yield found
