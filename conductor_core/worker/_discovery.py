"""Finds workers by importing where they are decorated: modules, packages, folders, installed distributions."""

from __future__ import annotations

import importlib
import importlib.util
import os
import pkgutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from conductor_core._causes import cause_of
from conductor_core.errors import WorkerError
from conductor_core.worker._config import resolve_config
from conductor_core.worker._env import PROCESS
from conductor_core.worker._registry import get_registered_workers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from types import ModuleType

    from conductor_core._plugins import Plugins
    from conductor_core.worker._config import WorkerConfig
    from conductor_core.worker._worker import WorkerDefinition


class WorkerLoader:
    """Imports modules so that their decorators register workers, and remembers what it imported.

    A module is imported once, however often it is named.
    """

    def __init__(self) -> None:
        self.modules: dict[str, ModuleType] = {}

    def scan_module(self, name: str) -> ModuleType:
        """Import one module.

        Raises:
            WorkerError: it does not exist, or its import failed; the message says which of the two.
        """
        if name not in self.modules:
            self.modules[name] = _imported(name)
        return self.modules[name]

    def import_modules(self, names: Iterable[str]) -> None:
        """Import several modules.

        Raises:
            WorkerError: one of them cannot be imported.
        """
        for name in [names] if isinstance(names, str) else names:
            self.scan_module(name)

    def scan_packages(self, names: Iterable[str], *, recursive: bool = True) -> None:
        """Import packages and the modules in them.

        Args:
            names: packages; a plain module is taken as it is.
            recursive: go into the packages inside them.

        Raises:
            WorkerError: one of them cannot be imported.
        """
        for name in [names] if isinstance(names, str) else names:
            package = self.scan_module(name)
            paths: Iterable[str] = getattr(package, "__path__", ())
            for found in pkgutil.iter_modules(paths, f"{name}."):
                if found.name.rpartition(".")[2] == "__main__":
                    continue  # a program, which would start
                if found.ispkg and recursive:
                    self.scan_packages([found.name])
                else:
                    self.scan_module(found.name)

    def scan_path(self, path: str | Path, package_prefix: str = "") -> None:
        """Import the Python files of a folder and of the folders below it.

        Args:
            path: the folder.
            package_prefix: put before each module's name, as if the folder were that package.

        Raises:
            WorkerError: the folder does not exist, or a file cannot be imported.
        """
        folder = Path(path).resolve()
        if not folder.is_dir():
            raise WorkerError(f"{folder} is no folder: scan_path takes one with Python files in it")
        for file in _python_files(folder):
            name = ".".join((*filter(None, [package_prefix]), *file.relative_to(folder).with_suffix("").parts))
            if name not in self.modules:
                self.modules[name] = module_from_file(name.removesuffix(".__init__"), file)

    def load_entry_points(self, plugins: Plugins) -> list[object]:
        """Load workers that installed distributions publish; one that fails is reported and skipped.

        Args:
            plugins: the plugin set, which knows what is installed and allowed.

        Returns:
            What the entry points name: modules, or objects that may be workers themselves.
        """
        return plugins.published_workers()

    def get_workers(self) -> list[WorkerDefinition]:
        """Return all registered workers."""
        return get_registered_workers()

    def print_summary(self) -> None:
        """Print one line for each registered worker: name, domain, options and where it comes from."""
        print(summary(self.get_workers()))  # noqa: T201 - printing is what was asked for


def scan_for_workers(*packages: str, recursive: bool = True) -> WorkerLoader:
    """Import packages and return the loader, to look at what was found."""
    loader = WorkerLoader()
    loader.scan_packages(packages, recursive=recursive)
    return loader


def auto_discover_workers(
    packages: Iterable[str] = (), paths: Iterable[str | Path] = (), *, print_summary: bool = False
) -> WorkerLoader:
    """Import packages and folders and return the loader.

    Args:
        packages: packages to go through.
        paths: folders to go through.
        print_summary: print what was found.
    """
    loader = WorkerLoader()
    loader.scan_packages(packages)
    for path in paths:
        loader.scan_path(path)
    if print_summary:
        loader.print_summary()
    return loader


def summary(
    workers: Iterable[WorkerDefinition],
    environ: Mapping[str, str] | None = None,
    states: Mapping[tuple[str, str | None], str] | None = None,
) -> str:
    """Return a table of workers: task, domain, concurrency, interval, kind, state, function and how each was found.

    Args:
        workers: what was found.
        environ: whose variables decide about options; that of the process when None.
        states: how those that run are, by name and domain; the others show how they would start.
    """
    rows: list[tuple[str, ...]] = [("TASK", "DOMAIN", "CONCURRENCY", "INTERVAL", "KIND", "STATE", "FUNCTION", "SOURCE")]
    messages = list[str]()
    for worker in workers:
        config = resolve_config(worker.name, worker.options, os.environ if environ is None else environ)
        state = (states or {}).get((config.name, config.domain)) or ("paused" if config.paused else "active")
        rows.append(_row(worker, config, state))
        messages.extend(config.messages)
    if len(rows) == 1:
        return "no workers found: import the modules that decorate functions with @worker_task"
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([*lines, *messages])


def _row(worker: WorkerDefinition, config: WorkerConfig, state: str) -> tuple[str, ...]:
    return (
        worker.name,
        config.domain or "-",
        str(config.concurrency),
        f"{config.poll_interval:g}ms",
        PROCESS if config.isolation == PROCESS else "async" if worker.signature.is_async else "thread",
        state,
        worker.signature.label,
        worker.source,
    )


def _imported(name: str) -> ModuleType:
    if "/" in name or os.sep in name or (name.endswith(".py") and Path(name).is_file()):
        module = ".".join(Path(name).with_suffix("").parts)
        raise WorkerError(f"{name} is the path of a file; name the module, as an import does: {module}")
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is not None and (name == error.name or name.startswith(f"{error.name}.")):
            raise WorkerError(
                f"there is no module {name!r}: check its name, and that its folder is on the Python path"
            ) from error
        raise WorkerError(f"module {name!r} needs {error.name!r}, which is not installed") from error
    except Exception as error:
        raise WorkerError(f"module {name!r} could not be imported: {cause_of(error)}") from error


def _python_files(folder: Path) -> Iterator[Path]:
    for file in sorted(folder.rglob("*.py")):
        hidden = any(part.startswith((".", "__pycache__")) for part in file.relative_to(folder).parts)
        if not hidden and file.name != "__main__.py":
            yield file


def module_from_file(name: str, file: Path) -> ModuleType:
    """Load a module from its file, under a name that no import needs to find.

    Raises:
        WorkerError: it cannot be loaded.
    """
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise WorkerError(f"{file} cannot be imported as a Python module")
    module = importlib.util.module_from_spec(spec)
    # Dataclasses and pickled functions look their module up by name.
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        sys.modules.pop(name, None)
        raise WorkerError(f"{file} could not be imported: {cause_of(error)}") from error
    return module
