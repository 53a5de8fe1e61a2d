"""Listeners, frozen into one tuple per event: what workers look at, with no hook machinery on the hot path."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from conductor_core.errors import PluginLoadError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conductor_core.events import Event

_PREFIX = "conductor_"


@dataclass(frozen=True, slots=True)
class Listener:
    """One function that is told one kind of event.

    Attributes:
        name: the plugin it belongs to, for logs and counters.
        function: takes the event, or nothing.
        is_async: it is awaited, with a limit in time.
        blocking: it said of itself that it blocks, so it runs on a thread of its own from the start.
    """

    name: str
    function: Callable[..., Any]
    is_async: bool = False
    blocking: bool = False


@dataclass(frozen=True, slots=True)
class Listeners:
    """All listeners by hook name; an event without an entry has nobody to tell, so it need not be built."""

    by_hook: Mapping[str, tuple[Listener, ...]] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, event: type[Event]) -> tuple[Listener, ...]:
        """Return the listeners of one event class, in declared order; an empty tuple when there are none."""
        return self.by_hook.get(event.hook, ())

    def __bool__(self) -> bool:
        return bool(self.by_hook)


def make_listener(name: str, function: Callable[..., Any], owner: object = None) -> Listener:
    """Describe one function; ``conductor_blocking = True`` on it or on its owner says that it blocks."""
    blocking = bool(getattr(function, "conductor_blocking", False) or getattr(owner, "conductor_blocking", False))
    call = getattr(function, "__call__", None)  # noqa: B004 - an object with an async __call__ is awaited too
    is_async = inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(call)
    return Listener(name, function, is_async=is_async, blocking=blocking)


def as_listener(listener: object) -> tuple[object, tuple[str, ...]]:
    """Return an object that listens, made from its class if need be, and the hooks it is told.

    Raises:
        PluginLoadError: it listens to nothing, or is a class that cannot be made without arguments.
    """
    ready = listener
    if inspect.isclass(listener):
        try:
            ready = listener()
        except TypeError as error:
            text = f"the listener class {listener.__name__} cannot be made without arguments ({error}); pass an object"
            raise PluginLoadError(text) from error
    methods = methods_of(ready)
    if not methods:
        text = "has no method of a listener, like on_task_execution_completed(event)"
        raise PluginLoadError(f"the listener {type(ready).__name__} {text}")
    for hook, method in methods.items():
        check_colour(hook, method)
    return ready, tuple(sorted(methods))


def check_colour(hook: str, function: object) -> None:
    """Check that calling a listener, or awaiting what it returns, runs it.

    Raises:
        PluginLoadError: it is a generator, whose body would never run.
    """
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        text = "is a generator function, whose body would never run; make it a def or async def without yield"
        raise PluginLoadError(f"{hook} {text}")


def methods_of(listener: object) -> dict[str, Callable[..., Any]]:
    """Return ``{hook: method}`` of an object with methods like ``on_task_execution_completed(event)``.

    Methods may also carry the full hook name. One that is missing is simply not told.
    """
    from conductor_core.events import CLIENT_EVENT_TYPES, EVENT_TYPES  # noqa: PLC0415 - programs without workers need no events

    found: dict[str, Callable[..., Any]] = {}
    for hook in (event.hook for event in (*EVENT_TYPES, *CLIENT_EVENT_TYPES)):
        method = getattr(listener, hook.removeprefix(_PREFIX), None) or getattr(listener, hook, None)
        if callable(method):
            found[hook] = method
    return found
