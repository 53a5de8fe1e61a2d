"""The terminal of the person who works: questions, answers, and lines."""

from __future__ import annotations

import contextlib
import importlib
import sys
from typing import Protocol

from conductor_human_tasks._inbox._views import plain


class Terminal(Protocol):
    """Where people are asked."""

    def say(self, line: str = "") -> None:
        """Show a line."""
        ...

    def ask(self, question: str, *, is_secret: bool = False) -> str:
        """Ask for a line; the end of the input raises ``EOFError``."""
        ...


class Console:
    """The terminal this process runs in."""

    def __init__(self) -> None:
        with contextlib.suppress(ImportError):  # not on Windows, whose console edits lines itself
            importlib.import_module("readline")  # lets typed lines be edited

    def say(self, line: str = "") -> None:
        """Show a line."""
        print(plain(line), flush=True)  # noqa: T201 - the command's output

    def ask(self, question: str, *, is_secret: bool = False) -> str:
        """Ask for a line; what is secret does not show."""
        if is_secret:
            import getpass  # noqa: PLC0415 - few forms ask for it

            return getpass.getpass(plain(question))
        return input(plain(question))


def is_interactive() -> bool:
    """Tell whether there is a person to ask."""
    return sys.stdin.isatty() and sys.stdout.isatty()
