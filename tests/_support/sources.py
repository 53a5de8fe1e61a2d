"""The sources of the repository as the architecture tests see them."""

from __future__ import annotations

import ast
import subprocess
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from tools.distributions import ROOT, distributions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Import:
    """One imported module, and whether only type checkers see it."""

    module: str
    line: int
    type_checking: bool

    @property
    def top(self) -> str:
        """The first part of the name."""
        return self.module.partition(".")[0]


@dataclass(frozen=True)
class Source:
    """One Python file."""

    path: Path

    @property
    def name(self) -> str:
        """The path from the root, with slashes."""
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def text(self) -> str:
        """What the file holds."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return ast.parse(self.text, self.name)

    def imports(self) -> Iterator[Import]:
        """All absolute imports, wherever they stand."""
        guarded = {id(child) for node in ast.walk(self.tree) if _is_guard(node) for child in ast.walk(node)}
        for node in ast.walk(self.tree):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules = [node.module]
            for module in modules:
                yield Import(module, getattr(node, "lineno", 0), type_checking=id(node) in guarded)

    def functions(self) -> Iterator[FunctionNode]:
        """All functions and methods."""
        for node in ast.walk(self.tree):
            if isinstance(node, FunctionNode):
                yield node


def _is_guard(node: ast.AST) -> bool:
    if not isinstance(node, ast.If):
        return False
    return (isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING") or (
        isinstance(node.test, ast.Attribute) and node.test.attr == "TYPE_CHECKING"
    )


def tracked_files() -> list[Path]:
    """All files of the repository: committed ones, and new ones that no rule ignores."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    paths = (ROOT / name for name in answer.stdout.decode().split("\0") if name)
    return sorted({path for path in paths if path.is_file()})


def all_sources() -> list[Source]:
    """Every Python file of the repository."""
    return [Source(path) for path in tracked_files() if path.suffix == ".py"]


def sources_of(package: Path) -> list[Source]:
    """The Python files of one package."""
    return [Source(path) for path in sorted(package.rglob("*.py"))]


def product_sources() -> list[Source]:
    """The Python files that are shipped."""
    return [source for distribution in distributions() for source in sources_of(distribution.source)]
