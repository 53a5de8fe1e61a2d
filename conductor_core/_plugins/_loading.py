"""Load one offer, check it against the hook contract, and register it with pluggy; or say why not."""

from __future__ import annotations

import importlib
import inspect
import time
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pluggy

from conductor_core._plugins._listeners import methods_of
from conductor_core.errors import PluginLoadError
from conductor_core.hookspecs import HOOK_API_VERSION, PROJECT, SPECS

if TYPE_CHECKING:
    from conductor_core._plugins._catalog import Offer

_SYNC_SHAPES = ("conductor_register_", "conductor_wrap_")


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
        plugin = _import(offer)
    except Exception as error:  # noqa: BLE001 - a stranger's module may raise anything; the program must go on
        return Registration(None, _why(error), load_ms=_since(started), error=error)
    except SystemExit as error:
        return Registration(None, f"its import ended the program ({error!r})", load_ms=_since(started), error=error)
    return register(manager, offer.plugin_name, plugin, load_ms=_since(started))


def register(manager: pluggy.PluginManager, name: str, plugin: object, *, load_ms: float | None = None) -> Registration:
    """Register an object that holds hook implementations, after checking it against the contract."""
    problem = _contract_problem(plugin)
    if problem:
        return Registration(None, problem, load_ms=load_ms, error=PluginLoadError(problem))
    try:
        if not manager.is_registered(plugin):  # one module may stand behind entry points of several groups
            manager.register(plugin, name)
        manager.check_pending()
    except (pluggy.PluginValidationError, ValueError) as error:
        if manager.has_plugin(name):
            manager.unregister(name=name)
        return Registration(None, str(error), load_ms=load_ms, error=error)
    hooks = tuple(sorted(caller.name for caller in manager.get_hookcallers(plugin) or ()))
    return Registration(plugin, hooks=hooks or tuple(sorted(methods_of(plugin))), load_ms=load_ms)


def _import(offer: Offer) -> object:
    if not offer.builtin:
        from conductor_core._plugins import _stevedore  # noqa: PLC0415 - costs 50 ms, often not needed

        loaded = _stevedore.load(offer.group, offer.name)
        if loaded.error is not None:
            raise loaded.error
        if loaded.found is not None:
            return _instance(loaded.found)
    module, _, attribute = offer.value.partition(":")
    found: Any = importlib.import_module(module)
    return _instance(getattr(found, attribute) if attribute else found)


def _instance(found: object) -> object:
    """Accept a module, an object, or a class that takes no arguments."""
    return found() if inspect.isclass(found) else found


def _contract_problem(plugin: object) -> str:
    wanted = getattr(plugin, "conductor_hook_api", HOOK_API_VERSION)
    oldest = max(1, HOOK_API_VERSION - 1)
    if not isinstance(wanted, int) or not oldest <= wanted <= HOOK_API_VERSION:
        offered = f"{oldest}-{HOOK_API_VERSION}" if oldest != HOOK_API_VERSION else str(HOOK_API_VERSION)
        return f"needs hook API {wanted}, this core offers {offered}; install versions that fit each other"
    for name in dir(plugin):
        if name.startswith(_SYNC_SHAPES) and inspect.iscoroutinefunction(getattr(plugin, name, None)):
            return f"{name} is a coroutine function, and this hook is called without await; make it a plain def"
    return ""


def _why(error: BaseException) -> str:
    """Say in one line what an import raised, and where."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" (line {frames[-1].lineno} of {frames[-1].filename.rsplit('/', 1)[-1]})" if frames else ""
    return f"{type(error).__name__}: {error}{where}"


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
