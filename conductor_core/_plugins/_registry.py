"""What is loaded: offers become registered plugins here, once each, and only when the settings allow them."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from conductor_core._logging import LOGGER
from conductor_core._plugins import _known
from conductor_core._plugins._choice import missing_error
from conductor_core._plugins._contract import check_class
from conductor_core._plugins._filter import allowed_offers, refusal
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
    from collections.abc import Callable, Iterable

    from conductor_core._plugins._catalog import Catalog, Offer
    from conductor_core.settings import Settings

T = TypeVar("T")
_IN_CODE = f"{_known.IN_CODE}:"


class Registry:
    """The pluggy manager of one program, and what became of each offer; safe to share between threads."""

    def __init__(self, settings: Settings, catalog: Catalog) -> None:
        self.settings = settings
        self.catalog = catalog
        self.states: dict[Offer, Registration] = {}
        self.in_code: dict[str, Registration] = {}
        self._manager = new_manager()
        self._specs: set[type] = set()
        self._listeners: dict[str, object] = {}
        self._loaded: set[str] = set()
        self._lock = threading.RLock()

    def add_specs(self, specs: type) -> None:
        """Add the hook specifications of another distribution; those that are there already stay as they are."""
        with self._lock:
            if specs not in self._specs:
                self._specs.add(specs)
                self._manager.add_hookspecs(specs)

    def add_plugin(self, plugin: object) -> None:
        """Register a plugin made in code; one that is registered already stays as it is.

        Raises:
            PluginLoadError: it does not keep the hook contract.
        """
        with self._lock:
            if self._manager.is_registered(plugin):
                return
            name = self._name_in_code(plugin)
            state = register(self._manager, name, plugin)
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

    def load_group(self, group: str, *, strict: bool | None = None) -> None:
        """Load every allowed plugin of a group; one that fails is reported and skipped.

        Args:
            group: of entry points.
            strict: let one that fails be an error; as the settings say when None.

        Raises:
            DuplicatePluginError: two distributions offer one name; the message names both.
            PluginLoadError: a plugin failed, and ``strict_plugins`` is set.
        """
        with self._lock:
            if group in self._loaded:
                return
            allowed = self.allowed(group)
            duplicates = self.catalog.duplicates(allowed)
            if duplicates and group != _known.WORKERS:
                raise DuplicatePluginError("; ".join(duplicates.values()))
            for offer in allowed:
                if offer not in self.states and self._load(offer).plugin is None:
                    self._failed(offer, strict=self.settings.strict_plugins if strict is None else strict)
            self._loaded.add(group)

    def _failed(self, offer: Offer, *, strict: bool) -> None:
        state, who = self.states[offer], f"plugin {offer.plugin_name} of {self.owner(offer)}"
        if not strict:
            LOGGER.warning("%s is skipped: %s", who, state.reason)
            return
        del self.states[offer]
        LOGGER.error("%s cannot be loaded", who, exc_info=state.error)
        raise PluginLoadError(f"{who} cannot be loaded, and strict_plugins is set: {state.reason}") from state.error

    def allowed(self, group: str) -> tuple[Offer, ...]:
        """Return what a group offers and the settings allow, none of it imported."""
        return allowed_offers(group, self.settings, self.catalog)

    def driver(self, group: str, name: str, kind: type[T], why: str) -> type[T]:
        """Return the class that the plugin of one name registers.

        Raises:
            PluginError: it is missing, disabled, broken, offered twice, or registers something else.
        """
        allowed = [offer for offer in self.allowed(group) if offer.name == name]
        made = self._made_in_code(_known.REGISTER_HOOKS[group], name)
        if len(allowed) + len(made) > 1 or self.catalog.duplicates(allowed):
            raise DuplicatePluginError(self.catalog.duplicate_text(group, name, allowed, in_code=bool(made)))
        if made:
            return _checked(made[0], kind, name, group)
        if not allowed:
            raise self._unavailable(group, name, why)
        return _checked(self._registered(allowed[0]), kind, name, group)

    def implementations(self, hook: str) -> list[Implementation]:
        """Return a hook's implementations in declared order, each taking only the arguments it names."""
        return implementations_of(self._manager, hook, self._name_for, self.distribution_of)

    def listening(self) -> list[tuple[str, object, dict[str, Callable[..., object]]]]:
        """Return name, object and ``{hook: function}`` of everything that listens, the order not yet applied."""
        offers = [offer for offer in self.states if offer.group == _known.LISTENERS]
        plain = {id(self.states[offer].plugin) for offer in offers} | {
            id(made.plugin) for made in self.in_code.values()
        }
        found: list[tuple[str, object, dict[str, Callable[..., object]]]] = []
        for registered, owner in [*self._manager.list_name_plugin(), *self._listeners.items()]:
            name = registered if owner in self._listeners.values() else self._name_for(owner, _known.LISTENER_HOOK)
            if name is not None:
                found.append((name, owner, listening_of(self._manager, owner, plain=id(owner) in plain)))
        return found

    def applied_as(self, offer: Offer, hook: str) -> str | None:
        """Return the name under which the object behind a loaded offer is asked through a hook: once, whatever offers it."""
        return self._name_for(self.states[offer].plugin, hook)

    def owner(self, offer: Offer) -> str:
        """Return distribution and version behind an offer, or its module."""
        distribution, version = self.catalog.distribution_of(offer)
        return f"{distribution} {version}".strip() or offer.value

    def distribution_of(self, plugin_name: str) -> str:
        """Return the distribution behind a loaded plugin, or an empty text."""
        for offer in self.states:
            if offer.plugin_name == plugin_name:
                return self.catalog.distribution_of(offer)[0]
        return ""

    def _name_for(self, plugin: object, hook: str) -> str | None:
        """Return the name of a plugin for one hook, or None when nothing that loaded it covers the hook."""
        for offer, state in self.states.items():
            if state.plugin is plugin and _known.covers(offer.group, hook):
                return offer.plugin_name
        return next((name for name, state in self.in_code.items() if state.plugin is plugin), None)

    def _unavailable(self, group: str, name: str, why: str) -> PluginError:
        for offer in self.catalog.group(group):
            if offer.name == name:
                refused = refusal(offer, self.settings, self.catalog)
                return PluginDisabledError(f"{group} {name!r} is needed ({why}) and {refused}")
        return missing_error(group, name, why, [offer.name for offer in self.allowed(group)])

    def _registered(self, offer: Offer) -> object:
        def who() -> str:  # only for an error: to find the owner, the metadata of all distributions is read
            return f"{self.owner(offer)} offers {offer.group} {offer.name!r} and"

        state = self._load(offer)
        if state.plugin is None:
            raise PluginLoadError(f"{who()} cannot be used: {state.reason}") from state.error
        hook = _known.REGISTER_HOOKS[offer.group]
        return self._asked(getattr(state.plugin, hook), lambda: f"{who()} its {hook}")

    def _made_in_code(self, hook: str, name: str) -> list[object]:
        """Look for a driver among plugins that have no entry point: its class says its own name, or its file does."""
        if self.catalog.folder:
            self._load_files()
        files = {offer.plugin_name: offer.name for offer in self.states if offer.file}
        found: list[object] = []
        for plugin_name, plugin in self._manager.list_name_plugin():
            implementation = getattr(plugin, hook, None)
            if implementation is None or (not plugin_name.startswith(_IN_CODE) and plugin_name not in files):
                continue
            made = self._asked(implementation, partial("{} and its {}".format, plugin_name, hook))
            if getattr(made, "name", files.get(plugin_name)) == name:
                found.append(made)
        return found

    def _load_files(self) -> None:
        for offer in self.allowed(_known.GENERAL):
            if offer.file and offer not in self.states and self._load(offer).plugin is None:
                self._failed(offer, strict=self.settings.strict_plugins)

    @staticmethod
    def _asked(implementation: Callable[[], object], who: Callable[[], str]) -> object:
        try:
            return implementation()
        except ConductorError:
            raise
        except Exception as error:
            raise PluginLoadError(f"{who()} failed: {type(error).__name__}: {error}") from error

    def _load(self, offer: Offer) -> Registration:
        with self._lock:
            if offer not in self.states:
                self.states[offer] = load_and_register(self._manager, offer)
            return self.states[offer]

    def load_each(self, offers: Iterable[Offer]) -> None:
        """Load offers to see whether they can be loaded; what fails is in their state, and is not logged."""
        for offer in offers:
            self._load(offer)

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
    try:
        check_class(found, kind)
    except PluginLoadError as error:
        raise PluginLoadError(f"{group} {name!r} registered a class that cannot be used: {error}") from error
    return found
