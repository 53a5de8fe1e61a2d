"""`conductor server` in a process of its own, which may be stopped and started again on its port."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

STOP_SECONDS = 20.0


@dataclass
class EmbeddedServer:
    """The server of the embedded engine.

    Attributes:
        file: what it keeps its data in, so that a restart finds them again.
        port: 0 until it was started once.
    """

    file: Path
    port: int = 0
    _process: subprocess.Popen[str] | None = field(default=None, repr=False)

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://{self.address}/api"

    def start(self) -> None:
        """Start it and wait until it answers."""
        program = [str(Path(sys.executable).with_name("conductor")), "server"]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CONDUCTOR_")}
        self._process = subprocess.Popen(
            [*program, "--port", str(self.port), "--db", str(self.file)],
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        line = self._process.stdout.readline() if self._process.stdout else ""
        if " on http://" not in line:
            self.stop()
            raise RuntimeError(f"conductor server did not start: {line!r}")
        self.port = int(line.partition("127.0.0.1:")[2].partition("/")[0])

    def stop(self) -> None:
        """Stop it."""
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            process.communicate(timeout=STOP_SECONDS)


@contextlib.contextmanager
def embedded_server(folder: Path) -> Generator[EmbeddedServer]:
    """Run it until the block ends."""
    server = EmbeddedServer(folder / "engine.db")
    server.start()
    try:
        yield server
    finally:
        server.stop()
