"""Load one offer, check it against the hook contract, and register it with pluggy; or say why not."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pluggy

from conductor_core._causes import cause_of
from conductor_core._plugins._contract import check_hooks, check_version
from conductor_core._plugins._known import HOOKSPECS, IN_CODE, WORKERS
from conductor_core.errors import PluginError, PluginLoadError
from conductor_core.hookspecs import PROJECT, SPECS

if TYPE_CHECKING:
    from types import ModuleType

    from conductor_core._plugins._catalog import Offer

_FILES = "conductor_plugins_dir_"


@dataclass(frozen=True, slots=True)
class Registration:
    """What became of one offer: registered hooks, or the reason why there are none."""

    plugin: object | None
    reason: str = ""
    hooks: tuple[str, ...] = ()
    load_ms: float | None = None
    error: BaseException | None = None


def new_manager() -> pluggy.PluginManager:
    """Return a pluggy manager that knows the core's hooks."""
    manager = pluggy.PluginManager(PROJECT)
    for specs in SPECS:
        manager.add_hookspecs(specs)
    return manager


def load_and_register(manager: pluggy.PluginManager, offer: Offer) -> Registration:
    """Import an offer and register it; nothing that it does wrong escapes, and nothing of it is half registered."""
    started = time.perf_counter()
    try:
        plugin = import_offer(offer)
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:  # noqa: BLE001 - a stranger's module may raise anything, or end the program
        return Registration(None, cause_of(error), load_ms=_since(started), error=error)
    if offer.group == WORKERS:  # decorators register workers; there is no hook to ask
        return Registration(plugin, load_ms=_since(started))
    return register(manager, offer.plugin_name, plugin, offer.group, load_ms=_since(started))


def register(
    manager: pluggy.PluginManager, name: str, plugin: object, group: str = IN_CODE, *, load_ms: float | None = None
) -> Registration:
    """Register an object that holds hook implementations, after checking it against the contract."""
    known = manager.is_registered(plugin)  # one module may stand behind entry points of several groups
    try:
        check_version(plugin)
        if not known:
            manager.register(plugin, name)
        hooks = check_hooks(manager, plugin, group)
    except Exception as error:  # noqa: BLE001 - reading a stranger's attributes may raise anything
        if not known and manager.has_plugin(name):
            manager.unregister(name=name)
        why = str(error) if isinstance(error, PluginError | pluggy.PluginValidationError) else cause_of(error)
        return Registration(None, " ".join(why.split()), load_ms=load_ms, error=error)
    return Registration(plugin, hooks=hooks, load_ms=load_ms)


def import_offer(offer: Offer) -> object:
    """Import what stands behind an offer; it raises whatever that raises."""
    if offer.file:
        return _module_of(offer)
    if not offer.builtin:
        from conductor_core._plugins import _stevedore  # noqa: PLC0415 - costs 50 ms, often not needed

        loaded = _stevedore.load(offer.group, offer.name, offer.value)
        if loaded.error is not None:
            raise loaded.error
        if loaded.found is not None:
            return _instance(loaded.found, offer)
    module, _, attribute = offer.value.partition(":")
    found: Any = importlib.import_module(module)
    for name in attribute.split(".") if attribute else ():
        found = getattr(found, name)
    return _instance(found, offer)


def _module_of(offer: Offer) -> ModuleType:
    """Load a file of ``plugins_dir`` under a name that no installed module has."""
    name = f"{_FILES}{offer.name}"
    spec = importlib.util.spec_from_file_location(name, offer.value)
    if spec is None or spec.loader is None:
        raise PluginLoadError(f"{offer.value} cannot be loaded as a Python module")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up by name
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    return module


def _instance(found: object, offer: Offer) -> object:
    """Accept a module, an object, or a class that takes no arguments; workers and specifications are left as they are."""
    return found() if inspect.isclass(found) and offer.group not in (WORKERS, HOOKSPECS) else found


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
