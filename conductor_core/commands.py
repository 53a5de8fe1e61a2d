"""What the commands of several distributions share: subcommands, JSON from the command line, and what they print."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from conductor_core.errors import InvalidArgumentError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable

__all__ = ["add_action", "json_object", "show"]


def add_action(actions: Any, name: str, action: Callable[..., int], text: str) -> argparse.ArgumentParser:
    """Add a subcommand with ``--json``; its arguments carry the function as ``action`` and the name as ``action_name``.

    Args:
        actions: what ``add_subparsers`` of the command's parser returned.
        name: what is typed.
        action: what is to be done.
        text: its help, a phrase in lower case.
    """
    parser: argparse.ArgumentParser = actions.add_parser(name, help=text, description=f"{text.capitalize()}.")
    parser.add_argument("--json", action="store_true", help="print the server's documents instead of tables")
    parser.set_defaults(action=action, action_name=name)
    return parser


def json_object(flag: str, text: str) -> dict[str, Any]:
    """Read the JSON object of an argument: JSON, ``@FILE`` that holds it, or ``@-`` for standard input.

    Args:
        flag: the argument, for errors.
        text: what was typed.

    Raises:
        InvalidArgumentError: the file cannot be read, or it is no JSON object; the message says where it goes wrong.
    """
    where = flag
    if text.startswith("@"):
        where = f"{flag} {text}"
        try:
            text = sys.stdin.read() if text == "@-" else Path(text[1:]).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidArgumentError(f"{where} cannot be read: {error}") from error
    try:
        value: object = json.loads(text)
    except ValueError as error:
        raise InvalidArgumentError(f"{where} is no JSON: {error}") from error
    if not isinstance(value, dict):
        raise InvalidArgumentError(
            f'{where} must be a JSON object like {{"name": "value"}}, got {type(value).__name__}'
        )
    return cast("dict[str, Any]", value)


def show(lines: Iterable[str], document: object | None = None) -> None:
    """Print lines for people, or the document in their place when there is one."""
    if document is not None:
        lines = [json.dumps(document, indent=2, ensure_ascii=False)]
    for line in lines:
        print(line)  # noqa: T201 - the command's output
