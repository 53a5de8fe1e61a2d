"""Who is told what, and in which order, before it is frozen for workers."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from conductor_core._logging import LOGGER
from conductor_core._plugins._known import LISTENER_HOOK, MAKING_LISTENERS
from conductor_core._plugins._listeners import Listener, Listeners, as_listener, make_listener, methods_of
from conductor_core._plugins._order import Order, order_of, sort_by_order
from conductor_core.errors import ConfigurationError, PluginLoadError

if TYPE_CHECKING:
    from conductor_core._plugins._registry import Registry
    from conductor_core.settings import Settings

Rows: TypeAlias = "dict[str, list[tuple[str, Order, Listener]]]"


def listeners_of(registry: Registry, settings: Settings) -> Listeners:
    """Freeze all listeners of a registry, in declared order, those too that plugins make for these settings."""
    rows = _registered(registry)
    for name, order, listener in _made(registry, settings):
        for hook, function in methods_of(listener).items():
            rows.setdefault(hook, []).append((name, order, make_listener(name, function, listener)))
    by_hook = {hook: tuple(sort_by_order(found, registry.distribution_of)) for hook, found in rows.items()}
    return Listeners(MappingProxyType(by_hook))


def in_order(registry: Registry, hook: str) -> list[tuple[str, Order]]:
    """Return names and declarations of those that implement a hook, in order, without asking any of them."""
    if not hook.startswith(LISTENER_HOOK):
        return [(one.plugin_name, one.order) for one in registry.implementations(hook)]
    rows = _registered(registry).get(hook, [])
    return sort_by_order([(name, order, (name, order)) for name, order, _ in rows], registry.distribution_of)


def _registered(registry: Registry) -> Rows:
    found: Rows = {}
    for name, owner, functions in registry.listening():
        for hook, function in functions.items():
            row = (name, order_of(function, owner), make_listener(name, function, owner))
            found.setdefault(hook, []).append(row)
    return found


def _made(registry: Registry, settings: Settings) -> list[tuple[str, Order, object]]:
    """Ask plugins for listeners made for these settings; one that fails listens to nothing.

    Raises:
        ConfigurationError: its options cannot be used.
        PluginLoadError: it failed, and ``strict_plugins`` is set.
    """
    made: list[tuple[str, Order, object]] = []
    for impl in registry.implementations(MAKING_LISTENERS):
        try:
            ready = [as_listener(listener)[0] for listener in impl.function(settings=settings)]
        except ConfigurationError:
            raise  # a mistake in the settings, which the message names: to go on would hide it
        except Exception as error:
            LOGGER.exception("plugin %s listens to nothing: its %s failed", impl.plugin_name, MAKING_LISTENERS)
            if settings.strict_plugins:
                text = f"{impl.plugin_name} failed in {MAKING_LISTENERS}, and strict_plugins is set: {error}"
                raise PluginLoadError(text) from error
            continue
        made += [(impl.plugin_name, order_of(listener, listener), listener) for listener in ready]
    return made
