"""Who is compared with us: the official Python and JavaScript libraries, each from its registry into a folder of its own."""

from __future__ import annotations

import shutil
import subprocess
import venv
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
FOLDER = HERE / ".peers"
PYTHON_VERSION = "2.0.0"
JAVASCRIPT_VERSION = "4.0.0"


@dataclass(frozen=True, slots=True)
class Contender:
    """Something that runs workers.

    Attributes:
        name: as the table shows it.
        command: what serves the stub on a port.
        bare: takes no kind and no types.
        isolation: the mode of conductor-python.
        folder: where it runs; here when None.
        kinds: kinds of workers that it has.
    """

    name: str
    command: tuple[str, ...]
    bare: bool = False
    isolation: str = "thread"
    folder: Path | None = None
    kinds: tuple[str, ...] = ("async", "sync")

    def arguments(self, port: int, concurrency: int, kind: str, types: str) -> list[str]:
        """Return the command line for one run."""
        rest = (str(port), str(concurrency)) if self.bare else (str(port), str(concurrency), kind, types)
        return [*self.command[:2], *rest, *self.command[2:]]


def peers() -> list[Contender]:
    """Install the peers where they are missing; one that cannot be had is left out, and said so."""
    return [*_python(), *_javascript()]


def _python() -> list[Contender]:
    folder = FOLDER / "python"
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        command = [str(python), "-m", "pip", "install", "--quiet", f"conductor-python=={PYTHON_VERSION}"]
        if not _installed(command, folder, "conductor-python"):
            return []
    serve = (str(python), str(HERE / "peer_python.py"))
    return [
        Contender(f"conductor-python {PYTHON_VERSION}, {mode}", serve, isolation=mode) for mode in ("thread", "process")
    ]


def _javascript() -> list[Contender]:
    folder, node, npm = FOLDER / "javascript", shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        print("node and npm are not installed: the JavaScript library is left out")
        return []
    if not (folder / "node_modules").exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text('{"private": true}\n')
        command = [npm, "install", "--silent", f"@io-orkes/conductor-javascript@{JAVASCRIPT_VERSION}"]
        if not _installed(command, folder, "the JavaScript library"):
            return []
    serve = (node, str(HERE / "peer_js.mjs"))
    return [Contender(f"JavaScript SDK {JAVASCRIPT_VERSION}", serve, folder=folder, kinds=("async",))]


def _installed(command: list[str], folder: Path, name: str) -> bool:
    if subprocess.run(command, cwd=folder, check=False).returncode:
        shutil.rmtree(folder, ignore_errors=True)
        print(f"{name} cannot be installed here: its rows are left out")
        return False
    return True
