"""Following an execution, without sockets and without waiting: the steps are answered by a script."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from conductor_agents import AgentApi, AgentEvent, AgentStatus
from conductor_core import Call, ConductorError, Item, NotFoundError, OpenBody, Read, Sleep, Together
from conductor_core.errors import ConnectionFailedError, DecodeError, RequestTimeoutError, ServerError
from conductor_core.http import Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable

RUNNING = AgentStatus(execution_id="e1", status="RUNNING", is_running=True)
COMPLETED = AgentStatus(execution_id="e1", status="COMPLETED", is_complete=True, output={"result": "so"})
FAILED = AgentStatus(execution_id="e1", status="FAILED", is_complete=True, reason_for_incompletion="no model")
DONE = b'id: 9\nevent: done\ndata: {"id": 9, "type": "done", "executionId": "e1", "output": {"result": "so"}}\n\n'
HEARTBEAT = b": heartbeat\n\n"
Answer: TypeAlias = "AgentStatus | str | bytes | ConductorError"


def _lost() -> ConnectionFailedError:
    return ConnectionFailedError(method="GET", url="http://x", reason="cut", retryable=True)


def _silent() -> RequestTimeoutError:
    return RequestTimeoutError(method="GET", url="http://x", reason="silence", retryable=True)


def _thinking(number: int) -> bytes:
    return b'id: %d\nevent: thinking\ndata: {"id": %d, "executionId": "e1", "content": "llm"}\n\n' % (number, number)


@dataclass
class Script:
    """Answers steps in order: a status, ``open`` (or a media type) for a stream, bytes for a read, or an error."""

    answers: list[Answer]
    opened: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    timeouts: list[float | None] = field(default_factory=list[float | None])
    slept: list[float] = field(default_factory=list[float])
    now: float = 0.0

    def run(self, **arguments: Any) -> list[AgentEvent]:
        """Return all events."""
        api: Any = _AtTime(self)
        steps = AgentApi.stream_events.steps(api, "e1", **arguments)
        found: list[AgentEvent] = []
        answer: Any = None
        while True:
            try:
                step = steps.throw(answer) if isinstance(answer, ConductorError) else steps.send(answer)
            except StopIteration:
                assert self.answers == []
                return found
            if isinstance(step, Item):
                found.append(step.value)
                answer = None
            else:
                assert not isinstance(step, Together)
                answer = self._answer(step)

    def _answer(self, step: Call[Any] | Sleep | Read) -> object:
        if isinstance(step, Sleep):
            self.slept.append(step.seconds)
            self.now += step.seconds
            return None
        answer = self.answers.pop(0)
        if isinstance(answer, ConductorError):
            return answer
        if isinstance(step, Call) and step.returns is OpenBody:
            assert isinstance(answer, str)
            self.opened.append(dict(step.headers))
            self.timeouts.append(step.timeout)
            return _body("text/event-stream; charset=UTF-8" if answer == "open" else answer)
        assert isinstance(answer, AgentStatus if isinstance(step, Call) else bytes), step
        return answer


class _AtTime:
    def __init__(self, script: Script) -> None:
        self._now: Callable[[], float] = lambda: script.now


def _body(media_type: str) -> OpenBody:
    request = Request("GET", "http://conductor.test/api/agent/stream/e1?x=1")
    return OpenBody(Response(200, headers={"content-type": media_type}, content=b"", request=request))


def test_events_are_given_until_the_end() -> None:
    script = Script([RUNNING, "open", b": connected\n\n", _thinking(1), HEARTBEAT[:5], HEARTBEAT[5:], RUNNING, DONE])
    assert [(event.id, event.type) for event in script.run()] == [(1, "thinking"), (9, "done")]
    assert (script.opened, script.timeouts) == ([{}], [45.0])


def test_a_lost_connection_goes_on_after_the_last_event_when_the_server_likes() -> None:
    first: list[Answer] = [RUNNING, "open", b"retry: 250\n" + _thinking(3), _lost()]
    script = Script([*first, RUNNING, "open", _thinking(4), b"", RUNNING, "open", DONE])
    assert [event.id for event in script.run()] == [3, 4, 9]
    assert script.opened == [{}, {"Last-Event-ID": "3"}, {"Last-Event-ID": "4"}]
    assert script.slept == [0.25, 0.25]


@pytest.mark.parametrize("last", [5, "5"])
def test_a_stream_is_resumed_after_an_event_that_is_known(last: int | str) -> None:
    script = Script([RUNNING, "open", DONE])
    script.run(last_event_id=last, silence=7.0)
    assert (script.opened, script.timeouts) == ([{"Last-Event-ID": "5"}], [7.0])


def test_silence_counts_as_a_lost_connection() -> None:
    script = Script([RUNNING, "open", _silent(), RUNNING, "open", DONE])
    assert [event.id for event in script.run()] == [9]
    assert script.slept == [1.0]


def test_events_of_agents_inside_are_no_end() -> None:
    inside = b'data: {"type": "done", "executionId": "child"}\n\n'
    failed = b'data: {"type": "error", "executionId": "e1", "toolName": "look_up", "content": "no"}\n\n'
    ended = b'data: {"type": "error", "executionId": "e1", "toolName": "workflow", "content": "no"}\n\n'
    script = Script([RUNNING, "open", inside + failed, ended])
    assert [(event.type, event.tool_name) for event in script.run()] == [
        ("done", None),
        ("error", "look_up"),
        ("error", "workflow"),
    ]


def test_of_an_execution_that_is_over_what_is_left_is_given_and_its_end_is_made() -> None:
    script = Script([FAILED, "open", b": connected\n\n", _thinking(1), _silent()])
    events = script.run()
    assert [(event.id, event.type, event.content) for event in events] == [
        (1, "thinking", "llm"),
        (None, "error", "no model"),
    ]
    assert script.timeouts == [2.0]
    events = Script([COMPLETED, "open", b""]).run()
    assert [(event.id, event.type, event.output) for event in events] == [(None, "done", {"result": "so"})]


def test_an_end_without_a_word_is_noticed_at_a_heartbeat() -> None:
    script = Script(
        [RUNNING, "open", b": connected\n\n", HEARTBEAT, COMPLETED, COMPLETED, "open", _thinking(2), _silent()]
    )
    assert [(event.id, event.type) for event in script.run()] == [(2, "thinking"), (None, "done")]


def test_a_server_that_is_away_is_waited_for_with_patience() -> None:
    script = Script([RUNNING, "open", _thinking(1), b"", *[_lost()] * 4, RUNNING, "open", DONE])
    assert [event.id for event in script.run()] == [1, 9]
    assert script.slept == [1.0, 1.0, 2.0, 4.0, 8.0]
    script = Script([RUNNING, "open", _thinking(1), b"", *[_lost()] * 5])
    with pytest.raises(ConnectionFailedError, match="cut"):
        script.run(patience=10.0)


@pytest.mark.parametrize("status", [502, 503])
def test_an_overloaded_server_is_waited_for_too(status: int) -> None:
    error = ServerError(method="GET", url="http://x", status=status, retryable=True)
    script = Script([RUNNING, "open", b"", error, RUNNING, "open", DONE])
    assert [event.id for event in script.run()] == [9]


def test_the_first_connection_has_to_succeed() -> None:
    unknown = NotFoundError(method="GET", url="http://x", status=404)
    for error in (unknown, _lost()):
        with pytest.raises(type(error)):
            Script([error]).run()
    with pytest.raises(NotFoundError):
        Script([RUNNING, "open", b"", unknown]).run()


def test_what_are_no_events_is_refused_and_says_where() -> None:
    with pytest.raises(DecodeError, match=r"GET http://conductor\.test/api/agent/stream/e1 .*is text/html, not"):
        Script([RUNNING, "text/html"]).run()
    with pytest.raises(DecodeError, match="of no type"):
        Script([RUNNING, ""]).run()
    with pytest.raises(DecodeError, match=r"an event cannot be read: timestamp: .*integer"):
        Script([RUNNING, "open", b'data: {"timestamp": "soon"}\n\n']).run()


def test_text_and_fields_of_newer_servers_are_kept() -> None:
    script = Script([RUNNING, "open", b'event: mood\nid: m1\ndata: good\n\ndata: {"type": "vote", "by": 3}\n\n', DONE])
    mood, vote, _ = script.run()
    assert (mood.id, mood.type, mood.content) == ("m1", "mood", "good")
    assert (vote.type, vote.to_wire()["by"]) == ("vote", 3)
