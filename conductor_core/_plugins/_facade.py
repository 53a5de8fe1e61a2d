"""`Plugins`: everything the framework asks of plugins, one typed method for each question."""

from __future__ import annotations

import threading
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from conductor_core._logging import LOGGER
from conductor_core._plugins import _known
from conductor_core._plugins._catalog import Catalog, Offer
from conductor_core._plugins._choice import auth_name, missing_error
from conductor_core._plugins._filter import refusal
from conductor_core._plugins._listeners import Listener, Listeners, make_listener, methods_of
from conductor_core._plugins._loading import Registration, load_and_register, new_manager, register
from conductor_core._plugins._order import Order, order_of, sort_by_order
from conductor_core._plugins._report import PluginInfo, State
from conductor_core.errors import PluginDisabledError, PluginError, PluginLoadError
from conductor_core.interfaces import AuthProvider, Command, RetryPolicy, TransportFactory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from conductor_core._endpoint import Api
    from conductor_core.hookspecs import AnyTransport
    from conductor_core.interfaces import Execute
    from conductor_core.settings import Settings

T = TypeVar("T")
D = TypeVar("D", bound=AuthProvider | TransportFactory | RetryPolicy)


class Plugins:
    """The plugins of one program: what is installed, allowed, loaded, in which order, and what failed.

    It is built from settings and passed on; conductors and handlers that share one share the same set.

    Args:
        settings: which plugins are allowed; the drivers they choose are asked for by name.
        plugins: further plugin objects or modules with hook implementations, made in code.
        listeners: objects with hook implementations or with methods like ``on_task_execution_completed(event)``.
        catalog: what is installed; for tests.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        plugins: Iterable[object] = (),
        listeners: Iterable[object] = (),
        catalog: Catalog | None = None,
    ) -> None:
        self.settings = settings
        self.catalog = catalog or Catalog()
        self._manager = new_manager()
        self._states: dict[Offer, Registration] = {}
        self._in_code: dict[str, Registration] = {}
        self._listeners: list[tuple[str, object]] = []
        self._general_loaded = False
        self._lock = threading.RLock()
        for plugin in plugins:
            self._add(plugin)
        for listener in listeners:
            self.add_listener(listener)

    @classmethod
    def from_settings(
        cls, settings: Settings, *, plugins: Iterable[object] = (), listeners: Iterable[object] = ()
    ) -> Plugins:
        """Build the facade for settings; nothing is imported before it is asked for."""
        return cls(settings, plugins=plugins, listeners=listeners)

    def add_listener(self, listener: object) -> None:
        """Add one listener made in code; it counts from the next start of workers."""
        self._listeners.append((f"code:{type(listener).__name__}", listener))

    def auth(self, settings: Settings) -> AuthProvider:
        """Return a new provider of the auth that settings name; ``auto`` decides by what is set.

        Raises:
            PluginError: it is missing, disabled or broken; a deployment that asked for auth never runs without.
        """
        name, why = auth_name(settings)
        return self._instance(settings, _known.AUTH, name, "conductor_register_auth", AuthProvider, why)

    def transport(self, settings: Settings) -> TransportFactory:
        """Return a new factory of the transport that settings name.

        Raises:
            PluginError: it is missing, disabled or broken.
        """
        why = f"transport, {settings.source('transport')}"
        return self._instance(
            settings, _known.TRANSPORT, settings.transport, "conductor_register_transport", TransportFactory, why
        )

    def retry(self, settings: Settings) -> RetryPolicy:
        """Return a new policy of the retry that settings name.

        Raises:
            PluginError: it is missing, disabled or broken.
        """
        why = f"retry, {settings.source('retry')}"
        return self._instance(settings, _known.RETRY, settings.retry, "conductor_register_retry", RetryPolicy, why)

    def client(self, name: str) -> type[Api[Any]]:
        """Return the client class of one name.

        Raises:
            ClientNotInstalledError: no distribution offers it; the message says which one to install.
            PluginError: it is disabled or broken.
        """
        from conductor_core._endpoint import Api  # noqa: PLC0415 - only conductors ask for clients

        return self._driver(_known.CLIENTS, name, "conductor_register_client", Api, f"conductor.{name}")

    def command(self, name: str) -> type[Command]:
        """Return the command class of one name.

        Raises:
            PluginError: it is missing, disabled or broken.
        """
        return self._driver(_known.COMMANDS, name, "conductor_register_command", Command, f"conductor {name}")

    def names(self, group: str) -> tuple[str, ...]:
        """Return the names a group offers and the settings allow, without importing any."""
        offers = self.catalog.group(group)
        return tuple(offer.name for offer in offers if refusal(offer, self.settings, self.catalog) is None)

    def wrap_transport(self, transport: AnyTransport, settings: Settings) -> AnyTransport:
        """Put every plugin's transport wrapper around a transport; the first in the declared order is outermost."""
        self._load_general()
        for wrap in reversed(self._implementations("conductor_wrap_transport")):
            transport = wrap(next=transport, settings=settings)
        return transport

    def wrap_execute(self, execute: Execute) -> Execute:
        """Put every plugin's execution wrapper around a callable; the first in the declared order is outermost."""
        self._load_general()
        for wrap in reversed(self._implementations("conductor_wrap_execute")):
            execute = wrap(next=execute)
        return execute

    def listeners(self) -> Listeners:
        """Freeze all listeners, in declared order: those of hooks, of ``conductor.listeners`` and those made in code."""
        self._load_general()
        self._load_all(_known.LISTENERS)
        found: dict[str, list[tuple[str, Order, Listener]]] = {}
        for name, owner in [*self._manager.list_name_plugin(), *self._listeners]:
            for hook, function in self._listening(name, owner).items():
                listener = make_listener(name, function, owner)
                order = order_of(function) if order_of(function) != Order() else order_of(owner)
                found.setdefault(hook, []).append((name, order, listener))
        return Listeners(MappingProxyType({hook: tuple(sort_by_order(items)) for hook, items in found.items()}))

    def report(self) -> list[PluginInfo]:
        """Return the truth about every plugin of every group, without importing what was not needed so far."""
        rows = [self._info(offer) for group in _known.GROUPS for offer in self.catalog.group(group)]
        rows.extend(
            PluginInfo(name, "", "", "", "active" if made.plugin else "failed", made.reason, made.hooks)
            for name, made in self._in_code.items()
        )
        return rows

    # What stands behind the questions.

    def _instance(self, settings: Settings, group: str, name: str, hook: str, kind: type[D], why: str) -> D:
        return self._driver(group, name, hook, kind, why)(settings)

    def _driver(self, group: str, name: str, hook: str, kind: type[T], why: str) -> type[T]:
        offer = self.catalog.find(group, name)
        made = self._made_in_code(hook, name)
        if offer is None and made is not None:
            return _checked(made, kind, name, group)
        if offer is None:
            raise missing_error(group, name, why, self.names(group))
        refused = refusal(offer, self.settings, self.catalog)
        if refused is not None:
            raise PluginDisabledError(f"{group} {name!r} is needed ({why}) and {refused}")
        state = self._load(offer)
        if state.plugin is None:
            raise PluginLoadError(
                f"{self._owner(offer)} offers {group} {name!r} and cannot be used: {state.reason}"
            ) from (state.error)
        implementation = getattr(state.plugin, hook, None)
        if implementation is None:
            raise PluginLoadError(f"{self._owner(offer)} offers {group} {name!r} and has no {hook} hook")
        return _checked(implementation(), kind, name, group)

    def _made_in_code(self, hook: str, name: str) -> object | None:
        """Look for a driver among the plugins passed in code: its class says its own name."""
        for plugin_name, plugin in self._manager.list_name_plugin():
            implementation = getattr(plugin, hook, None) if plugin_name.startswith("code:") else None
            found: object = implementation() if implementation is not None else None
            if found is not None and getattr(found, "name", None) == name:
                return found
        return None

    def _load(self, offer: Offer) -> Registration:
        with self._lock:
            if offer not in self._states:
                self._states[offer] = load_and_register(self._manager, offer)
            return self._states[offer]

    def _load_general(self) -> None:
        with self._lock:
            if not self._general_loaded:
                self._general_loaded = True
                self._load_all(_known.GENERAL)

    def _load_all(self, group: str) -> None:
        """Load every allowed plugin of a group; one that fails is reported and skipped."""
        duplicates = self.catalog.duplicates(group)
        if duplicates:
            raise PluginError("; ".join(duplicates.values()))
        for offer in self.catalog.group(group):
            if refusal(offer, self.settings, self.catalog) is None and offer not in self._states:
                state = self._load(offer)
                if state.plugin is None:
                    LOGGER.warning(
                        "plugin %s of %s is skipped: %s", offer.plugin_name, self._owner(offer), state.reason
                    )

    def _add(self, plugin: object) -> None:
        name = f"code:{getattr(plugin, '__name__', type(plugin).__name__)}"
        state = register(self._manager, name, plugin)
        if state.plugin is None:
            raise PluginLoadError(
                f"the plugin {name.partition(':')[2]} cannot be used: {state.reason}"
            ) from state.error
        self._in_code[name] = state

    def _implementations(self, hook: str) -> list[Callable[..., Any]]:
        """Return a hook's implementations in declared order, each taking only the arguments it names."""
        found = [
            (impl.plugin_name, order_of(impl.function), _tolerant(impl.function, impl.argnames))
            for impl in getattr(self._manager.hook, hook).get_hookimpls()
        ]
        return sort_by_order(found)

    def _listening(self, name: str, owner: object) -> dict[str, Callable[..., Any]]:
        """Return what one plugin listens to: its marked hooks, or for listener objects their plain methods."""
        marked: dict[str, Callable[..., Any]] = {}
        for caller in self._manager.get_hookcallers(owner) or () if self._manager.is_registered(owner) else ():
            if caller.name.startswith("conductor_on_"):
                for impl in caller.get_hookimpls():
                    if impl.plugin is owner:
                        marked[caller.name] = _tolerant(impl.function, impl.argnames)
        plain = name.startswith(("listeners:", "code:"))
        return {**methods_of(owner), **marked} if plain else marked

    def _info(self, offer: Offer) -> PluginInfo:
        distribution, version = self.catalog.distribution_of(offer)
        duplicate = self.catalog.duplicates(offer.group).get(offer.name)
        refused = refusal(offer, self.settings, self.catalog)
        made = self._states.get(offer)
        state: State = "available"
        reason = ""
        if duplicate or (made is not None and made.plugin is None):
            state, reason = "failed", duplicate or (made.reason if made else "")
        elif refused:
            state, reason = "disabled", refused
        elif made is not None:
            state = "active"
        hooks, load_ms = (made.hooks, made.load_ms) if made else ((), None)
        return PluginInfo(offer.plugin_name, distribution, version, offer.value, state, reason, hooks, load_ms)

    def _owner(self, offer: Offer) -> str:
        distribution, version = self.catalog.distribution_of(offer)
        return f"{distribution} {version}".strip() or offer.value


def _tolerant(function: Callable[..., Any], names: tuple[str, ...]) -> Callable[..., Any]:
    """Let an implementation take fewer arguments than its spec, as pluggy does."""
    if names == ("event",):
        return function

    def call(event: object = None, **arguments: Any) -> Any:
        offered = {"event": event, **arguments}
        return function(**{name: offered[name] for name in names})

    return call


def _checked(found: object, kind: type[T], name: str, group: str) -> type[T]:
    if not isinstance(found, type) or not issubclass(found, kind):
        shown = f"{found!s}"
        raise PluginLoadError(
            f"{group} {name!r} registered {shown}, which is no {kind.__name__}; return the class itself"
        )
    return found
