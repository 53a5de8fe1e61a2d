"""Write docs/reference/ from docstrings and tables of the core; a test says when a page has drifted."""

from __future__ import annotations

import dataclasses
import inspect
import re
from typing import TYPE_CHECKING

from conductor_core import errors, events, hookspecs, interfaces
from conductor_core._settings_fields import FIELDS
from conductor_core.settings import Settings
from conductor_embedded import EmbeddedSpecs
from tools import reference_names
from tools.distributions import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

FOLDER = ROOT / "docs" / "reference"
NOTE = "This page is written by `make docs` from the code.\n"


def pages() -> dict[str, str]:
    """Every page of the reference by file name."""
    return {
        "clients.md": _joined(["# Clients", NOTE, *reference_names.clients()]),
        "errors.md": _errors(),
        "events.md": _events(),
        "hooks.md": _hooks(),
        "names.md": _joined(["# Names", NOTE, *reference_names.names()]),
        "settings.md": _settings(),
    }


def _hooks() -> str:
    parts = ["# Hooks", NOTE, _doc(hookspecs)]
    for specs in (*hookspecs.SPECS, EmbeddedSpecs):
        parts += [f"## {specs.__name__}", _doc(specs)]
        if specs is EmbeddedSpecs:
            parts.append("These hooks belong to the distribution `conductor-embedded`.")
        for name, function in vars(specs).items():
            if name.startswith("conductor_"):
                parts += [f"### {name}", f"`{name}{_signature(function)}`", _doc(function)]
    parts += ["## Behind the hooks"]
    for kind in (
        "AuthProvider",
        "TransportFactory",
        "RetryPolicy",
        "Command",
        "Attempt",
        "ExecuteInput",
        "MetricsPage",
    ):
        parts += [f"### {kind}", _doc(getattr(interfaces, kind))]
    return _joined(parts)


def _events() -> str:
    parts = ["# Events", NOTE, _doc(events)]
    for event in (*events.EVENT_TYPES, *events.CLIENT_EVENT_TYPES):
        rows = [f"| `{field.name}` | `{field.type}` |" for field in dataclasses.fields(event)]
        parts += [f"## {event.__name__}", _doc(event), f"Hook: `{event.hook}`, method: `{event.hook[10:]}`"]
        parts.append("\n".join(["| field | type |", "|---|---|", *rows]))
    return _joined(parts)


def _settings() -> str:
    meanings = dict(re.findall(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", inspect.getdoc(Settings) or "", re.MULTILINE))
    rows = ["| setting | environment variable | default | meaning |", "|---|---|---|---|"]
    for spec in FIELDS:
        default = Settings.__dataclass_fields__[spec.name].default
        meaning = " ".join(str(meanings[spec.name]).split()).replace("``", "`")
        unit = " (milliseconds)" if spec.kind == "seconds" else ""
        opposite = f", `{spec.opposite}` (the other way round)" if spec.opposite else ""
        rows.append(f"| `{spec.name}` | `{spec.variable}`{unit}{opposite} | `{default!r}` | {meaning} |")
    return _joined(["# Settings", NOTE, _doc(inspect.getmodule(Settings)), "\n".join(rows)])


def _errors() -> str:
    parts = ["# Errors", NOTE, _doc(errors)]
    for name, kind in vars(errors).items():
        if inspect.isclass(kind) and issubclass(kind, Exception) and kind.__module__ == errors.__name__:
            parts += [f"## {name}", _doc(kind)]
    return _joined(parts)


def _signature(function: Callable[..., object]) -> str:
    text = str(inspect.signature(function)).replace("'", "")
    return text.replace("(self, ", "(").replace("(self)", "()")


def _doc(thing: object) -> str:
    """Return a docstring as Markdown: roles become code, and indented examples become fenced ones."""
    text = re.sub(r":\w+:`~?([^`]+)`", r"`\1`", inspect.getdoc(thing) or "").replace("``", "`")
    text = re.sub(r"^(Args|Attributes|Raises|Returns):$", r"**\1**\n", text, flags=re.MULTILINE)
    lines: list[str] = []
    in_example = False
    for line in text.splitlines():
        if line.endswith("::"):
            lines += [line[:-1] if line != "::" else "", "", "```python"]
            in_example = True
        elif in_example and line and not line.startswith("    "):
            lines = [*_stripped(lines), "```", "", line]
            in_example = False
        else:
            lines.append(line[4:] if in_example else re.sub(r"^ {4}(\w[\w ,]*): ", r"- `\1`: ", line))
    return "\n".join([*_stripped(lines), "```"] if in_example else lines)


def _stripped(lines: list[str]) -> list[str]:
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _joined(parts: Iterable[str]) -> str:
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def main() -> None:
    """Write the pages."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
