"""Changes the import lines of a program: each name is taken from the distribution that has it here."""

from __future__ import annotations

import ast
import importlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from types import ModuleType

_OLD: Final = "conductor"
_HOMES: Final = (
    "conductor_migration",
    "conductor_core",
    "conductor_core.models",
    "conductor_core.errors",
    "conductor_core.events",
    "conductor_workflows",
    "conductor_tasks",
    "conductor_metadata",
    "conductor_schedules",
    "conductor_schemas",
    "conductor_integrations",
    "conductor_prompts",
    "conductor_service_registry",
    "conductor_authorization",
    "conductor_applications",
)
"""Where names are looked for, in this order; what is not installed is passed over."""
_RENAMED: Final = {"ApiException": "ApiError", "MetadataTag": "Tag", "PromptTemplate": "MessageTemplate"}


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A program with new import lines.

    Attributes:
        source: the program.
        left: imports without a counterpart, each as ``line: name (module)``; they stand as they were.
    """

    source: str
    left: tuple[str, ...]


def rewrite(source: str) -> Rewritten:
    """Change the import lines of conductor-python in a program, and nothing else.

    Raises:
        SyntaxError: the program is no Python.
    """
    lines = source.splitlines(keepends=True)
    left: list[str] = []
    for node in reversed(list(ast.walk(ast.parse(source)))):
        if isinstance(node, ast.Import) and any(_is_old(alias.name) for alias in node.names):
            left += [f"{node.lineno}: {alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and _is_old(node.module or "") and not node.level:
            lines[node.lineno - 1 : node.end_lineno] = _lines_for(node, lines[node.lineno - 1], left)
    return Rewritten("".join(lines), tuple(sorted(left, key=lambda item: int(item.partition(":")[0]))))


def _is_old(module: str) -> bool:
    return module == _OLD or module.startswith(f"{_OLD}.")


def _lines_for(node: ast.ImportFrom, line: str, left: list[str]) -> list[str]:
    indent = line[: len(line) - len(line.lstrip())]
    ending = "\r\n" if line.endswith("\r\n") else "\n"
    by_home: dict[str, list[str]] = {}
    for alias in node.names:
        home = home_of(alias.name)
        if home is None:
            left.append(f"{node.lineno}: {alias.name} ({node.module})")
        by_home.setdefault(home or str(node.module), []).append(_written(alias, known=home is not None))
    return [f"{indent}from {home} import {', '.join(names)}{ending}" for home, names in by_home.items()]


def _written(alias: ast.alias, *, known: bool) -> str:
    name = _RENAMED.get(alias.name, alias.name) if known else alias.name
    wanted = alias.asname or alias.name
    return name if name == wanted else f"{name} as {wanted}"


@cache
def home_of(name: str) -> str | None:
    """Return the module that has a name here, or None."""
    for home in _HOMES:
        try:
            module = importlib.import_module(home)
        except ImportError:
            continue
        if _has(module, _RENAMED.get(name, name)):
            return home
    return None


def _has(module: ModuleType, name: str) -> bool:
    exported: list[str] | None = getattr(module, "__all__", None)
    if exported is not None:
        return name in exported
    return getattr(vars(module).get(name), "__module__", None) == module.__name__
