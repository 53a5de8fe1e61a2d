"""Sections of options that nobody reads: misspelt, or meant for a plugin that is not here.

A distribution declares its sections as entry points of the group ``conductor.options``, named like the section, so that they are
known without importing anything. One that declares none may call its section as it calls an entry point or itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core._plugins import _known
from conductor_core._plugins._catalog import canonical
from conductor_core._settings_fields import suggestion

if TYPE_CHECKING:
    from conductor_core._plugins._catalog import Catalog
    from conductor_core.settings import Settings


def stray_sections(settings: Settings, catalog: Catalog, *, in_code: bool) -> dict[str, str]:
    """Return the sections that no plugin of this environment reads, each with a sentence that says so.

    What a plugin made in code reads is not known, so where there is one, only a name that looks misspelt is stray.

    Args:
        settings: with the sections.
        catalog: what is installed.
        in_code: whether there are plugins made in code.

    Raises:
        ConfigurationError: the folder of plugins does not exist.
    """
    wanted = [name for name in settings.options if name not in _known.OPTION_SECTIONS]
    if not wanted:  # the usual case costs no look at what is installed
        return {}
    ours, others = _names(catalog)
    readers = {*_known.OPTION_SECTIONS, *(offer.name for offer in catalog.group(_known.OPTIONS)), *others}
    found: dict[str, str] = {}
    for name in wanted:
        if name in readers or canonical(name) in others:
            continue
        where = f"options.{name} ({settings.source('options')})"
        hint = suggestion(name, readers, otherwise="")
        if name in ours:
            found[name] = f"{where} is not used: {ours[name]} takes no options"
        elif canonical(name) not in _distributions(catalog) - {*map(canonical, ours)} and (hint or not in_code):
            known = hint or f"; known: {', '.join(sorted(readers))}"
            found[name] = f"{where} belongs to no plugin that is installed here{known}"
    return found


def _names(catalog: Catalog) -> tuple[dict[str, str], set[str]]:
    """Return this project's plugins by the names of their entry points, and such names of others."""
    ours: dict[str, str] = {}
    others: set[str] = set()
    for offer in (offer for group in _known.GROUPS for offer in catalog.group(group)):
        if offer.builtin or offer.name in _known.CLIENT_NAMES or _known.distribution_for(offer.group, offer.name):
            ours.setdefault(offer.name, offer.plugin_name)
        else:
            others.add(canonical(offer.name))
    return ours, others


def _distributions(catalog: Catalog) -> set[str]:
    """Return the names of those that declare no sections, also without what marks them as plugins; reads all metadata."""
    declaring = {catalog.distribution_of(offer)[0] for offer in catalog.group(_known.OPTIONS)}
    names = catalog.all_names() - declaring - _known.own_distributions()
    return names | {name.removeprefix("conductor-").removesuffix("-conductor") for name in names}
