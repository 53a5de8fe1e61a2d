"""``conductor workflow``: look at executions and steer them from a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from conductor_core import Command, Conductor
from conductor_core.commands import add_action, json_object, show
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
        get = add_action(actions, "get", _get, "show one execution with its tasks")
        _execution(get)
        _execution(add_action(actions, "status", _status, "show the state and the output of one execution"))
        terminate = add_action(actions, "terminate", _terminate, "end an execution")
        _execution(terminate)
        terminate.add_argument("--reason", help="why; kept with the execution")
        for name, text in _views.STEERING.items():
            _execution(add_action(actions, name, _steer, text))

    def run(self, args: argparse.Namespace, settings: Settings) -> int:
        """Do what was typed, and return the exit code."""
        action = cast("Action", args.action)
        with Conductor(settings) as conductor:
            return action(conductor.workflows, args)


def _execution(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("workflow_id", metavar="ID", help="id of the execution")


def _configure_list(actions: Any) -> None:
    parser = add_action(actions, "list", _list, "list executions, the newest first")
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
    parser = add_action(actions, "start", _start, "start a workflow and print the id of its execution")
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
    show(_views.found_page(found, start=args.start), found.to_wire() if args.json else None)
    return 0


def _get(workflows: WorkflowApi[Sync], args: argparse.Namespace) -> int:
    run = workflows.get_workflow(args.workflow_id)
    show(_views.execution(run), run.to_wire() if args.json else None)
    return 0


def _status(workflows: WorkflowApi[Sync], args: argparse.Namespace) -> int:
    summary = workflows.get_workflow_status(args.workflow_id, include_output=True)
    show(_views.status(summary), summary.to_wire() if args.json else None)
    return 0


def _start(workflows: WorkflowApi[Sync], args: argparse.Namespace) -> int:
    started = workflows.start_workflow_by_name(
        args.name, json_object("--input", args.input), version=args.version, correlation_id=args.correlation_id
    )
    if args.wait is None:
        show([started], {"workflowId": started} if args.json else None)
        return 0
    run = workflows.wait_for_workflow(started, timeout=args.wait)
    show(_views.execution(run), run.to_wire() if args.json else None)
    return 0 if run.status == "COMPLETED" else 1


def _terminate(workflows: WorkflowApi[Sync], args: argparse.Namespace) -> int:
    workflows.terminate(args.workflow_id, args.reason)
    return _status(workflows, args)


def _steer(workflows: WorkflowApi[Sync], args: argparse.Namespace) -> int:
    steer: Callable[[str], None] = getattr(workflows, args.action_name)
    steer(args.workflow_id)
    return _status(workflows, args)
