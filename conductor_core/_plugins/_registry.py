"""What is loaded: offers become registered plugins here, once each, and only when the settings allow them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypeVar

from conductor_core._logging import LOGGER
from conductor_core._plugins import _known
from conductor_core._plugins._choice import missing_error
from conductor_core._plugins._filter import refusal
from conductor_core._plugins._hooks import Implementation, implementations_of, listening_of
from conductor_core._plugins._listeners import as_listener
from conductor_core._plugins._loading import Registration, load_and_register, new_manager, register
from conductor_core.errors import (
    ConductorError,
    DuplicatePluginError,
    PluginDisabledError,
    PluginError,
    PluginLoadError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from conductor_core._plugins._catalog import Catalog, Offer
    from conductor_core.settings import Settings

T = TypeVar("T")
_IN_CODE = "code:"


class Registry:
    """The pluggy manager of one program, and what became of each offer; safe to share between threads."""

    def __init__(self, settings: Settings, catalog: Catalog) -> None:
        self.settings = settings
        self.catalog = catalog
        self.states: dict[Offer, Registration] = {}
        self.in_code: dict[str, Registration] = {}
        self._manager = new_manager()
        self._listeners: dict[str, object] = {}
        self._loaded: set[str] = set()
        self._lock = threading.RLock()

    def add_plugin(self, plugin: object) -> None:
        """Register a plugin made in code; one that is registered already stays as it is.

        Raises:
            PluginLoadError: it does not keep the hook contract.
        """
        with self._lock:
            if self._manager.is_registered(plugin):
                return
            name = self._name_in_code(plugin)
            state = register(self._manager, name, plugin, plain=True)
            if state.plugin is None:
                raise PluginLoadError(f"the plugin {_short(name)} cannot be used: {state.reason}") from state.error
            self.in_code[name] = state

    def add_listener(self, listener: object) -> None:
        """Add a listener made in code; one that is there already stays as it is.

        Raises:
            PluginLoadError: it listens to nothing, or is a class that cannot be made without arguments.
        """
        with self._lock:
            if any(known is listener for known in self._listeners.values()) or self._manager.is_registered(listener):
                return
            ready, hooks = as_listener(listener)
            name = self._name_in_code(listener)
            self._listeners[name] = ready
            self.in_code[name] = Registration(ready, hooks=hooks)

    def load_group(self, group: str) -> None:
        """Load every allowed plugin of a group; one that fails is reported and skipped.

        Raises:
            DuplicatePluginError: two distributions offer one name; the message names both.
        """
        with self._lock:
            if group in self._loaded:
                return
            allowed = self.allowed(group)
            duplicates = self.catalog.duplicates(allowed)
            if duplicates:
                raise DuplicatePluginError("; ".join(duplicates.values()))
            for offer in allowed:
                if offer not in self.states and self._load(offer).plugin is None:
                    reason = self.states[offer].reason
                    LOGGER.warning("plugin %s of %s is skipped: %s", offer.plugin_name, self.owner(offer), reason)
            self._loaded.add(group)

    def allowed(self, group: str) -> tuple[Offer, ...]:
        """Return what a group offers and the settings allow, none of it imported."""
        offers = self.catalog.group(group)
        return tuple(offer for offer in offers if refusal(offer, self.settings, self.catalog) is None)

    def driver(self, group: str, name: str, hook: str, kind: type[T], why: str) -> type[T]:
        """Return the class that the plugin of one name registers.

        Raises:
            PluginError: it is missing, disabled, broken, offered twice, or registers something else.
        """
        allowed = [offer for offer in self.allowed(group) if offer.name == name]
        made = self._made_in_code(hook, name)
        if len(allowed) + (made is not None) > 1:
            raise DuplicatePluginError(self.catalog.duplicate_text(group, name, allowed, in_code=made is not None))
        if made is not None:
            return _checked(made, kind, name, group)
        if not allowed:
            raise self._unavailable(group, name, why)
        return _checked(self._registered(allowed[0], hook), kind, name, group)

    def implementations(self, hook: str) -> list[Implementation]:
        """Return a hook's implementations in declared order, each taking only the arguments it names."""
        return implementations_of(self._manager, hook)

    def listening(self) -> list[tuple[str, object, dict[str, Callable[..., object]]]]:
        """Return name, object and ``{hook: function}`` of everything that listens, the order not yet applied."""
        offers = [offer for offer in self.states if offer.group == _known.LISTENERS]
        plain = {id(self.states[offer].plugin) for offer in offers} | {
            id(made.plugin) for made in self.in_code.values()
        }
        owners = [*self._manager.list_name_plugin(), *self._listeners.items()]
        return [(name, owner, listening_of(self._manager, owner, plain=id(owner) in plain)) for name, owner in owners]

    def owner(self, offer: Offer) -> str:
        """Return distribution and version behind an offer, or its module."""
        distribution, version = self.catalog.distribution_of(offer)
        return f"{distribution} {version}".strip() or offer.value

    def _unavailable(self, group: str, name: str, why: str) -> PluginError:
        for offer in self.catalog.group(group):
            if offer.name == name:
                refused = refusal(offer, self.settings, self.catalog)
                return PluginDisabledError(f"{group} {name!r} is needed ({why}) and {refused}")
        return missing_error(group, name, why, [offer.name for offer in self.allowed(group)])

    def _registered(self, offer: Offer, hook: str) -> object:
        state = self._load(offer)
        who = f"{self.owner(offer)} offers {offer.group} {offer.name!r} and"
        if state.plugin is None:
            raise PluginLoadError(f"{who} cannot be used: {state.reason}") from state.error
        implementation = getattr(state.plugin, hook, None)
        if implementation is None:
            raise PluginLoadError(f"{who} has no {hook} hook")
        try:
            return implementation()
        except ConductorError:
            raise
        except Exception as error:
            raise PluginLoadError(f"{who} its {hook} failed: {type(error).__name__}: {error}") from error

    def _made_in_code(self, hook: str, name: str) -> object | None:
        """Look for a driver among the plugins passed in code: its class says its own name."""
        for plugin_name, plugin in self._manager.list_name_plugin():
            implementation = getattr(plugin, hook, None) if plugin_name.startswith(_IN_CODE) else None
            found: object = implementation() if implementation is not None else None
            if found is not None and getattr(found, "name", None) == name:
                return found
        return None

    def _load(self, offer: Offer) -> Registration:
        with self._lock:
            if offer not in self.states:
                self.states[offer] = load_and_register(self._manager, offer)
            return self.states[offer]

    def _name_in_code(self, plugin: object) -> str:
        """Return a name that is free: two objects of one class are two plugins."""
        own = getattr(plugin, "__name__", type(plugin).__name__)
        name, number = f"{_IN_CODE}{own}", 2
        while name in self.in_code:
            name, number = f"{_IN_CODE}{own}-{number}", number + 1
        return name


def _short(name: str) -> str:
    return name.partition(":")[2]


def _checked(found: object, kind: type[T], name: str, group: str) -> type[T]:
    if not isinstance(found, type) or not issubclass(found, kind):
        raise PluginLoadError(
            f"{group} {name!r} registered {found!s}, which is no {kind.__name__}; return the class itself"
        )
    return found
