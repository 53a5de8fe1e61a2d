"""``conductor agent``: look at agents and their executions, start, follow and steer them from a terminal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from conductor_agents import _views
from conductor_core import Command, Conductor
from conductor_core.commands import add_action, json_object, show

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from conductor_agents.api import AgentApi
    from conductor_core import Settings, Sync

    Action = Callable[[AgentApi[Sync], argparse.Namespace], int]

_STEERING: Final = {
    "pause": "start no further step of an execution",
    "resume": "go on with a paused execution",
    "stop": "let an execution end after the turn that it is at",
    "retry": "go on from the step of an execution that failed",
    "restart": "run an execution that has ended again from the beginning",
}


class AgentCommand(Command):
    """Lists, shows, starts, follows, answers and steers agents."""

    help: ClassVar[str] = "List, show, start, follow and answer agents."

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add one subcommand for each action."""
        actions = parser.add_subparsers(metavar="ACTION", required=True)
        add_action(actions, "list", _list, "list the deployed agents")
        get = add_action(actions, "get", _get, "show the document that an agent was deployed from")
        get.add_argument("name", metavar="NAME", help="name of the agent")
        get.add_argument("--version", type=int, metavar="N", help="version of the agent; the latest without it")
        _configure_start(actions)
        _configure_runs(actions)
        _execution(add_action(actions, "status", _status, "show how far an execution is, and what it waits for"))
        follow = add_action(actions, "follow", _follow, "print the events of an execution until it has ended")
        _execution(follow)
        follow.add_argument("--after", metavar="N", help="only what came after the event of this id")
        _configure_answers(actions)
        cancel = add_action(actions, "cancel", _cancel, "end an execution at once")
        _execution(cancel)
        cancel.add_argument("--reason", help="why; kept with the execution")
        for name, text in _STEERING.items():
            _execution(add_action(actions, name, _steer, text))

    def run(self, args: argparse.Namespace, settings: Settings) -> int:
        """Do what was typed, and return the exit code."""
        action = cast("Action", args.action)
        with Conductor(settings) as conductor:
            return action(conductor.agents, args)


def _execution(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("execution_id", metavar="ID", help="id of the execution")


def _configure_start(actions: Any) -> None:
    parser = add_action(actions, "start", _start, "start an agent and print the id of its execution")
    parser.add_argument("name", metavar="NAME", help="name of a deployed agent")
    parser.add_argument("prompt", metavar="PROMPT", help="what it is asked")
    parser.add_argument("--version", type=int, metavar="N", help="version of the agent; the latest without it")
    parser.add_argument("--session", metavar="ID", help="go on with the conversation of this session")
    parser.add_argument("--model", metavar="MODEL", help="a model in place of the agent's own")
    parser.add_argument("--wait", type=float, metavar="SECONDS", help="wait for the end and show it")


def _configure_runs(actions: Any) -> None:
    parser = add_action(actions, "runs", _runs, "list executions, the newest first")
    parser.add_argument("--name", metavar="NAME", help="only of this agent")
    parser.add_argument("--status", type=str.upper, help="only in this state, for example FAILED")
    parser.add_argument("--start", type=int, default=0, metavar="N", help="skip the first N (default 0)")
    parser.add_argument("--size", type=int, default=20, metavar="N", help="show at most N (default 20)")


def _configure_answers(actions: Any) -> None:
    respond = add_action(actions, "respond", _respond, "answer an execution that waits for somebody")
    _execution(respond)
    answer = respond.add_mutually_exclusive_group(required=True)
    answer.add_argument("--approve", action="store_true", help="let it go on")
    answer.add_argument("--reject", metavar="REASON", help="do not let it, and why")
    answer.add_argument("--message", metavar="TEXT", help="answer with a text")
    answer.add_argument("--fields", metavar="JSON", help="answer with these fields; @FILE reads them, @- from stdin")
    signal = add_action(actions, "signal", _signal, "tell a running agent something")
    _execution(signal)
    signal.add_argument("message", metavar="TEXT", help="what its model sees from its next turn on")


def _list(agents: AgentApi[Sync], args: argparse.Namespace) -> int:
    found = agents.list_agents()
    show(_views.agents(found), [agent.to_wire() for agent in found] if args.json else None)
    return 0


def _get(agents: AgentApi[Sync], args: argparse.Namespace) -> int:
    show((), agents.get_agent(args.name, version=args.version))
    return 0


def _start(agents: AgentApi[Sync], args: argparse.Namespace) -> int:
    from conductor_agents.models import AgentStartRequest  # noqa: PLC0415 - the help of the command does without

    request = AgentStartRequest(
        name=args.name, version=args.version, prompt=args.prompt, session_id=args.session, model=args.model
    )
    started = agents.start_agent(request)
    if args.wait is None:
        show([started.execution_id or ""], started.to_wire() if args.json else None)
        return 0
    status = agents.wait_for_agent(started.execution_id or "", timeout=args.wait)
    show(_views.status(status), status.to_wire() if args.json else None)
    return 0 if status.status == "COMPLETED" else 1


def _runs(agents: AgentApi[Sync], args: argparse.Namespace) -> int:
    found = agents.list_executions(agent_name=args.name, status=args.status, start=args.start, size=args.size)
    show(_views.runs(found, start=args.start), found.to_wire() if args.json else None)
    return 0


def _status(agents: AgentApi[Sync], args: argparse.Namespace) -> int:
    status = agents.get_status(args.execution_id)
    show(_views.status(status), status.to_wire() if args.json else None)
    return 0


def _follow(agents: AgentApi[Sync], args: argparse.Namespace) -> int:
    last = None
    for last in agents.stream_events(args.execution_id, last_event_id=args.after):
        line = json.dumps(last.to_wire(), ensure_ascii=False) if args.json else _views.event(last)
        print(line, flush=True)  # noqa: T201 - the command's output
    return 0 if last is not None and last.type == "done" else 1


def _respond(agents: AgentApi[Sync], args: argparse.Namespace) -> int:
    answer = {"approved": True}
    if args.reject is not None:
        answer = {"approved": False, "reason": args.reject}
    elif args.message is not None:
        answer = {"message": args.message}
    elif args.fields is not None:
        answer = json_object("--fields", args.fields)
    agents.respond(args.execution_id, answer)
    return _status(agents, args)


def _signal(agents: AgentApi[Sync], args: argparse.Namespace) -> int:
    agents.signal(args.execution_id, args.message)
    return _status(agents, args)


def _cancel(agents: AgentApi[Sync], args: argparse.Namespace) -> int:
    agents.cancel(args.execution_id, args.reason)
    return _status(agents, args)


def _steer(agents: AgentApi[Sync], args: argparse.Namespace) -> int:
    steer: Callable[[str], None] = getattr(agents, args.action_name)
    steer(args.execution_id)
    return _status(agents, args)
