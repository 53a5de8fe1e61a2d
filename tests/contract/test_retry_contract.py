"""What every retry policy keeps: it is pure, it gives up, and it is obeyed on both faces."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conductor_core import Attempt, ConductorError, RetryPolicy, Settings, get, post
from conductor_core._drivers import AsyncDriver, SyncDriver
from conductor_core.builtin.standard_retry import StandardRetry
from conductor_core.http import ConnectError, Response
from tests._support.fake_server import answering, parts_for, settings_for
from tests._support.strangers import Impatient, Never, offering

if TYPE_CHECKING:
    from conductor_core._http_client import ClientParts
    from tests._support.fake_server import FakeServer

POLICIES: list[type[RetryPolicy]] = [StandardRetry, Impatient, Never]
each_policy = pytest.mark.parametrize("kind", POLICIES, ids=lambda kind: str(kind.name))
attempts = st.builds(
    Attempt,
    number=st.integers(1, 100),
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    template=st.just("/x"),
    repeatable=st.booleans(),
    elapsed=st.floats(0, 1000),
    status=st.none() | st.sampled_from([400, 401, 403, 404, 409, 429, 500, 502, 503, 504]),
    failure=st.none() | st.sampled_from(["connect", "timeout", "broken"]),
    retry_after=st.none() | st.floats(0, 100),
)


@each_policy
def test_a_wait_is_nothing_or_a_time(kind: type[RetryPolicy]) -> None:
    policy = kind(Settings())

    @given(attempts)
    def check(attempt: Attempt) -> None:
        wait = policy.wait(attempt)
        assert wait is None or (wait >= 0 and math.isfinite(wait))
        if attempt.status in {401, 403}:
            assert wait is None or attempt.failure is not None

    check()


@each_policy
def test_it_gives_up(kind: type[RetryPolicy]) -> None:
    policy = kind(Settings())
    for facts in ({"status": 429}, {"status": 503}, {"failure": "connect"}, {"failure": "broken"}):
        values: dict[str, Any] = {"method": "GET", "template": "/x", "repeatable": True, "elapsed": 0.0, **facts}
        waits = [policy.wait(Attempt(number=number, **values)) for number in range(1, 50)]
        assert None in waits
        assert set(waits[waits.index(None) :]) == {None}


def _parts(kind: type[RetryPolicy], server: FakeServer) -> ClientParts:
    plugins = [] if kind is StandardRetry else [offering("conductor_register_retry", kind)]
    return parts_for(server, settings_for(retry=kind.name), plugins=plugins)


OBEYED: list[tuple[type[RetryPolicy], Any, int]] = [
    (StandardRetry, Response(503), 1),
    (StandardRetry, Response(429), 6),
    (StandardRetry, ConnectError("refused"), 4),
    (Impatient, Response(503), 3),
    (Impatient, Response(429), 1),
    (Impatient, ConnectError("refused"), 1),
    (Never, Response(429), 1),
    (Never, ConnectError("refused"), 1),
]


@pytest.mark.parametrize(("kind", "answer", "tries"), OBEYED)
async def test_it_is_obeyed_on_both_faces(kind: type[RetryPolicy], answer: Any, tries: int) -> None:
    async def sleep(_seconds: float) -> None:
        """Take no time."""

    server = answering(answer)
    driver = SyncDriver(_parts(kind, server), sleep=lambda _seconds: None)
    with pytest.raises(ConductorError):
        driver.run(post("/x"))
    driver.close()
    assert len(server.requests) == tries

    server = answering(answer)
    async_driver = AsyncDriver(_parts(kind, server), sleep=sleep)
    with pytest.raises(ConductorError):
        await async_driver.run(post("/x"))
    await async_driver.aclose()
    assert len(server.requests) == tries


@each_policy
def test_a_call_may_forbid_it(kind: type[RetryPolicy]) -> None:
    for answer in (Response(429), Response(503), ConnectError("refused")):
        server = answering(answer)
        driver = SyncDriver(_parts(kind, server))
        with pytest.raises(ConductorError):
            driver.run(get("/x", retry_budget=0))
        driver.close()
        assert len(server.requests) == 1
