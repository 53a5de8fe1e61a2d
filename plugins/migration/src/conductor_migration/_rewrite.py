"""Changes the import lines of a program: each name is taken from the distribution that has it here."""

from __future__ import annotations

import ast
import importlib.util
from dataclasses import dataclass
from typing import Final

from conductor_migration._names import CLIENTS, FILLED, HINTS, HOMES, OTHERS, RENAMED

_OLD: Final = "conductor"


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A program with new import lines.

    Attributes:
        source: the program.
        left: what has no counterpart or was not changed, each as ``line: what, and what to do``; it stands as it was.
        needed: distributions that the new imports need and that are not installed here.
    """

    source: str
    left: tuple[str, ...]
    needed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Import:
    """An import of conductor-python: its place in the program, and the lines that take it."""

    node: ast.ImportFrom
    names: tuple[tuple[str, str], ...]  # the module here, and the name with its `as`


def rewrite(source: str) -> Rewritten:
    """Change the import lines of conductor-python in a program, and nothing else.

    Raises:
        SyntaxError: the program is no Python.
    """
    tree = ast.parse(source)
    empty = _made_empty(tree)
    left: list[tuple[int, str]] = []
    lines = source.splitlines(keepends=True)
    found = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    homes: set[str] = set()
    for node in sorted(
        found, key=lambda node: node.lineno, reverse=True
    ):  # from below, so that line numbers stay right
        if _is_old(node.module or "") and not node.level:
            changed = _Import(node, tuple(_moved(node, alias, empty, left) for alias in node.names))
            homes |= {home for home, _ in changed.names}
            _replace(lines, changed)
    left += [entry for node in ast.walk(tree) for entry in _unchanged(node)]
    texts = tuple(f"{line}: {text}" for line, text in sorted(left))
    return Rewritten("".join(lines), texts, _missing(homes))


def _is_old(module: str) -> bool:
    return module == _OLD or module.startswith(f"{_OLD}.")


def _unchanged(node: ast.AST) -> list[tuple[int, str]]:
    """Tell of uses of conductor-python that are no ``from ... import``."""
    if isinstance(node, ast.Import):
        return [
            (node.lineno, f"import {alias.name} has no counterpart: use `from {alias.name} import ...`")
            for alias in node.names
            if _is_old(alias.name)
        ]
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith(f"{_OLD}.client."):
        return [(node.lineno, f"the text {node.value!r} names a module of conductor-python and stands as it was")]
    return []


def _moved(
    node: ast.ImportFrom, alias: ast.alias, empty: frozenset[str], left: list[tuple[int, str]]
) -> tuple[str, str]:
    """Return where a name is taken from, and how it is written there."""
    home, name = home_of(alias.name, str(node.module))
    bound = alias.asname or alias.name
    if home is None:
        hint = HINTS.get(alias.name)
        left.append((node.lineno, f"{alias.name} ({node.module}) has no counterpart{f': {hint}' if hint else ''}"))
        return str(node.module), alias.name if alias.asname is None else f"{alias.name} as {alias.asname}"
    if alias.name in FILLED and bound in empty:
        home = "conductor_migration"
    return home, name if name == bound else f"{name} as {bound}"


def home_of(name: str, module: str = "") -> tuple[str | None, str]:
    """Return the module that has a name here, or None, and how it is called there."""
    if name in CLIENTS:
        return "conductor_migration", f"Orkes{name}"
    other = OTHERS.get((module.rpartition(".")[2], name))
    return other or HOMES.get(name), RENAMED.get(name, name)


def _made_empty(tree: ast.Module) -> frozenset[str]:
    """Return the names that the program calls without what the models here need."""
    needed = frozenset(FILLED.values())
    return frozenset(
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and not node.args
        and not any(keyword.arg is None or keyword.arg in needed for keyword in node.keywords)
    )


def _replace(lines: list[str], changed: _Import) -> None:
    """Put the new import lines in the place of the old one."""
    node = changed.node
    first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
    before = lines[first].encode()[: node.col_offset].decode()
    after = lines[last].encode()[node.end_col_offset :].decode()
    by_home: dict[str, list[str]] = {}
    for home, name in changed.names:
        by_home.setdefault(home, []).append(name)
    imports = [f"from {home} import {', '.join(names)}" for home, names in by_home.items()]
    if before.strip() or after.strip().startswith(";"):  # several statements in one line: they stay in one
        lines[first : last + 1] = [f"{before}{'; '.join(imports)}{after}"]
        return
    ending = "\r\n" if lines[last].endswith("\r\n") else "\n"
    head = [f"{before}{line}{ending}" for line in imports[:-1]]
    lines[first : last + 1] = [*head, f"{before}{imports[-1]}{after}"]


def _missing(homes: set[str]) -> tuple[str, ...]:
    """Return the distributions of modules that cannot be imported here."""
    missing: set[str] = set()
    for home in homes:
        top = home.partition(".")[0]
        if top.startswith("conductor_") and importlib.util.find_spec(top) is None:
            missing.add(top.replace("_", "-"))
    return tuple(sorted(missing))
