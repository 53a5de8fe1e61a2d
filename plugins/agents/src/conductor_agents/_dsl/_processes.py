"""One child process with a limit of time and output; when its time is over, its whole process group is ended."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_OUTPUT_BYTES: Final = 256 * 1024
_CHUNK: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class FinishedProcess:
    """How a process ended.

    Attributes:
        exit_code: its code; None where it was ended because its time was over.
        stdout: what it wrote, cut at 256 KiB.
        stderr: what it wrote there, cut at 256 KiB.
    """

    exit_code: int | None
    stdout: str
    stderr: str

    @property
    def timed_out(self) -> bool:
        """Whether it was ended because its time was over."""
        return self.exit_code is None


async def run_process(
    arguments: Sequence[str],
    *,
    timeout: float,  # noqa: ASYNC109 - it also ends the process
    stdin: str = "",
    folder: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> FinishedProcess:
    """Run a program, without a shell.

    Args:
        arguments: the program and its arguments.
        timeout: seconds until it is ended.
        stdin: what it reads.
        folder: where it runs; this process' folder when None.
        environment: its environment; this process' when None.

    Raises:
        OSError: it cannot be started.
    """
    process = await asyncio.create_subprocess_exec(
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=folder,
        env=None if environment is None else dict(environment),
        start_new_session=True,
    )
    out, err = bytearray(), bytearray()
    exit_code: int | None = None
    try:
        async with asyncio.timeout(timeout), asyncio.TaskGroup() as group:
            group.create_task(_write(process.stdin, stdin.encode()))
            group.create_task(_read(process.stdout, out))
            group.create_task(_read(process.stderr, err))
        exit_code = await process.wait()
    except TimeoutError:
        pass
    finally:
        await _end(process)
    return FinishedProcess(exit_code, _text(out), _text(err))


async def _write(stream: asyncio.StreamWriter | None, data: bytes) -> None:
    if stream is None:
        return
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        stream.write(data)
        await stream.drain()
    stream.close()


async def _read(stream: asyncio.StreamReader | None, into: bytearray) -> None:
    """Read to the end, so that the process never waits for us, and keep what there is room for."""
    while stream is not None and (chunk := await stream.read(_CHUNK)):
        into += chunk[: MAX_OUTPUT_BYTES - len(into)]


async def _end(process: asyncio.subprocess.Process) -> None:
    """End what is left of it, children included where the system knows process groups."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            if process.returncode is None:
                process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    await process.wait()


def _text(data: bytearray) -> str:
    return data.decode(errors="replace")
