"""What every way to authenticate keeps, the built-in ones and those of strangers, on both faces."""

from __future__ import annotations

import asyncio
import json
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import ConductorError, Plugins, Settings, get, post
from conductor_core._drivers import AsyncDriver, SyncDriver
from conductor_core.errors import AuthenticationError
from conductor_core.http import Request, Response
from conductor_core.interfaces import SecretHeaders
from tests._support.fake_server import answering, parts_for, settings_for
from tests._support.strangers import KEY, SigningAuth, TokenAuth, offering, signature_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from conductor_core._http_client import ClientParts
    from conductor_core.interfaces import StaticHeaders


@dataclass(frozen=True)
class Subject:
    """One provider: how it is chosen, and what a server sees of it."""

    name: str
    accepts: Callable[[Request], bool]
    settings: dict[str, Any] = field(default_factory=dict[str, Any])
    plugin: object | None = None

    def parts(self, server: Callable[[Request], Response]) -> ClientParts:
        plugins = [self.plugin] if self.plugin is not None else []
        return parts_for(server, settings_for(auth=self.name, **self.settings), plugins=plugins)


def _signed(request: Request) -> bool:
    signature: str = request.headers.get("x-signature", "")
    return signature == signature_of(request)


SUBJECTS = [
    Subject("none", lambda request: "authorization" not in request.headers),
    Subject("bearer", lambda request: request.headers.get("authorization") == f"Bearer {KEY}", {"auth_token": KEY}),
    Subject(
        "basic",
        lambda request: request.headers.get("authorization", "").startswith("Basic "),
        {"auth_user": "ada", "auth_password": KEY},
    ),
    Subject("signing", _signed, plugin=offering("conductor_register_auth", SigningAuth)),
    Subject(
        "token",
        lambda request: request.headers.get("x-token", "").startswith(KEY),
        plugin=offering("conductor_register_auth", TokenAuth),
    ),
]
each_auth = pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: str(subject.name))


@pytest.fixture(params=["sync", "async"])
def run(request: pytest.FixtureRequest) -> Callable[[ClientParts, Any], Any]:
    """Run a call on one of the faces, without waiting between tries."""

    async def sleep(_seconds: float) -> None:
        """Take no time."""

    async def on_loop(parts: ClientParts, call: Any) -> Any:
        driver = AsyncDriver(parts, sleep=sleep)
        try:
            return await driver.run(call)
        finally:
            await driver.aclose()

    def blocking(parts: ClientParts, call: Any) -> Any:
        driver = SyncDriver(parts, sleep=lambda _seconds: None)
        try:
            return driver.run(call)
        finally:
            driver.close()

    if request.param == "sync":
        return blocking
    return lambda parts, call: asyncio.run(on_loop(parts, call))


@each_auth
def test_it_is_seen_on_every_request_and_leaves_the_body_alone(
    subject: Subject, run: Callable[[ClientParts, Any], Any]
) -> None:
    server = answering(Response(200, json={}))
    body = {"text": "größe", "none": None}
    run(subject.parts(server), post("/x/{}", "a/b", query={"q": "a b"}, body=body))
    run(subject.parts(server), get("/y"))
    run(subject.parts(server), post("/z", text="plain"))
    assert [subject.accepts(request) for request in server.requests] == [True] * 3
    assert json.loads(server.requests[0].content) == body
    assert server.requests[2].content == b"plain"


@each_auth
def test_it_is_seen_again_on_each_try_and_after_a_redirect(
    subject: Subject, run: Callable[[ClientParts, Any], Any]
) -> None:
    moved = Response(302, headers={"Location": "/api/y"})
    server = answering(Response(429), moved, Response(429), moved, Response(200, json=7))
    assert run(subject.parts(server), get("/x", returns=int)) == 7
    assert [subject.accepts(request) for request in server.requests] == [True] * 5


@each_auth
def test_it_never_leaves_the_origin(subject: Subject, run: Callable[[ClientParts, Any], Any]) -> None:
    server = answering(Response(302, headers={"Location": "http://evil:8080/api/y"}))
    with pytest.raises(ConductorError, match="not followed"):
        run(subject.parts(server), get("/x"))
    assert {request.url.host for request in server.requests} == {"server"}


@each_auth
@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_is_final_after_at_most_one_more_try(
    subject: Subject, run: Callable[[ClientParts, Any], Any], status: int
) -> None:
    server = answering(Response(status, json={"message": "go away"}))
    with pytest.raises(ConductorError, match="go away"):
        run(subject.parts(server), get("/x"))
    assert len(server.requests) <= 2


@each_auth
def test_no_secret_is_in_a_log_a_text_or_an_error(
    subject: Subject, run: Callable[[ClientParts, Any], Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    parts = subject.parts(answering(OSError("disk"), Response(500, json={"message": "no"})))
    texts = [repr(parts), repr(parts.settings), repr(parts.auth_provider), repr(parts.plugins.report())]
    for _ in range(2):
        with pytest.raises((ConductorError, OSError)) as caught:
            run(parts, post("/x", body={}))
        texts += [repr(caught.value), str(caught.value)]
    assert not [text for text in (*texts, caplog.text) if KEY in text]


@each_auth
def test_threads_share_it(subject: Subject) -> None:
    server = answering(Response(200, json=1))
    driver = SyncDriver(subject.parts(server))
    with ThreadPoolExecutor(16) as pool:
        calls = [pool.submit(driver.run, post("/x", body={"n": number})) for number in range(100)]
        for call in calls:
            call.result(10)
    driver.close()
    assert all(subject.accepts(request) for request in server.requests)
    assert len(server.requests) == 100


@each_auth
async def test_tasks_share_it(subject: Subject) -> None:
    server = answering(Response(200, json=1))
    driver = AsyncDriver(subject.parts(server))
    await asyncio.gather(*[driver.run(post("/x", body={"n": number})) for number in range(100)])
    await driver.aclose()
    assert all(subject.accepts(request) for request in server.requests)
    assert len(server.requests) == 100


def test_a_flow_that_takes_a_new_token_is_not_seen_by_the_retry_policy(
    run: Callable[[ClientParts, Any], Any],
) -> None:
    subject = SUBJECTS[-1]
    server = answering(Response(401), Response(200, json=5))
    assert run(subject.parts(server), post("/x", returns=int)) == 5
    assert [request.headers["x-token"] for request in server.requests] == [f"{KEY}-0", f"{KEY}-1"]
    with pytest.raises(AuthenticationError):
        run(subject.parts(answering(Response(401))), get("/x"))


class PreparedAuth(TokenAuth):
    """The same, with its header prepared ahead."""

    name = "prepared"

    def static_headers(self) -> StaticHeaders:
        return 1, SecretHeaders({"X-Token": self._token})


@pytest.mark.parametrize("call", [get("/x", returns=int), post("/x", body={"a": 1}, returns=int)], ids=["get", "post"])
def test_a_refused_header_that_was_prepared_is_not_sent_again_before_the_flow_has_another(
    run: Callable[[ClientParts, Any], Any], call: Any
) -> None:
    subject = Subject("prepared", lambda _request: True, plugin=offering("conductor_register_auth", PreparedAuth))
    server = answering(Response(401), Response(200, json=5))
    assert run(subject.parts(server), call) == 5
    assert [request.headers["x-token"] for request in server.requests] == [f"{KEY}-0", f"{KEY}-1"]
    server = answering(Response(403, json={"message": "not yours"}))
    with pytest.raises(ConductorError, match="not yours"):
        run(subject.parts(server), call)
    assert len(server.requests) == 1


def test_closing_a_conductor_closes_its_auth_once() -> None:
    made: list[TokenAuth] = []

    class Remembered(TokenAuth):
        def __init__(self, settings: Settings) -> None:
            super().__init__(settings)
            made.append(self)

    plugin = offering("conductor_register_auth", Remembered)
    parts = parts_for(answering(Response(200)), settings_for(auth="token"), plugins=[plugin])
    from conductor_core import Conductor  # noqa: PLC0415 - beside its only use

    assert isinstance(parts.plugins, Plugins)
    with Conductor(plugins=parts.plugins) as conductor:
        conductor.close()
    assert [provider.closed for provider in made] == [0, 1]
