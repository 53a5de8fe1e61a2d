"""What a plugin must keep to be registered: the version of the hook API, hooks that exist, and their colour."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from conductor_core._plugins._hooks import hookimpls_of
from conductor_core._plugins._listeners import methods_of
from conductor_core._settings_fields import suggestion
from conductor_core.errors import PluginLoadError
from conductor_core.hookspecs import HOOK_API_VERSION

if TYPE_CHECKING:
    import pluggy

_SYNC_SHAPES = tuple(f"conductor_{verb}_" for verb in ("register", "wrap", "carry", "restore", "collect", "render"))


def check_version(plugin: object) -> None:
    """Compare the hook API that a plugin declares (``conductor_hook_api``) with those that this core offers.

    Raises:
        PluginLoadError: it needs another one.
    """
    wanted = getattr(plugin, "conductor_hook_api", HOOK_API_VERSION)
    oldest = max(1, HOOK_API_VERSION - 1)
    if not isinstance(wanted, int) or not oldest <= wanted <= HOOK_API_VERSION:
        offered = f"{oldest}-{HOOK_API_VERSION}" if oldest != HOOK_API_VERSION else str(HOOK_API_VERSION)
        text = f"needs hook API {wanted}, this core offers {offered}; install versions that fit each other"
        raise PluginLoadError(text)


def check_hooks(manager: pluggy.PluginManager, plugin: object, *, plain: bool) -> tuple[str, ...]:
    """Return the names of the hooks that a registered plugin implements, after checking each of them.

    Args:
        manager: where it is registered.
        plugin: the module or object.
        plain: methods like ``on_poll_started(event)`` count without a mark, as they do for listeners.

    Raises:
        PluginLoadError: it implements no hook, one that does not exist, or one in a shape that is never called.
    """
    found = list(hookimpls_of(manager, plugin))
    for hook, impl in found:
        if impl.hookwrapper or impl.wrapper:
            text = "is a pluggy wrapper, which this framework does not call; use conductor_wrap_transport or _execute"
            raise PluginLoadError(f"{hook} {text}")
        if not impl.optionalhook and not getattr(manager.hook, hook).has_spec():
            raise PluginLoadError(f"{hook} is no hook of this framework{suggestion(hook, _spec_names(manager))}")
        if hook.startswith(_SYNC_SHAPES) and _needs_await(impl.function):
            text = "is a coroutine function, and this hook is called without await; make it a plain def"
            raise PluginLoadError(f"{hook} {text}")
    hooks = {hook for hook, _ in found} | (set(methods_of(plugin)) if plain else set[str]())
    if not hooks:
        raise PluginLoadError("it implements no hook of this framework; mark its functions with @hookimpl")
    return tuple(sorted(hooks))


def _spec_names(manager: pluggy.PluginManager) -> list[str]:
    return [name for name, caller in vars(manager.hook).items() if caller.has_spec()]


def _needs_await(function: object) -> bool:
    return inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)
