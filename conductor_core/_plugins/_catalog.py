"""What is offered: built-ins and entry points by group and name, known without importing any of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from conductor_core._plugins._known import BUILTINS, CORE
from conductor_core._version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from importlib.metadata import EntryPoint


@dataclass(frozen=True, slots=True)
class Offer:
    """One plugin on offer: the name of its entry point, and the module or object behind it."""

    group: str
    name: str
    value: str
    builtin: bool = False

    @property
    def plugin_name(self) -> str:
        """The name under which the plugin is registered and reported."""
        return f"{self.group.removeprefix('conductor.')}:{self.name}"


@dataclass(frozen=True)
class Catalog:
    """All offers of this environment; ``added`` are offers made in code, for tests and frozen applications."""

    added: tuple[Offer, ...] = ()
    installed: bool = True
    _groups: dict[str, tuple[Offer, ...]] = field(default_factory=dict[str, "tuple[Offer, ...]"], repr=False)

    def group(self, group: str) -> tuple[Offer, ...]:
        """Return what one group offers, by name, built-ins included."""
        if group not in self._groups:
            builtin = [Offer(g, name, value, builtin=True) for g, name, value in BUILTINS if g == group]
            found = [*builtin, *(offer for offer in self.added if offer.group == group), *self._from_metadata(group)]
            self._groups[group] = tuple(sorted(set(found), key=lambda offer: (offer.name, offer.value)))
        return self._groups[group]

    def duplicates(self, offers: Iterable[Offer]) -> Mapping[str, str]:
        """Return the names that offers of one group have in common, each with the message that says by whom."""
        names: dict[str, list[Offer]] = {}
        for offer in offers:
            names.setdefault(offer.name, []).append(offer)
        return {
            name: self.duplicate_text(found[0].group, name, found) for name, found in names.items() if len(found) > 1
        }

    def duplicate_text(self, group: str, name: str, found: Iterable[Offer], *, in_code: bool = False) -> str:
        """Return the message for a name that is offered more than once, by distributions or in code."""
        owners = sorted(f"{self._owner(offer)} ({offer.value})" for offer in found)
        owners += ["a plugin made in code"] if in_code else []
        return f"{group} {name!r} is offered twice: by {' and by '.join(owners)}; uninstall or disable one of them"

    def all_names(self) -> set[str]:
        """Return everything that a list of plugins may name: entry points, alone and in their group, and distributions."""
        offers = [*self.added, *(Offer(*row) for row in BUILTINS)]
        distributions: set[str] = set()
        if self.installed:
            for key, owners in self._distributions.items():
                offers.append(Offer(*key))
                distributions.update(name for name, _ in owners)
        return distributions | {canonical(name) for offer in offers for name in (offer.name, offer.plugin_name)}

    def distribution_of(self, offer: Offer) -> tuple[str, str]:
        """Return distribution and version behind an offer; empty texts for one made in code."""
        if offer.builtin:
            return CORE, __version__
        found = self._distributions.get((offer.group, offer.name, offer.value), [])
        return found[0] if found else ("", "")

    def _from_metadata(self, group: str) -> list[Offer]:
        if not self.installed:
            return []
        from conductor_core._plugins._stevedore import entry_points  # noqa: PLC0415 - costs 50 ms, often not needed

        return [Offer(group, name, value) for name, value in entry_points(group)]

    def _owner(self, offer: Offer) -> str:
        distribution, version = self.distribution_of(offer)
        return f"{distribution} {version}".strip() or "this program"

    @cached_property
    def _distributions(self) -> dict[tuple[str, str, str], list[tuple[str, str]]]:
        """Read the metadata of all distributions; slow, so only listings, failures and duplicates come here."""
        from importlib.metadata import distributions  # noqa: PLC0415 - costs 40 ms, often not needed

        owners: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
        for distribution in distributions():
            entries: Iterable[EntryPoint] = distribution.entry_points
            for entry in entries:
                if entry.group.startswith("conductor."):
                    key = (entry.group, entry.name, entry.value)
                    owners.setdefault(key, []).append(_identity(distribution))
        return owners


def _identity(distribution: Any) -> tuple[str, str]:
    return canonical(distribution.metadata["Name"] or ""), distribution.version or ""


def canonical(name: str) -> str:
    """Return a distribution name in the form that package indexes compare: lower case, dashes."""
    return re.sub(r"[-_.]+", "-", name).lower()
