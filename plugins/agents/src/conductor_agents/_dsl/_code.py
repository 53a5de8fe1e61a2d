"""Code that a model writes, and who runs it."""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias

from conductor_agents._dsl._checks import check_at_least, check_text
from conductor_agents._dsl._processes import FinishedProcess, run_process
from conductor_core.errors import InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Document: TypeAlias = dict[str, Any]

_INTERPRETERS: Final[Mapping[str, Sequence[str]]] = {
    "python": (sys.executable, "-I", "-"),
    "bash": ("bash", "-s"),
    "sh": ("sh", "-s"),
    "javascript": ("node", "-"),
    "ruby": ("ruby", "-"),
}
"""What reads a program of each language from its standard input."""

_IMAGES: Final[Mapping[str, str]] = {
    "python": "python:3.13-slim",
    "bash": "bash:5",
    "sh": "alpine:3",
    "javascript": "node:22-slim",
    "ruby": "ruby:3.4-slim",
}
# What a child process needs to start at all; nothing else of this process' environment, which may hold secrets.
_KEPT: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "PATHEXT", "COMSPEC")


class CodeExecutor(Protocol):
    """Who runs the code; any object with this method."""

    async def run(self, code: str, language: str, *, timeout: float) -> FinishedProcess:  # noqa: ASYNC109 - part of the job
        """Run a program.

        Args:
            code: its text.
            language: its language, one of those that the agent allows.
            timeout: seconds until it is ended.

        Raises:
            OSError: what runs the language is not installed.
        """
        ...


@dataclass(frozen=True, slots=True)
class LocalCodeExecutor:
    """Runs code as a child process of the worker.

    It gets an empty folder of its own, a bare environment and a limit of time and output. That is no sandbox: the
    code may read what the worker's user may read. For code of strangers take :class:`DockerCodeExecutor`.

    Args:
        folder: where it runs; a temporary one, removed afterwards, when None.
    """

    folder: str | None = None

    async def run(self, code: str, language: str, *, timeout: float) -> FinishedProcess:  # noqa: ASYNC109 - part of the job
        """Run a program.

        Raises:
            OSError: what runs the language is not installed.
        """
        arguments = _INTERPRETERS[language]
        if self.folder is not None:
            return await self._in(self.folder, arguments, code, timeout)
        with tempfile.TemporaryDirectory(prefix="conductor-code-", ignore_cleanup_errors=True) as folder:
            return await self._in(folder, arguments, code, timeout)

    async def _in(self, folder: str, arguments: Sequence[str], code: str, timeout: float) -> FinishedProcess:  # noqa: ASYNC109
        return await run_process(
            arguments, timeout=timeout, stdin=code, folder=folder, environment=bare_environment(os.environ)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DockerCodeExecutor:
    """Runs code in a container that is removed afterwards; it needs the program ``docker`` and a running daemon.

    Args:
        image: the image; one for each language when None.
        memory: the most memory, as Docker writes it.
        cpus: the most processor time, 1.0 is one processor.
        network: the container's network; ``none`` by default.
        program: the program to call, ``podman`` for instance.
    """

    image: str | None = None
    memory: str = "512m"
    cpus: float = 1.0
    network: str = "none"
    program: str = "docker"

    async def run(self, code: str, language: str, *, timeout: float) -> FinishedProcess:  # noqa: ASYNC109 - part of the job
        """Run a program.

        Raises:
            OSError: Docker is not installed.
        """
        limits = ("--memory", self.memory, "--cpus", str(self.cpus), "--network", self.network, "--pids-limit", "256")
        # The container ends itself: killing the client leaves it running.
        inside = ("timeout", str(max(1, round(timeout))), *self._interpreter(language))
        arguments = (self.program, "run", "--rm", "--interactive", "--read-only", "--tmpfs", "/tmp", *limits)  # noqa: S108 - inside of the container
        return await run_process(
            (*arguments, self.image or _IMAGES[language], *inside), timeout=timeout + 30, stdin=code
        )

    def _interpreter(self, language: str) -> Sequence[str]:
        return ("python", "-I", "-") if language == "python" else _INTERPRETERS[language]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeExecution:
    """Lets the model run code it writes, by a tool of the agent.

    Args:
        languages: what it may write: python, bash, sh, javascript, ruby.
        timeout_seconds: seconds that one program may take.
        executor: who runs it.
    """

    languages: Sequence[str] = ("python",)
    timeout_seconds: int = 30
    executor: CodeExecutor = field(default_factory=LocalCodeExecutor)

    def __post_init__(self) -> None:
        if isinstance(self.languages, str) or not self.languages:
            raise InvalidArgumentError("languages of CodeExecution must be a list with at least one language")
        for language in self.languages:
            check_text("a language of CodeExecution", language)
            if language not in _INTERPRETERS:
                raise InvalidArgumentError(f"language {language!r} is unknown: take {', '.join(_INTERPRETERS)}")
        check_at_least("timeout_seconds of CodeExecution", self.timeout_seconds, 1)

    def document(self) -> Document:
        """Return what the server stores with the agent."""
        return {
            "enabled": True,
            "allowedLanguages": list(self.languages),
            "allowedCommands": [],
            "timeout": self.timeout_seconds,
        }

    async def execute(self, code: str, language: str = "") -> Document:
        """Run a program and tell how it ended."""
        language = language or self.languages[0]
        if language not in self.languages:
            return failure(f"language {language!r} is not allowed here: write {' or '.join(self.languages)}")
        try:
            finished = await self.executor.run(code, language, timeout=self.timeout_seconds)
        except OSError as error:
            return failure(f"{language} cannot be run here: {error.strerror or error}")
        return answer(finished, self.timeout_seconds)


def answer(finished: FinishedProcess, timeout: float) -> Document:
    """Tell a model how a process ended."""
    if finished.timed_out:
        return {
            "status": "error",
            "exit_code": None,
            "stdout": finished.stdout,
            "stderr": f"{finished.stderr}\nended after {timeout:g} s, the most it may take".lstrip(),
        }
    return {
        "status": "error" if finished.exit_code else "success",
        "exit_code": finished.exit_code,
        "stdout": finished.stdout,
        "stderr": finished.stderr,
    }


def failure(message: str) -> Document:
    """Tell a model why nothing was run."""
    return {"status": "error", "exit_code": None, "stdout": "", "stderr": message}


def bare_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Return what a child process needs to start, and no secret of this one."""
    return {name: environ[name] for name in _KEPT if name in environ}
