"""The order of wrappers and listeners: declared, shown, and independent of the order of installation."""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, TypeVar

from conductor_core._plugins._catalog import canonical
from conductor_core.errors import PluginError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

F = TypeVar("F")
T = TypeVar("T")
_ATTRIBUTE = "conductor_order"


@dataclass(frozen=True, slots=True)
class Order:
    """What one implementation declares: names it must stand before or after, and a priority among the rest."""

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    priority: int = 0

    def __str__(self) -> str:
        named = {"before": ", ".join(self.before), "after": ", ".join(self.after), "priority": str(self.priority or "")}
        return "; ".join(f"{word} {value}" for word, value in named.items() if value)


_DEFAULT = Order()


def ordered(*, before: Sequence[str] = (), after: Sequence[str] = (), priority: int = 0) -> Callable[[F], F]:
    """Declare where a hook implementation stands among those of other plugins.

    The first one is outermost for wrappers and told first for listeners.

    Args:
        before: names of plugins that this one precedes: of entry points, alone or in their group, or of distributions. Names
            that are not installed do not matter.
        after: names of plugins that this one follows.
        priority: among plugins that say nothing of each other the higher number comes first, then the name decides.
    """

    def declare(implementation: F) -> F:
        setattr(implementation, _ATTRIBUTE, Order(tuple(before), tuple(after), priority))
        return implementation

    return declare


def order_of(implementation: object, owner: object = None) -> Order:
    """Return what an implementation declared, or else its owner for all that it implements, or the default."""
    for declared in (implementation, owner):
        found = getattr(declared, _ATTRIBUTE, None)
        if isinstance(found, Order):
            return found
    return _DEFAULT


def sort_by_order(
    items: Sequence[tuple[str, Order, T]], distribution_of: Callable[[str], str] | None = None
) -> list[T]:
    """Sort (name, order, item) triples.

    Args:
        items: names are full (``plugins:acme``); declarations may also name them short (``acme``).
        distribution_of: returns the distribution behind a full name, for declarations that name distributions. It is
            asked only when a declaration names nothing else.

    Raises:
        PluginError: the declarations contradict each other; the message names the plugins.
    """
    keys = {index: (-order.priority, name) for index, (name, order, _) in enumerate(items)}
    meant = _Meaning([name for name, _, _ in items], distribution_of)
    sorter: TopologicalSorter[int] = TopologicalSorter({index: set() for index in keys})
    for index, (_, order, _) in enumerate(items):
        for other in meant.by(order.before, index):
            sorter.add(other, index)
        for other in meant.by(order.after, index):
            sorter.add(index, other)
    try:
        sorter.prepare()
    except CycleError as error:
        cycle: list[int] = error.args[1]
        names = " -> ".join(items[index][0] for index in cycle)
        raise PluginError(f"the declared order of plugins contradicts itself: {names}") from error
    result: list[T] = []
    ready: list[int] = []
    while sorter.is_active():
        ready = sorted([*ready, *sorter.get_ready()], key=keys.__getitem__)
        first = ready.pop(0)
        result.append(items[first][2])
        sorter.done(first)
    return result


class _Meaning:
    """Which of some plugins the names of a declaration mean."""

    def __init__(self, names: Sequence[str], distribution_of: Callable[[str], str] | None) -> None:
        self._names = names
        self._distribution_of = distribution_of

    def by(self, wanted: Sequence[str], declaring: int) -> set[int]:
        """Return the positions of the plugins that are meant, without the one that declares it."""
        found: set[int] = set()
        for name in wanted:
            same = {index for index, full in enumerate(self._names) if name in (full, full.partition(":")[2])}
            found |= same or self._of_distribution(name)
        return found - {declaring}

    def _of_distribution(self, name: str) -> set[int]:
        if self._distribution_of is None:
            return set()
        wanted = canonical(name)
        return {index for index, full in enumerate(self._names) if self._distribution_of(full) == wanted}
