"""``conductor human``: what is typed."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from conductor_core import Command, Conductor
from conductor_core.errors import InvalidArgumentError
from conductor_human_tasks._inbox import _views
from conductor_human_tasks._inbox._schema import as_object

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from conductor_core import Settings
    from conductor_human_tasks._inbox._desk import Desk
    from conductor_human_tasks._inbox._schema import Document
    from conductor_human_tasks.models import HumanTaskEntry

    Action = Callable[[Desk, argparse.Namespace], int]


class HumanCommand(Command):
    """Works on people's tasks in a terminal."""

    help: ClassVar[str] = "Work on people's tasks: list, claim, fill in and complete them."

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add one subcommand for each action."""
        actions = parser.add_subparsers(metavar="ACTION", required=True)
        inbox = _claims(_action(actions, "inbox", _inbox, "show the open tasks, and work on them in a terminal"))
        inbox.add_argument("--everybody", action="store_true", help="show what is others' too")
        inbox.add_argument("--workflow", help="only tasks of this workflow")
        inbox.add_argument("--size", type=int, default=20, metavar="N", help="show at most N (default 20)")
        _task(_action(actions, "show", _show, "show a task and its form"))
        _task(_claims(_action(actions, "claim", _claim, "claim a task")))
        _task(_action(actions, "release", _release, "give a claimed task back"))
        complete = _action(actions, "complete", _complete, "check a result against the form, and complete the task")
        _task(_claims(complete))
        complete.add_argument(
            "--input", default="{}", metavar="JSON", help="the result as a JSON object; @FILE reads it, @- from stdin"
        )

    def run(self, args: argparse.Namespace, settings: Settings) -> int:
        """Do what was typed, and return the exit code."""
        from conductor_human_tasks._inbox._desk import Desk  # noqa: PLC0415 - help needs no documents

        action = cast("Action", args.action)
        with Conductor(settings) as conductor:
            desk = Desk(
                conductor.human_tasks,
                user=getattr(args, "user", None),
                override=getattr(args, "override", False),
                everybody=getattr(args, "everybody", False),
                size=getattr(args, "size", 20),
                workflow=getattr(args, "workflow", None),
            )
            return action(desk, args)


def _action(actions: Any, name: str, action: Action, text: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=text, description=f"{text.capitalize()}.")
    parser.add_argument("--json", action="store_true", help="print the server's documents, and ask nothing")
    parser.set_defaults(action=action)
    return parser


def _claims(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument(
        "--user", help="who you are to the application; without it, the Conductor user who is signed in"
    )
    parser.add_argument("--override", action="store_true", help="claim tasks also when it is somebody else's turn")
    return parser


def _task(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("task_id", metavar="ID", help="id of the task")


def _inbox(desk: Desk, args: argparse.Namespace) -> int:
    from conductor_human_tasks._inbox._terminal import Console, is_interactive  # noqa: PLC0415 - needed for people only

    if args.json or not is_interactive():
        entries = desk.inbox()
        lines = [json.dumps([entry.to_wire() for entry in entries], indent=2, ensure_ascii=False)]
        _print(lines if args.json else _listed(entries))
        return 0
    from conductor_human_tasks._inbox._session import Session  # noqa: PLC0415 - needed for people only

    console = Console()
    try:
        Session(desk, console).run()
    except EOFError:
        console.say()
    return 0


def _listed(entries: list[HumanTaskEntry]) -> Iterator[str]:
    from datetime import UTC, datetime  # noqa: PLC0415 - not needed for documents

    yield from _views.inbox(entries, datetime.now(UTC)) if entries else ["The inbox is empty."]


def _show(desk: Desk, args: argparse.Namespace) -> int:
    entry = desk.tasks.get_task_by_id(args.task_id, with_template=True)
    _print([_json(entry)] if args.json else [*_views.task(entry), *_form(entry)])
    return 0


def _form(entry: HumanTaskEntry) -> Iterator[str]:
    from conductor_human_tasks._inbox._desk import form_of  # noqa: PLC0415 - help needs no documents
    from conductor_human_tasks._inbox._fields import fields_of, shown_value  # noqa: PLC0415

    schema = form_of(entry)
    if schema is not None:
        yield "  form:"
        for field in fields_of(schema):
            choices = f" ({', '.join(map(shown_value, field.choices))})" if field.choices else ""
            yield _views.plain(f"    {field.name}: {field.hint}{choices}")


def _claim(desk: Desk, args: argparse.Namespace) -> int:
    return _shown(desk.claim(args.task_id), args)


def _release(desk: Desk, args: argparse.Namespace) -> int:
    desk.tasks.release_task(args.task_id)
    return _shown(desk.tasks.get_task_by_id(args.task_id), args)


def _complete(desk: Desk, args: argparse.Namespace) -> int:
    desk.complete(args.task_id, _result_of(args.input))
    return _shown(desk.tasks.get_task_by_id(args.task_id), args)


def _shown(entry: HumanTaskEntry, args: argparse.Namespace) -> int:
    _print([_json(entry)] if args.json else _views.task(entry))
    return 0


def _json(entry: HumanTaskEntry) -> str:
    return json.dumps(entry.to_wire(), indent=2, ensure_ascii=False)


def _result_of(text: str) -> Document:
    """Read a result: JSON, or ``@FILE`` that holds JSON.

    Raises:
        InvalidArgumentError: the file cannot be read, or it is no JSON object; the message says where it goes wrong.
    """
    where = "--input"
    if text.startswith("@"):
        where = f"--input {text}"
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
            f'{where} must be a JSON object like {{"approved": true}}, got {type(value).__name__}'
        )
    return as_object(cast("object", value))


def _print(lines: Any) -> None:
    for line in lines:
        print(line)  # noqa: T201 - the command's output
