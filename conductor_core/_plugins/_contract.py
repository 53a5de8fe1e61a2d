"""What a plugin must keep to be registered: the version of the hook API, hooks that exist, and their colour."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from conductor_core._plugins._hooks import hookimpls_of
from conductor_core._plugins._known import IN_CODE, LISTENER_HOOK, LISTENERS, REGISTER_HOOKS, covers
from conductor_core._plugins._listeners import check_colour, methods_of
from conductor_core._settings_fields import suggestion
from conductor_core.errors import PluginLoadError
from conductor_core.hookspecs import HOOK_API_VERSION

if TYPE_CHECKING:
    import pluggy

_PLAIN_GROUPS = frozenset({IN_CODE, LISTENERS})


def check_version(plugin: object, core: int = HOOK_API_VERSION) -> None:
    """Compare the hook API that a plugin declares (``conductor_hook_api``) with those that this core offers.

    Args:
        plugin: the module or object.
        core: the newest version of the core; it takes that one and the one before.

    Raises:
        PluginLoadError: it needs another one.
    """
    wanted = getattr(plugin, "conductor_hook_api", core)
    oldest = max(1, core - 1)
    if isinstance(wanted, bool) or not isinstance(wanted, int) or not oldest <= wanted <= core:
        offered = f"{oldest}-{core}" if oldest != core else str(core)
        text = f"needs hook API {wanted}, this core offers {offered}; install versions that fit each other"
        raise PluginLoadError(text)


def check_hooks(manager: pluggy.PluginManager, plugin: object, group: str) -> tuple[str, ...]:
    """Return the names of the hooks that a registered plugin implements for a group, after checking each of them.

    Args:
        manager: where it is registered.
        plugin: the module or object.
        group: the entry-point group that it was loaded through, or ``code``.

    Raises:
        PluginLoadError: it implements no hook, one that does not exist, or one in a shape that is never called.
    """
    found = list(hookimpls_of(manager, plugin))
    for hook, impl in found:
        _check_hook(manager, hook, impl)
    # Methods like on_poll_started(event) count without a mark for what is a listener by where it stands.
    plain = methods_of(plugin) if group in _PLAIN_GROUPS else {}
    for hook, method in plain.items():
        check_colour(hook, method)
    hooks = {hook for hook, _ in found} | set(plain)
    covered = {hook for hook in hooks if covers(group, hook)}
    if not hooks:
        raise PluginLoadError("it implements no hook of this framework; mark its functions with @hookimpl")
    if not covered:
        wanted = REGISTER_HOOKS.get(group) or (
            LISTENER_HOOK if group in _PLAIN_GROUPS else f"{group.replace('.', '_')}_"
        )
        raise PluginLoadError(f"it has no {wanted} hook, and {group} asks for one; it has {', '.join(sorted(hooks))}")
    return tuple(sorted(covered))


def _check_hook(manager: pluggy.PluginManager, hook: str, impl: pluggy.HookImpl) -> None:
    if impl.hookwrapper or impl.wrapper:
        text = "is a pluggy wrapper, which this framework does not call; use conductor_wrap_transport or _execute"
        raise PluginLoadError(f"{hook} {text}")
    known = getattr(manager.hook, hook).has_spec()
    if not impl.optionalhook and not known:
        raise PluginLoadError(f"{hook} is no hook of this framework{suggestion(hook, _spec_names(manager))}")
    if hook.startswith(LISTENER_HOOK):
        check_colour(hook, impl.function)
    elif known and (inspect.iscoroutinefunction(impl.function) or inspect.isasyncgenfunction(impl.function)):
        text = "is a coroutine function, and this hook is called without await; make it a plain def"
        raise PluginLoadError(f"{hook} {text}")


def check_class(kind: type, base: type) -> None:
    """Check a class that a plugin registers: nothing abstract is left, and its methods have the colour of the base's.

    Raises:
        PluginLoadError: it could not be made, or a method would be called in a way that it cannot answer.
    """
    missing: frozenset[str] = getattr(kind, "__abstractmethods__", frozenset())
    if missing:
        raise PluginLoadError(f"{kind.__name__} does not implement {', '.join(sorted(missing))}")
    for name, declared in vars(base).items():
        method = inspect.getattr_static(kind, name, None)
        if name.startswith("_") or not inspect.isfunction(declared) or not inspect.isfunction(method):
            continue
        wanted, got = inspect.iscoroutinefunction(declared), inspect.iscoroutinefunction(method)
        if wanted != got:
            how = "awaited; make it async def" if wanted else "called without await; make it a plain def"
            is_now = "a coroutine function" if got else "a plain function"
            raise PluginLoadError(f"{kind.__name__}.{name} is {is_now}, and it is {how}")


def _spec_names(manager: pluggy.PluginManager) -> list[str]:
    return [name for name, caller in vars(manager.hook).items() if caller.has_spec()]
