"""The typed facade over plugins: stevedore finds and loads them, pluggy dispatches, nobody else touches either."""

from conductor_core._plugins._catalog import Catalog, Offer
from conductor_core._plugins._facade import Plugins
from conductor_core._plugins._listeners import Listener, Listeners
from conductor_core._plugins._order import ordered
from conductor_core._plugins._report import PluginInfo

__all__ = ["Catalog", "Listener", "Listeners", "Offer", "PluginInfo", "Plugins", "ordered"]
