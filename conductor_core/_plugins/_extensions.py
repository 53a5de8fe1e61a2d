"""Hooks whose specifications live in another distribution: the same filter, order and contract as for those of the core."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conductor_core._logging import LOGGER
from conductor_core._plugins._known import HOOKSPECS
from conductor_core._plugins._loading import import_offer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conductor_core._plugins._catalog import Catalog
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


def published_specs(catalog: Catalog) -> dict[str, type]:
    """Return the hook specifications that installed distributions publish, by the group that they are for."""
    found: dict[str, type] = {}
    for offer in catalog.group(HOOKSPECS):
        try:
            specs = import_offer(offer)
        except Exception:  # noqa: BLE001 - it is logged, and a stranger may raise anything
            LOGGER.exception("the hook specifications %s cannot be imported", offer.value)
            continue
        if isinstance(specs, type):
            found[f"conductor.{offer.name}"] = specs
    return found
