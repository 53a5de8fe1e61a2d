"""``conductor workflow``: look at executions and steer them from a terminal."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from conductor_core import Command, Conductor
from conductor_core.errors import InvalidArgumentError
from conductor_workflows import _views

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from conductor_core import Settings, Sync
    from conductor_workflows.api import WorkflowApi

    Action = Callable[[WorkflowApi[Sync], argparse.Namespace], int]


class WorkflowCommand(Command):
    """Lists, shows, starts and steers executions."""

    help: ClassVar[str] = "List, show, start and steer workflow executions."

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add one subcommand for each action."""
        actions = parser.add_subparsers(metavar="ACTION", required=True)
        _configure_list(actions)
        _configure_start(actions)
        get = _action(actions, "get", _get, "show one execution with its tasks")
        _execution(get)
        _execution(_action(actions, "status", _status, "show the state and the output of one execution"))
        terminate = _action(actions, "terminate", _terminate, "end an execution")
        _execution(terminate)
        terminate.add_argument("--reason", help="why; kept with the execution")
        for name, text in _views.STEERING.items():
            _execution(_action(actions, name, _steer, text))

    def run(self, args: argparse.Namespace, settings: Settings) -> int:
        """Do what was typed, and return the exit code."""
        action = cast("Action", args.action)
        with Conductor(settings) as conductor:
            return action(conductor.workflows, args)


def _action(actions: Any, name: str, action: Action, text: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=text, description=f"{text.capitalize()}.")
    parser.add_argument("--json", action="store_true", help="print the server's documents instead of tables")
    parser.set_defaults(action=action, action_name=name)
    return parser


def _execution(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("workflow_id", metavar="ID", help="id of the execution")


def _configure_list(actions: Any) -> None:
    parser = _action(actions, "list", _list, "list executions, the newest first")
    parser.add_argument("--name", metavar="NAME", help="only of this workflow")
    parser.add_argument(
        "--status", type=str.upper, help="only in this state, for example FAILED; a comma separates several"
    )
    parser.add_argument("--correlation-id", metavar="ID", help="only with this correlation id")
    parser.add_argument("--text", default="*", help="only with these words in input or output")
    parser.add_argument("--query", help="conditions in the server's own query language, instead of the ones above")
    parser.add_argument("--start", type=int, default=0, metavar="N", help="skip the first N (default 0)")
    parser.add_argument("--size", type=int, default=20, metavar="N", help="show at most N (default 20)")


def _configure_start(actions: Any) -> None:
    parser = _action(actions, "start", _start, "start a workflow and print the id of its execution")
    parser.add_argument("name", metavar="NAME", help="name of the workflow")
    parser.add_argument("--version", type=int, metavar="N", help="version of the workflow; the highest without it")
    parser.add_argument(
        "--input", default="{}", metavar="JSON", help="input as a JSON object; @FILE reads it, @- from stdin"
    )
    parser.add_argument("--correlation-id", metavar="ID", help="an id of yours, by which the execution can be found")
    parser.add_argument("--wait", type=float, metavar="SECONDS", help="wait for the end and show it")


def _list(workflows: WorkflowApi[Sync], args: argparse.Namespace) -> int:
    query = args.query or _views.query_of(name=args.name, status=args.status, correlation_id=args.correlation_id)
    found = workflows.search(query, free_text=args.text, start=args.start, size=args.size, sort="startTime:DESC")
    _print(_views.found_page(found, start=args.start), found.to_wire() if args.json else None)
    return 0


def _get(workflows: WorkflowApi[Sync], args: argparse.Namespace) -> int:
    run = workflows.get_workflow(args.workflow_id)
    _print(_views.execution(run), run.to_wire() if args.json else None)
    return 0


def _status(workflows: WorkflowApi[Sync], args: argparse.Namespace) -> int:
    summary = workflows.get_workflow_status(args.workflow_id, include_output=True)
    _print(_views.status(summary), summary.to_wire() if args.json else None)
    return 0


def _start(workflows: WorkflowApi[Sync], args: argparse.Namespace) -> int:
    started = workflows.start_workflow_by_name(
        args.name, _input_of(args.input), version=args.version, correlation_id=args.correlation_id
    )
    if args.wait is None:
        _print([started], {"workflowId": started} if args.json else None)
        return 0
    run = workflows.wait_for_workflow(started, timeout=args.wait)
    _print(_views.execution(run), run.to_wire() if args.json else None)
    return 0 if run.status == "COMPLETED" else 1


def _terminate(workflows: WorkflowApi[Sync], args: argparse.Namespace) -> int:
    workflows.terminate(args.workflow_id, args.reason)
    return _status(workflows, args)


def _steer(workflows: WorkflowApi[Sync], args: argparse.Namespace) -> int:
    steer: Callable[[str], None] = getattr(workflows, args.action_name)
    steer(args.workflow_id)
    return _status(workflows, args)


def _input_of(text: str) -> dict[str, object]:
    """Read the input of a start: JSON, or ``@FILE`` that holds JSON.

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
            f'{where} must be a JSON object like {{"name": "value"}}, got {type(value).__name__}'
        )
    return cast("dict[str, object]", value)


def _print(lines: Any, document: object | None) -> None:
    if document is not None:
        lines = [json.dumps(document, indent=2, ensure_ascii=False)]
    for line in lines:
        print(line)  # noqa: T201 - the command's output
