"""What the metadata of a wheel says, and whether a program could find its plugins by it."""

from __future__ import annotations

import configparser
import re
from dataclasses import dataclass
from email.parser import Parser
from typing import TYPE_CHECKING, Final

from conductor_core._plugins import _known
from conductor_core._plugins._catalog import Catalog, Offer, canonical
from conductor_core._settings_fields import suggestion
from conductor_core.cli._finding import Finding
from conductor_core.cli._scaffold_kinds import is_placeholder

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator
    from email.message import Message

_PREFIX: Final = "conductor."
_COMMAND: Final = re.compile(r"[a-z][a-z0-9-]*")
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class WheelFiles:
    """The parts of a wheel that matter here.

    Attributes:
        files: names of all files.
        metadata: headers of its METADATA.
        entries: all entry points.
    """

    files: frozenset[str]
    metadata: Message
    entries: tuple[Offer, ...]

    @classmethod
    def read(cls, archive: zipfile.ZipFile) -> WheelFiles:
        """Read an open archive.

        Raises:
            KeyError: it has no metadata, so it is no wheel.
        """
        files = frozenset(archive.namelist())
        folder = next((name.split("/")[0] for name in files if name.split("/")[0].endswith(".dist-info")), "")
        metadata = Parser().parsestr(archive.read(f"{folder}/METADATA").decode("utf-8"))
        listed = f"{folder}/entry_points.txt"
        text = archive.read(listed).decode("utf-8") if listed in files else ""
        return cls(files, metadata, tuple(_entries(text)))

    @property
    def ours(self) -> tuple[Offer, ...]:
        """The entry points in groups that something reads."""
        return tuple(entry for entry in self.entries if entry.group in read_groups() and _is_inside(entry, self.files))


def read_groups() -> frozenset[str]:
    """Return the groups that this framework reads, and those that installed distributions have specified hooks for."""
    specified = {f"{_PREFIX}{offer.name}" for offer in Catalog().group(_known.HOOKSPECS)}
    return frozenset({*_known.GROUPS, *_known.NO_PLUGINS, *specified})


def check_metadata(wheel: WheelFiles) -> Iterator[Finding]:
    """Look at name, version and requirements."""
    name, version = str(wheel.metadata["Name"] or ""), str(wheel.metadata["Version"] or "")
    if is_placeholder(name):
        yield Finding("metadata", "problem", f"the distribution is still called {name!r}", "give it a name of its own")
    else:
        yield Finding("metadata", "ok", f"{name} {version}")
    needed = [str(value) for value in wheel.metadata.get_all("Requires-Dist", [])]
    core = next((text for text in needed if canonical(re.split(r"[^\w.-]", text, maxsplit=1)[0]) == _known.CORE), None)
    if core is None:
        text = f"it does not require {_known.CORE}, so nothing keeps versions apart that do not fit"
        yield Finding("metadata", "problem", text, 'dependencies = ["conductor-core>=0.1,<0.2"]')
    elif "<" not in core and "==" not in core and "~=" not in core:
        yield Finding("metadata", "warning", f"it takes any later core: {core}", "add an upper bound, like <0.2")
    for header in ("Summary", "Requires-Python"):
        if not wheel.metadata[header]:
            yield Finding("metadata", "warning", f"it has no {header}", "add it to [project] in pyproject.toml")
    packages = {name.split("/")[0] for name in wheel.files if name.endswith("/__init__.py") and name.count("/") == 1}
    for package in sorted(packages - {name.split("/")[0] for name in wheel.files if name.endswith("/py.typed")}):
        text = f"{package} has no py.typed, so type checkers do not see its types"
        yield Finding(
            "metadata", "warning", text, "add an empty file of that name, and see that it gets into the wheel"
        )


def check_entries(wheel: WheelFiles) -> Iterator[Finding]:
    """Look whether entry points are there, in groups that are read, with names that nobody else has."""
    found = [entry for entry in wheel.entries if entry.group.startswith(_PREFIX)]
    if not found:
        text = "it has no entry point of this framework: installed, it would be invisible"
        yield Finding("entry points", "problem", text, '[project.entry-points."conductor.listeners"]')
    for entry in found:
        yield from _check_entry(entry, wheel)


def _check_entry(entry: Offer, wheel: WheelFiles) -> Iterator[Finding]:
    groups = read_groups()
    if entry.group not in groups:
        hint = suggestion(entry.group, groups, otherwise="")
        yield Finding("entry points", "problem", f"nothing reads the group {entry.group}{hint}", "correct the group")
    if not _is_inside(entry, wheel.files):
        text = f"{entry.plugin_name} points at {entry.value}, and that module is not in this wheel"
        yield Finding("entry points", "problem", text, "see that the build takes the package in, or correct the value")
    why = _wrong_name(entry, str(wheel.metadata["Name"] or ""))
    if why:
        yield Finding("entry points", "problem", f"{entry.plugin_name} {why}", "choose another name")


def _wrong_name(entry: Offer, distribution: str) -> str:
    if is_placeholder(entry.name):
        return "is still called so"
    if entry.group == _known.CLIENTS and not entry.name.isidentifier():
        return "is no attribute: a client's name is what stands after conductor."
    if entry.group == _known.COMMANDS and not _COMMAND.fullmatch(entry.name):
        return "is no command: small letters, digits and dashes"
    if not _NAME.fullmatch(entry.name):
        return "cannot be named in a list of plugins: letters, digits, dots, dashes and underscores"
    if entry.name in {offer.name for offer in Catalog(installed=False).group(entry.group)}:
        return "is the name of a built-in plugin, so one of them would have to be disabled"
    other = _known.distribution_for(entry.group, entry.name)
    return f"is the name that {other} has" if other and other != canonical(distribution) else ""


def _is_inside(entry: Offer, files: frozenset[str]) -> bool:
    path = entry.value.partition(":")[0].strip().replace(".", "/")
    modules = (f"{path}.py", f"{path}/__init__.py")
    return any(name in files for name in modules) or any(
        name.startswith(f"{path}.") and name.endswith((".so", ".pyd")) for name in files
    )


def _entries(text: str) -> Iterator[Offer]:
    parser = configparser.ConfigParser(delimiters=("=",), interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # names keep their case
    parser.read_string(text)
    for group in parser.sections():
        for name, value in parser[group].items():
            yield Offer(group, name, value.partition("[")[0].strip())
