"""A program in a pseudo-terminal of its own, and the person who sits at it."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

PATIENCE_SECONDS = 60.0
END_OF_INPUT = "\x04"
INTERRUPT = "\x03"


@dataclass
class PseudoTerminal:
    """What a person sees and types.

    Attributes:
        process: the program.
        screen: everything it has shown.
    """

    process: subprocess.Popen[bytes]
    master: int
    screen: str = ""
    _seen: int = field(default=0, repr=False)

    def until(self, text: str) -> str:
        """Wait until a text has appeared since the last wait, and return what came up to its end."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (found := self.screen.find(text, self._seen)) < 0:
            if time.monotonic() > deadline or not self._read(1.0):
                raise AssertionError(f"waited for {text!r}, seen: {self.screen!r}")
        begin, self._seen = self._seen, found + len(text)
        return self.screen[begin : self._seen]

    def type(self, line: str) -> None:
        """Type a line."""
        self.press(f"{line}\n")

    def press(self, keys: str) -> None:
        """Press keys."""
        os.write(self.master, keys.encode())

    def ended(self) -> int:
        """Wait until the program has ended, and return its exit code."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self._read(0.2) and time.monotonic() < deadline:
            pass
        return self.process.wait(max(0.1, deadline - time.monotonic()))

    def _read(self, seconds: float) -> bool:
        """Read what is there, waiting a little for something; tells whether there can be more."""
        if not select.select([self.master], [], [], seconds)[0]:
            return True
        try:
            read = os.read(self.master, 65_536)
        except OSError:  # Linux: the program has closed the terminal
            return False
        self.screen += read.decode("utf-8", "replace").replace("\r\n", "\n")
        return bool(read)


@contextlib.contextmanager
def pseudo_terminal(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Generator[PseudoTerminal]:
    """Run a program in a terminal until the block ends."""
    if sys.platform == "win32":
        raise RuntimeError("Windows has no pseudo-terminals of this kind")
    import pty  # noqa: PLC0415 - not there on Windows

    master, slave = pty.openpty()
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CONDUCTOR_")}
    process = subprocess.Popen(
        list(command),
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env={**inherited, "TERM": "dumb", "COLUMNS": "200", **(environment or {})},
        start_new_session=True,
        preexec_fn=_take_terminal,  # noqa: PLW1509 - Ctrl-C needs the terminal to be the child's own
        close_fds=True,
    )
    os.close(slave)
    try:
        yield PseudoTerminal(process, master)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(PATIENCE_SECONDS)
        os.close(master)


def _take_terminal() -> None:
    if sys.platform != "win32":
        import fcntl  # noqa: PLC0415 - not there on Windows
        import termios  # noqa: PLC0415

        signal.signal(signal.SIGINT, signal.SIG_DFL)  # a suite in the background of a shell inherits that it is ignored
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
