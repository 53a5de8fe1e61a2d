"""One call from first try to answer, with no I/O: a script of outcomes, a clock that moves when told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import Call, ConductorError, Settings, Sleep, get, post, put
from conductor_core._exchange import Outcome, Send, exchange
from conductor_core.builtin.standard_retry import StandardRetry
from conductor_core.errors import (
    ApiError,
    AuthenticationError,
    ConflictError,
    ConnectionFailedError,
    DecodeError,
    InvalidArgumentError,
    NotFoundError,
    NotSupportedByServerError,
    PermissionDeniedError,
    RateLimitedError,
    RequestTimeoutError,
    ServerError,
)
from conductor_core.models import Task

if TYPE_CHECKING:
    from conductor_core import RetryPolicy
    from conductor_core.interfaces import Attempt, Failure

BASE = "http://server:8080/api"
STEADY = StandardRetry(Settings(), draw=lambda: 0.5)  # no jitter


@dataclass
class World:
    """Plays the driver: gives the next outcome for each send, and lets time pass while it sleeps."""

    outcomes: list[Outcome]
    seconds_for_each_send: float = 0.0
    now: float = 100.0
    sent: list[Send] = field(default_factory=list[Send])
    slept: list[float] = field(default_factory=list[float])

    def run(self, call: Call[Any], policy: RetryPolicy = STEADY) -> Any:
        steps = exchange(call, BASE, policy, lambda: self.now)
        answer: Outcome | None = None
        try:
            action = next(steps)
            while True:
                if isinstance(action, Sleep):
                    self.slept.append(action.seconds)
                    self.now += action.seconds
                    answer = None
                else:
                    self.sent.append(action)
                    self.now += self.seconds_for_each_send
                    answer = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]
                action = steps.send(answer)
        except StopIteration as stop:
            return stop.value


def ok(body: bytes = b"{}", content_type: str = "application/json") -> Outcome:
    return Outcome(200, {"content-type": content_type}, body)


def status(code: int, **headers: str) -> Outcome:
    return Outcome(code, {name.replace("_", "-"): value for name, value in headers.items()}, b'{"message": "said"}')


def failed(failure: Failure) -> Outcome:
    return Outcome(failure=failure, reason="it broke", cause=OSError("broken"))


# What is sent.


def test_a_request_without_body_has_no_content_type() -> None:
    world = World([ok()])
    world.run(get("/task/{}", "a b", query={"name": "x y&z", "list": ["1", "2"]}))
    (sent,) = world.sent
    assert sent.url == f"{BASE}/task/a%20b?name=x%20y%26z&list=1&list=2"
    assert sent.content is None
    assert "content-type" not in dict(sent.headers)
    assert dict(sent.headers)["accept"].startswith("application/json")


def test_a_json_body() -> None:
    world = World([ok()])
    world.run(post("/x", body={"a": None, "b": [Task(task_id="1", task_type="t")]}, headers={"X-Key": "k"}))
    (sent,) = world.sent
    assert sent.content is not None
    assert sent.content.startswith(b'{"a":null,"b":[{"taskId":"1","taskType":"t"')
    assert dict(sent.headers)["content-type"] == "application/json"
    assert ("X-Key", "k") in sent.headers


def test_a_text_body() -> None:
    world = World([ok(b"done", "text/plain")])
    assert world.run(post("/x", text="größe", returns=str)) == "done"
    (sent,) = world.sent
    assert sent.content == "größe".encode()
    assert dict(sent.headers)["content-type"] == "text/plain; charset=utf-8"
    assert dict(sent.headers)["accept"].startswith("text/plain")


@pytest.mark.parametrize("body", [{"a": float("nan")}, {"a": float("inf")}, {"a": object()}, {"a": "\ud800"}])
def test_a_body_without_json_form_is_refused_before_any_io(body: object) -> None:
    world = World([ok()])
    with pytest.raises(InvalidArgumentError, match="the body of POST /x has no JSON form"):
        world.run(post("/x", body=body))
    assert world.sent == []


def test_a_call_has_its_own_timeout() -> None:
    world = World([ok()])
    world.run(get("/x", timeout=2.5))
    world.run(get("/x"))
    assert [sent.timeout for sent in world.sent] == [2.5, None]


# What comes back.


@pytest.mark.parametrize(
    ("call", "outcome", "answer"),
    [
        (get("/x", returns=int), ok(b"5"), 5),
        (get("/x", returns=list[str]), ok(b'["a"]'), ["a"]),
        (get("/x", returns=str), ok(b"id-1", "text/plain"), "id-1"),
        (get("/x", returns=str), ok(b'"id-1"'), "id-1"),
        (get("/x", returns=str), ok(b"id-1"), "id-1"),
        (get("/x", returns=str), ok(b'"id-1"', "text/plain"), '"id-1"'),
        (get("/x"), ok(b"not looked at"), None),
        (get("/x", returns=int, none_when_empty=True), Outcome(204), None),
        (get("/x", returns=int, none_when_empty=True), ok(b" null\n"), None),
        (get("/x", returns=int, none_when_empty=True), ok(b"7"), 7),
    ],
)
def test_answers_are_read_as_what_the_call_returns(call: Call[Any], outcome: Outcome, answer: object) -> None:
    assert World([outcome]).run(call) == answer


def test_an_answer_may_be_a_model() -> None:
    task = World([ok(b'{"taskId": "1", "newField": {"a": null}}')]).run(get("/x", returns=Task))
    assert isinstance(task, Task)
    assert task.task_id == "1"


@pytest.mark.parametrize(
    ("returns", "body"),
    [(int, b"{}"), (int, b""), (int, b"<html>"), (Task, b'{"seq": "first"}'), (Task, b"[]"), (str, b"\xff")],
)
def test_an_answer_that_is_not_what_was_promised_is_a_decode_error(returns: type[Any], body: bytes) -> None:
    with pytest.raises(DecodeError, match=r"GET http://server:8080/api/x failed: the answer of 200 is not a") as caught:
        World([ok(body, "text/plain")]).run(get("/x", query={"token": "secret"}, returns=returns))
    assert not caught.value.retryable
    assert "secret" not in str(caught.value)


def test_a_decode_error_does_not_show_what_the_answer_held() -> None:
    with pytest.raises(DecodeError, match="seq: ") as caught:
        World([ok(b'{"seq": "top-secret"}')]).run(get("/x", returns=Task))
    chain: BaseException | None = caught.value
    while chain is not None:
        assert "top-secret" not in str(chain)
        chain = chain.__cause__


ERRORS: list[tuple[int, type[ApiError]]] = [
    (400, ApiError),
    (401, AuthenticationError),
    (403, PermissionDeniedError),
    (404, NotFoundError),
    (405, NotSupportedByServerError),
    (409, ConflictError),
    (418, ApiError),
    (500, ServerError),
    (501, NotSupportedByServerError),
    (502, ServerError),
    (503, ServerError),
]


@pytest.mark.parametrize(("code", "kind"), ERRORS)
def test_an_error_answer_is_raised_at_once(code: int, kind: type[ApiError]) -> None:
    world = World([status(code)])
    with pytest.raises(kind) as caught:
        world.run(get("/x", query={"q": "secret"}, hint="use y"))
    error = caught.value
    assert (error.method, error.url, error.status, error.server_message) == ("GET", f"{BASE}/x", code, "said")
    assert len(world.sent) == 1
    assert ("use y" in str(error)) is (kind is NotSupportedByServerError)


# Retries.


def test_429_is_tried_again_five_times_exponentially() -> None:
    world = World([status(429)])
    with pytest.raises(RateLimitedError) as caught:
        world.run(post("/x"))
    assert world.slept == [1.0, 2.0, 4.0, 8.0, 16.0]
    assert len(world.sent) == 6
    assert caught.value.retryable


def test_a_retry_that_works_gives_the_answer() -> None:
    world = World([status(429), failed("connect"), ok(b"7")])
    assert world.run(get("/x", returns=int)) == 7
    assert world.slept == [1.0, 2.0]


@pytest.mark.parametrize("call", [get("/x"), put("/x"), post("/x")], ids=lambda call: str(call.method))
def test_a_failure_to_connect_is_tried_again_three_times_linearly(call: Call[None]) -> None:
    world = World([failed("connect")])
    with pytest.raises(ConnectionFailedError, match="it broke") as caught:
        world.run(call)
    assert world.slept == [1.0, 2.0, 3.0]
    assert caught.value.retryable
    assert isinstance(caught.value.__cause__, OSError)


def test_a_broken_connection_is_tried_again_only_when_that_does_no_harm() -> None:
    repeatable, once = World([failed("broken")]), World([failed("broken")])
    with pytest.raises(ConnectionFailedError) as caught:
        repeatable.run(put("/x"))
    assert caught.value.retryable
    with pytest.raises(ConnectionFailedError) as caught:
        once.run(post("/x"))
    assert not caught.value.retryable
    assert (repeatable.slept, once.slept) == ([1.0, 2.0, 3.0], [])


def test_a_timeout_is_never_tried_again() -> None:
    world = World([failed("timeout")])
    with pytest.raises(RequestTimeoutError) as caught:
        world.run(get("/x"))
    assert world.slept == []
    assert caught.value.retryable
    with pytest.raises(RequestTimeoutError) as caught:
        world.run(post("/x"))
    assert not caught.value.retryable


@pytest.mark.parametrize("code", [401, 403, 500, 502, 503, 504, 404, 400])
def test_other_answers_are_final(code: int) -> None:
    world = World([status(code)])
    with pytest.raises(ApiError):
        world.run(get("/x"))
    assert world.slept == []


def test_retry_after_beats_the_computed_wait() -> None:
    world = World([status(429, retry_after="7"), status(429, retry_after="0"), ok()])
    world.run(get("/x"))
    assert world.slept == [7.0, 0.0]


def test_retry_after_may_be_a_date_of_the_servers_clock() -> None:
    date, later = "Sat, 21 Nov 2026 10:00:00 GMT", "Sat, 21 Nov 2026 10:00:09 GMT"
    world = World([status(429, retry_after=later, date=date), ok()])
    world.run(get("/x"))
    assert world.slept == [9.0]


def test_a_server_that_asks_for_too_long_gets_its_error_reported() -> None:
    world = World([status(429, retry_after="3600")])
    with pytest.raises(RateLimitedError):
        world.run(get("/x"))
    assert world.slept == []


def test_retry_after_does_not_revive_what_the_policy_gave_up() -> None:
    world = World([status(503, retry_after="1")])
    with pytest.raises(ServerError):
        world.run(get("/x"))
    assert world.slept == []


def test_a_budget_bounds_the_time_of_retries() -> None:
    world = World([status(429)], seconds_for_each_send=0.5)
    with pytest.raises(RateLimitedError):
        world.run(get("/x", retry_budget=10))
    assert world.slept == [1.0, 2.0, 4.0]  # the next wait would end after 17 s


def test_a_budget_of_nothing_never_asks_the_policy() -> None:
    class Forbidden(StandardRetry):
        def wait(self, attempt: Attempt) -> float | None:
            pytest.fail(f"asked about {attempt}")

    with pytest.raises(RateLimitedError):
        World([status(429)]).run(get("/x", retry_budget=0), Forbidden(Settings()))


def test_the_policy_sees_every_fact_of_an_attempt() -> None:
    seen: list[Attempt] = []

    class Watching(StandardRetry):
        def wait(self, attempt: Attempt) -> float | None:
            seen.append(attempt)
            return 1.5 if attempt.number == 1 else None

    world = World([status(429, retry_after="2"), failed("broken")], seconds_for_each_send=0.25)
    with pytest.raises(ConnectionFailedError):
        world.run(put("/x/{}", "1"), Watching(Settings()))
    first, second = seen
    assert (first.number, first.method, first.template, first.repeatable) == (1, "PUT", "/x/{}", True)
    assert (first.status, first.failure, first.retry_after, first.elapsed) == (429, None, 2.0, 0.25)
    assert (second.number, second.status, second.failure, second.retry_after) == (2, None, "broken", None)
    assert second.elapsed == 2.5


# Redirects.


def moved(location: str, code: int = 302) -> Outcome:
    return Outcome(code, {"location": location})


@pytest.mark.parametrize(
    "location",
    [f"{BASE}/y", "/api/y", "y", "HTTP://server:8080/api/y", "//server:8080/api/y"],
)
def test_a_get_follows_a_redirect_to_the_same_origin(location: str) -> None:
    world = World([moved(location), ok(b"5")])
    assert world.run(get("/x", returns=int, headers={"X-Key": "k"}, timeout=3)) == 5
    first, second = world.sent
    assert second.url.lower() == f"{BASE}/y"
    assert (second.headers, second.timeout) == (first.headers, first.timeout)


@pytest.mark.parametrize(
    "location",
    [
        "http://other:8080/api/y",
        "https://server:8080/api/y",
        "http://server:8081/api/y",
        "http://server/api/y",
        "http://server:8080@other/api/y",
        "//other/api/y",
        "http://[bad",
        "http://server:99999/",
        "http://user:password@server:8080/api/y",
        "",
    ],
)
def test_a_redirect_to_another_origin_is_an_error(location: str) -> None:
    world = World([moved(location)])
    with pytest.raises(ApiError, match=r"a redirect to .*, which is not followed") as caught:
        world.run(get("/x"))
    assert len(world.sent) == 1
    assert caught.value.status == 302


@pytest.mark.parametrize("code", [301, 302, 307, 308])
def test_only_a_get_is_redirected(code: int) -> None:
    world = World([moved(f"{BASE}/y", code)])
    with pytest.raises(ApiError):
        world.run(post("/x"))
    assert len(world.sent) == 1


def test_a_redirect_in_circles_ends() -> None:
    world = World([moved(f"{BASE}/x")])
    with pytest.raises(ApiError):
        world.run(get("/x"))
    assert len(world.sent) == 6


def test_a_redirect_does_not_show_the_path_it_leads_to() -> None:
    with pytest.raises(ApiError, match="a redirect to https://login,") as caught:
        World([moved("https://login/?token=secret")]).run(get("/x"))
    assert "secret" not in str(caught.value)


def test_a_driver_that_answers_with_nothing_is_a_defect_with_a_name() -> None:
    steps = exchange(get("/x"), BASE, STEADY, lambda: 0.0)
    next(steps)
    with pytest.raises(ConductorError, match="defect of the driver"):
        steps.send(None)


@pytest.mark.parametrize("returns", [None, str, Task])
def test_a_web_page_is_no_answer_of_the_server(returns: Any) -> None:
    page = Outcome(200, {"content-type": "text/html;charset=UTF-8"}, b"<html><title>Sign in</title></html>")
    with pytest.raises(DecodeError, match=r"a web page answered with 200.*check server_url"):
        World([page]).run(post("/tasks", body={}, returns=returns))


def test_an_empty_page_is_an_empty_answer() -> None:
    assert World([Outcome(200, {"content-type": "text/html"}, b"")]).run(post("/tasks", body={})) is None
