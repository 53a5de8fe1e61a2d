"""From pluggy's registrations to functions that can be called: in declared order, with the arguments they name."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

from conductor_core._plugins._known import LISTENER_HOOK
from conductor_core._plugins._listeners import methods_of
from conductor_core._plugins._order import Order, order_of, sort_by_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pluggy


@dataclass(frozen=True, slots=True)
class Implementation:
    """One implementation of a hook, the name of its plugin, and what it declares about its order."""

    plugin_name: str
    function: Callable[..., Any]
    order: Order


def implementations_of(
    manager: pluggy.PluginManager,
    hook: str,
    name_of: Callable[[object, str], str | None],
    distribution_of: Callable[[str], str] | None = None,
) -> list[Implementation]:
    """Return a hook's implementations in declared order.

    Args:
        manager: where plugins are registered.
        hook: name of the hook.
        name_of: returns the name by which a plugin object is asked through a hook, or None when it is not.
        distribution_of: see :func:`sort_by_order`.
    """
    found: list[tuple[str, Order, Implementation]] = []
    for impl in getattr(manager.hook, hook).get_hookimpls():
        name = name_of(impl.plugin, hook)
        if name is not None:
            order = order_of(impl.function, impl.plugin)
            found.append((name, order, Implementation(name, _named(impl.function, impl.argnames), order)))
    return sort_by_order(found, distribution_of)


def listening_of(manager: pluggy.PluginManager, owner: object, *, plain: bool) -> dict[str, Callable[..., Any]]:
    """Return what one object listens to: its marked hooks, and with ``plain`` its methods by their names."""
    marked = {
        hook: _told(impl.function, impl.argnames)
        for hook, impl in hookimpls_of(manager, owner)
        if hook.startswith(LISTENER_HOOK)
    }
    return {**methods_of(owner), **marked} if plain else marked


def hookimpls_of(manager: pluggy.PluginManager, owner: object) -> Iterator[tuple[str, pluggy.HookImpl]]:
    """Yield hook name and implementation of everything that one registered object implements."""
    if manager.is_registered(owner):
        for caller in manager.get_hookcallers(owner) or ():
            yield from ((caller.name, impl) for impl in caller.get_hookimpls() if impl.plugin is owner)


def _named(function: Callable[..., Any], names: tuple[str, ...]) -> Callable[..., Any]:
    """Let an implementation take fewer arguments than its spec, as pluggy does."""

    def call(**offered: Any) -> Any:
        return function(**{name: offered[name] for name in names})

    return call


def _told(function: Callable[..., Any], names: tuple[str, ...]) -> Callable[..., Any]:
    """Return a function of one event, of the same colour, for a listener that may not want to see it."""
    if names:
        return function
    if inspect.iscoroutinefunction(function):

        @wraps(function)
        async def call_async(_event: object) -> None:
            await function()

        return call_async

    @wraps(function)
    def call(_event: object) -> None:
        function()

    return call
