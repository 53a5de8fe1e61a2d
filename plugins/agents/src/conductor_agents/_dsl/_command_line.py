"""Programs that a model may call by name."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from conductor_agents._dsl._checks import check_at_least, check_text
from conductor_agents._dsl._code import answer, bare_environment, failure
from conductor_agents._dsl._processes import run_process
from conductor_core.errors import InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Sequence

Document: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandLine:
    """Lets the model call programs, by a tool of the agent: by name and arguments, never through a shell.

    A program on the list can do all that its arguments let it do: ``git`` runs hooks, ``find`` has ``-exec``. List what
    you would let the model do by hand.

    Args:
        allowed_commands: names of programs that it may call; nothing else, and no path to one.
        timeout_seconds: seconds that one call may take.
        folder: where they run; the worker's folder when None.
        environment: names of the worker's environment variables that they see, besides ``PATH`` and the like.
    """

    allowed_commands: Sequence[str]
    timeout_seconds: int = 30
    folder: str | None = None
    environment: Sequence[str] = ()

    def __post_init__(self) -> None:
        if isinstance(self.allowed_commands, str) or not self.allowed_commands:
            raise InvalidArgumentError("allowed_commands of CommandLine must be a list of names of programs")
        for name in self.allowed_commands:
            check_text("an allowed command", name)
            if os.path.basename(name) != name:  # noqa: PTH119 - a name, not a path
                raise InvalidArgumentError(f"allowed command {name!r} must be the name of a program, not a path")
        check_at_least("timeout_seconds of CommandLine", self.timeout_seconds, 1)

    def document(self) -> Document:
        """Return what the server stores with the agent."""
        return {
            "enabled": True,
            "allowedCommands": list(self.allowed_commands),
            "timeout": self.timeout_seconds,
            "allowShell": False,
        }

    async def execute(self, command: str, args: list[str] | None = None) -> Document:
        """Call a program and tell how it ended."""
        if command not in self.allowed_commands:
            return failure(f"{command!r} is not allowed here: call {' or '.join(self.allowed_commands)}")
        kept = {name: os.environ[name] for name in self.environment if name in os.environ}
        try:
            finished = await run_process(
                (command, *(args or ())),
                timeout=self.timeout_seconds,
                folder=self.folder,
                environment=bare_environment(os.environ) | kept,
            )
        except (OSError, ValueError) as error:
            return failure(f"{command} cannot be run here: {getattr(error, 'strerror', None) or error}")
        return answer(finished, self.timeout_seconds)
