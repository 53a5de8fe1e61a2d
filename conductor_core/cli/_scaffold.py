"""``conductor plugins new NAME``: a distribution that can be built, installed and tested as it stands."""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Final

from conductor_core._plugins import _known
from conductor_core._plugins._catalog import canonical
from conductor_core._version import __version__
from conductor_core.cli._output import write_text
from conductor_core.cli._scaffold_kinds import GROUPS, is_placeholder
from conductor_core.errors import InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_TEMPLATES: Final = "_templates"
_FILE: Final = re.compile(r"^=== (.+) ===\n", re.MULTILINE)
_DISTRIBUTION: Final = re.compile(r"[a-z]([a-z0-9-]*[a-z0-9])?")


@dataclass(frozen=True)
class Names:
    """What one name becomes in the places where it stands.

    Attributes:
        distribution: what is installed, like ``acme-conductor``.
        short: the entry point's name, like ``acme``.
    """

    distribution: str
    short: str

    @classmethod
    def of(cls, text: str) -> Names:
        """Check a name and return its forms.

        Raises:
            InvalidArgumentError: it is a placeholder, one of this project's own, or no name of a distribution.
        """
        name = canonical(text.strip())
        if is_placeholder(name):
            text = f"{text!r} is what examples are called, and two of them collide; choose a name of your own"
            raise InvalidArgumentError(f"{text}, like acme-conductor")
        package = name.replace("-", "_")
        if not _DISTRIBUTION.fullmatch(name) or keyword.iskeyword(package):
            raise InvalidArgumentError(f"a distribution's name is like acme-conductor, got {text!r}")
        if name in _known.own_distributions():
            raise InvalidArgumentError(f"{name} is a distribution of this project; choose another name")
        short = name.removeprefix("conductor-").removesuffix("-conductor") or name
        return cls(name, short)

    def values(self, kind: str) -> dict[str, str]:
        """Return what stands in templates for ``$name``."""
        major, minor = __version__.split(".")[:2]
        # A client's name is an attribute; elsewhere a dash is what people type.
        name = self.short.replace("-", "_") if kind in ("client", "embedded") else self.short
        return {
            "distribution": self.distribution,
            "package": self.distribution.replace("-", "_"),
            "name": name,
            "label": name.upper().replace("-", "_"),
            "class": "".join(part.capitalize() for part in re.split(r"[-_]", self.short)),
            "group": GROUPS[kind],
            "kind": kind,
            "core": f">={major}.{minor},<{major}.{int(minor) + 1}",
            "extra": ', "conductor-embedded"' if kind == "embedded" else "",
        }


def new_distribution(name: str, *, kind: str, into: str) -> int:
    """Write a new distribution into a folder of its name, say what to do next, and return 0.

    Raises:
        InvalidArgumentError: the name cannot be used, or its folder exists or cannot be written.
    """
    names = Names.of(name)
    folder = Path(into) / names.distribution
    if folder.exists():
        raise InvalidArgumentError(f"{folder} exists; choose another name, or another folder with --into")
    try:
        _write(folder, files_of(names, kind))
    except OSError as error:
        text = f"cannot write {error.filename or folder}: {error.strerror}; choose another folder with --into"
        raise InvalidArgumentError(text) from error
    write_text(
        f"{folder} is the beginning of a plugin ({kind}). Next:\n\n"
        f"  cd {folder} && pip install -e '.[test]' && pytest\n"
        f"  conductor plugins show {names.distribution}\n"
        "  pip wheel --no-deps --wheel-dir dist . && conductor plugins check dist/*.whl"
    )
    return 0


def _write(folder: Path, files: Iterable[tuple[str, str]]) -> None:
    for path, text in files:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def files_of(names: Names, kind: str) -> Iterator[tuple[str, str]]:
    """Yield path and text of every file of a distribution of one kind."""
    values = names.values(kind)
    folder = resources.files("conductor_core.cli") / _TEMPLATES
    for template in ("distribution", kind):
        _, *parts = _FILE.split((folder / f"{template}.txt").read_text(encoding="utf-8"))
        for path, text in zip(parts[::2], parts[1::2], strict=True):
            yield Template(path).substitute(values), Template(text).substitute(values).lstrip("\n")
