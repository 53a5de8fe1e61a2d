"""The typed facade over plugins: stevedore finds and loads them, pluggy dispatches, nobody else touches either.

Names are imported when they are first used: naming a conductor is not yet building its plugins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conductor_core._plugins._catalog import Catalog, Offer
    from conductor_core._plugins._facade import Plugins
    from conductor_core._plugins._listeners import Listener, Listeners
    from conductor_core._plugins._order import ordered
    from conductor_core._plugins._report import PluginInfo

__all__ = ["Catalog", "Listener", "Listeners", "Offer", "PluginInfo", "Plugins", "ordered"]

_HOME = {
    "Catalog": "_catalog",
    "Listener": "_listeners",
    "Listeners": "_listeners",
    "Offer": "_catalog",
    "PluginInfo": "_report",
    "Plugins": "_facade",
    "ordered": "_order",
}


def __getattr__(name: str) -> object:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib  # noqa: PLC0415 - part of what makes the import cheap

    value: object = getattr(importlib.import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value
