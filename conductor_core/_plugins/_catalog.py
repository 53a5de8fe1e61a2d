"""What is offered: built-ins and entry points by group and name, known without importing any of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from conductor_core._plugins._known import BUILTINS, CORE, GENERAL, GROUPS, NO_PLUGINS
from conductor_core._version import __version__
from conductor_core.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from importlib.metadata import Distribution, EntryPoint

_PREFIX = "conductor."


@dataclass(frozen=True, slots=True)
class Offer:
    """One plugin on offer: the name of its entry point, and the module, object or file behind it."""

    group: str
    name: str
    value: str
    builtin: bool = False
    file: bool = False

    @property
    def plugin_name(self) -> str:
        """The name under which the plugin is registered and reported."""
        return f"{self.group.removeprefix(_PREFIX)}:{self.name}"

    @property
    def source(self) -> Literal["built-in", "installed", "folder"]:
        """How it came here: with the core, with a distribution, or as a file of ``plugins_dir``."""
        return "built-in" if self.builtin else "folder" if self.file else "installed"


@dataclass(frozen=True)
class Catalog:
    """All offers of this environment.

    Attributes:
        added: offers made in code, for tests and frozen applications.
        installed: whether the entry points of distributions count.
        folder: files in it are offers too; none when empty.
    """

    added: tuple[Offer, ...] = ()
    installed: bool = True
    folder: str = ""
    _groups: dict[str, tuple[Offer, ...]] = field(default_factory=dict[str, "tuple[Offer, ...]"], repr=False)

    def group(self, group: str) -> tuple[Offer, ...]:
        """Return what one group offers, by name, built-ins included.

        Raises:
            ConfigurationError: the folder of plugins does not exist.
        """
        if group not in self._groups:
            found = {*self.built_in(group), *self._from_metadata(group), *self._files(group)}
            found.update(offer for offer in self.added if offer.group == group)
            self._groups[group] = tuple(sorted(found, key=lambda offer: (offer.name, offer.value)))
        return self._groups[group]

    def built_in(self, group: str) -> tuple[Offer, ...]:
        """Return what the core itself offers in a group."""
        return tuple(Offer(g, name, value, builtin=True) for g, name, value in BUILTINS if g == group)

    def groups(self) -> tuple[str, ...]:
        """Return every group that something is offered in, those of this framework first; reads all metadata."""
        found = {offer.group for offer in self.added}
        if self.installed:
            found |= {group for group, _, _ in self._distributions}
        return (*GROUPS, *sorted(found - set(GROUPS)))

    def duplicates(self, offers: Iterable[Offer]) -> Mapping[str, str]:
        """Return the names that offers of one group have in common, each with the message that says by whom."""
        names: dict[str, list[Offer]] = {}
        for offer in offers:
            names.setdefault(offer.name, []).append(offer)
        return {
            name: self.duplicate_text(found[0].group, name, found)
            for name, found in names.items()
            if len(found) > 1 or self._is_offered_twice(found[0])
        }

    def duplicate_text(self, group: str, name: str, found: Iterable[Offer], *, in_code: bool = False) -> str:
        """Return the message for a name that is offered more than once, by distributions or in code."""
        owners = sorted(f"{owner} ({offer.value})" for offer in found for owner in self._owners(offer))
        owners += ["a plugin made in code"] if in_code else []
        return f"{group} {name!r} is offered twice: by {' and by '.join(owners)}; uninstall or disable one of them"

    def all_names(self) -> set[str]:
        """Return everything that a list of plugins may name: entry points, alone and in their group, and distributions."""
        offers = [*self.added, *(Offer(*row) for row in BUILTINS), *self._files(GENERAL)]
        distributions = {CORE}
        if self.installed:
            for key, owners in self._distributions.items():
                offers += [Offer(*key)] if key[0] not in NO_PLUGINS else []
                distributions.update(name for name, _ in owners)
        groups = {f"{offer.group.removeprefix(_PREFIX)}:*" for offer in offers}
        return (
            distributions | groups | {canonical(name) for offer in offers for name in (offer.name, offer.plugin_name)}
        )

    def distribution_of(self, offer: Offer) -> tuple[str, str]:
        """Return distribution and version behind an offer; empty texts for one made in code."""
        if offer.builtin:
            return CORE, __version__
        if offer.file or not self.installed:
            return "", ""
        found = self._distributions.get((offer.group, offer.name, offer.value), [])
        return found[0] if found else ("", "")

    def version_of(self, distribution: str) -> str | None:
        """Return the version of an installed distribution, or None when it is not there."""
        from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - costs 40 ms, often not needed

        if canonical(distribution) == CORE:
            return __version__
        try:
            return version(distribution)
        except PackageNotFoundError:
            return None

    def offers_of(self, distribution: str) -> list[Offer]:
        """Return all plugins that one distribution offers; reads all metadata."""
        wanted = canonical(distribution)
        found = [Offer(*key) for key, owners in self._distributions.items() if wanted in (name for name, _ in owners)]
        return [offer for offer in found if offer.group not in NO_PLUGINS]

    def _from_metadata(self, group: str) -> list[Offer]:
        if not self.installed:
            return []
        if "_distributions" in self.__dict__:  # read already, and fresher than any cache
            return [Offer(*key) for key in self._distributions if key[0] == group]
        from conductor_core._plugins._stevedore import entry_points  # noqa: PLC0415 - costs 50 ms, often not needed

        return [Offer(group, name, value) for name, value in entry_points(group)]

    def _files(self, group: str) -> Iterator[Offer]:
        if not self.folder or group != GENERAL:
            return
        folder = Path(self.folder).resolve()
        if not folder.is_dir():
            raise ConfigurationError(f"plugins_dir must be a folder of Python files, and {folder} is none")
        for path in sorted(folder.glob("*.py")):
            if not path.name.startswith(("_", ".")):
                yield Offer(GENERAL, path.stem, str(path), file=True)

    def _is_offered_twice(self, offer: Offer) -> bool:
        """Tell whether two distributions have the very same entry point; known only where metadata has been read."""
        return not offer.builtin and "_distributions" in self.__dict__ and len(self._owners(offer)) > 1

    def _owners(self, offer: Offer) -> list[str]:
        if offer.builtin:
            return [f"{CORE} {__version__}"]
        key = (offer.group, offer.name, offer.value)
        found = self._distributions.get(key, []) if self.installed and not offer.file else []
        return [f"{name} {version}".strip() for name, version in found] or ["this program"]

    @cached_property
    def _distributions(self) -> dict[tuple[str, str, str], list[tuple[str, str]]]:
        """Read the entry points of all distributions; slow, so only listings, failures and duplicates come here.

        What takes longest is to parse what a distribution says about itself: that is done for those which offer us something.
        """
        from importlib.metadata import distributions  # noqa: PLC0415 - costs 40 ms, often not needed

        owners: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
        seen: set[str] = set()
        for found in distributions():
            name = canonical(found.metadata["Name"] or "") if _offered(found) else None
            if name is None or name in seen:
                continue
            seen.add(name)
            imported = _first_of(name) or found  # one that is behind another of its name on the path is never imported
            for entry in _offered(imported):
                owners.setdefault((entry.group, entry.name, entry.value), []).append((name, imported.version or ""))
        return owners


def _first_of(name: str) -> Distribution | None:
    from importlib.metadata import PackageNotFoundError, distribution  # noqa: PLC0415 - see above

    try:
        return distribution(name)
    except (PackageNotFoundError, ValueError):  # a folder that is called otherwise, or no name at all
        return None


def _offered(found: Distribution) -> list[EntryPoint]:
    return [entry for entry in found.entry_points if entry.group.startswith(_PREFIX)]


def canonical(name: str) -> str:
    """Return a distribution name in the form that package indexes compare: lower case, dashes."""
    return re.sub(r"[-_.]+", "-", name).lower()
