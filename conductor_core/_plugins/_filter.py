"""Which plugins the settings allow; asked before anything is imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core._plugins._catalog import canonical
from conductor_core._plugins._known import CORE
from conductor_core._settings_fields import suggestion

if TYPE_CHECKING:
    from conductor_core._plugins._catalog import Catalog, Offer
    from conductor_core.settings import Settings

ALL = "*"


def refusal(offer: Offer, settings: Settings, catalog: Catalog) -> str | None:
    """Return why an offer may not be loaded, or None.

    Both lists take entry-point names (``acme``), such a name in its group (``auth:acme``), all of a group (``auth:*``) and
    distribution names (``acme-conductor``). What both lists name is disabled. Built-ins need not be on the allow list, but
    can be disabled by name.
    """
    allowed = settings.load_plugins
    if allowed is not None and not offer.builtin and not _names(offer, allowed, catalog):
        return f"not in load_plugins ({settings.source('load_plugins')})"
    if ALL in settings.disabled_plugins and not offer.builtin:
        return f"disabled by {ALL!r} in disabled_plugins ({settings.source('disabled_plugins')})"
    if _names(offer, settings.disabled_plugins, catalog):
        return f"disabled by disabled_plugins ({settings.source('disabled_plugins')})"
    return None


def allowed_offers(group: str, settings: Settings, catalog: Catalog) -> tuple[Offer, ...]:
    """Return what a group offers and the settings allow, none of it imported; nobody looks at what is refused as a whole."""
    none = settings.load_plugins == () or ALL in settings.disabled_plugins
    offers = catalog.built_in(group) if none else catalog.group(group)
    return tuple(offer for offer in offers if refusal(offer, settings, catalog) is None)


def unknown_names(settings: Settings, catalog: Catalog) -> dict[str, str]:
    """Return the names of both lists that nothing here has, each with a sentence and a suggestion.

    Reads the metadata of all distributions, and only when a list holds something.
    """
    lists = {"load_plugins": settings.load_plugins or (), "disabled_plugins": settings.disabled_plugins}
    wanted = {name: switch for switch, names in lists.items() for name in names if name != ALL}
    if not wanted:
        return {}
    known = catalog.all_names()
    return {
        name: f"{switch} ({settings.source(switch)}) names {name!r}, which is not installed{suggestion(name, known)}"
        for name, switch in wanted.items()
        if canonical(name) not in known
    }


def _names(offer: Offer, wanted: tuple[str, ...], catalog: Catalog) -> bool:
    if not wanted:
        return False
    names = {canonical(name) for name in wanted}
    whole_group = f"{offer.plugin_name.partition(':')[0]}:{ALL}"
    if names & {canonical(offer.name), canonical(offer.plugin_name), whole_group}:
        return True
    return (CORE if offer.builtin else catalog.distribution_of(offer)[0]) in names
