"""The order of wrappers and listeners: declared, shown, and independent of the order of installation."""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, TypeVar

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


_DEFAULT = Order()


def ordered(*, before: Sequence[str] = (), after: Sequence[str] = (), priority: int = 0) -> Callable[[F], F]:
    """Declare where a hook implementation stands among those of other plugins.

    The first one is outermost for wrappers and told first for listeners.

    Args:
        before: names of plugins that this one precedes; names that are not installed do not matter.
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


def sort_by_order(items: Sequence[tuple[str, Order, T]]) -> list[T]:
    """Sort (name, order, item) triples; names are short (``acme``) or full (``plugins:acme``).

    Raises:
        PluginError: the declarations contradict each other; the message names the plugins.
    """
    keys = {index: (-order.priority, name) for index, (name, order, _) in enumerate(items)}
    sorter: TopologicalSorter[int] = TopologicalSorter({index: set() for index in keys})
    for index, (_, order, _) in enumerate(items):
        for other, (name, _, _) in enumerate(items):
            if other != index and _is_in(name, order.before):
                sorter.add(other, index)
            if other != index and _is_in(name, order.after):
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


def _is_in(name: str, wanted: Sequence[str]) -> bool:
    return name in wanted or name.partition(":")[2] in wanted
