"""The sources of the repository as the architecture tests see them."""

from __future__ import annotations

import ast
import subprocess
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

from tools.distributions import ROOT, distributions

if TYPE_CHECKING:
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
class Function:
    """One function or method; ``length`` is its number of lines without the docstring, which is no reason to split."""

    name: str
    line: int
    length: int


@dataclass(frozen=True)
class Source:
    """One Python file; what is found in it is kept, since many rules look at each file."""

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
    def imports(self) -> tuple[Import, ...]:
        """All absolute imports, wherever they stand."""
        return self._found[0]

    @cached_property
    def functions(self) -> tuple[Function, ...]:
        """All functions and methods."""
        return self._found[1]

    @cached_property
    def _found(self) -> tuple[tuple[Import, ...], tuple[Function, ...]]:
        nodes = list(ast.walk(ast.parse(self.text, self.name)))
        guarded = {id(child) for node in nodes if _is_guard(node) for child in ast.walk(node)}
        imports = (Import(name, line, id(node) in guarded) for node in nodes for name, line in _imported(node))
        return tuple(imports), tuple(_function(node) for node in nodes if isinstance(node, FunctionNode))


def _imported(node: ast.AST) -> list[tuple[str, int]]:
    if isinstance(node, ast.Import):
        return [(alias.name, node.lineno) for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [(node.module, node.lineno)]
    return []


def _function(node: FunctionNode) -> Function:
    first, end = node.body[0], node.end_lineno or node.lineno
    documented = (
        isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    )
    docstring = (first.end_lineno or first.lineno) - first.lineno + 1 if documented else 0
    return Function(node.name, node.lineno, end - node.lineno + 1 - docstring)


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


@cache
def _source(path: Path) -> Source:
    return Source(path)


@cache
def all_sources() -> list[Source]:
    """Every Python file of the repository."""
    return [_source(path) for path in tracked_files() if path.suffix == ".py"]


@cache
def sources_of(package: Path) -> list[Source]:
    """The Python files of one package."""
    return [_source(path) for path in sorted(package.rglob("*.py"))]


def product_sources() -> list[Source]:
    """The Python files that are shipped."""
    return [source for distribution in distributions() for source in sources_of(distribution.source)]
