"""Bad weather between workers and server, on a clock that jumps: no task is lost, and none is reported twice unasked."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import AuthProvider, Settings, TaskHandler, hookimpl
from conductor_core.http import Auth, ConnectError
from conductor_core.worker import define_worker
from conductor_core.worker._config import WorkerOptions
from tests._support.stub_server import Answer, StubConductor, stub_plugins
from tests._support.virtual_time import VirtualTimeLoop

if TYPE_CHECKING:
    from collections.abc import Generator

    from conductor_core.http import Request, Response

TASKS = 60
BOTH = pytest.mark.parametrize("v2", [True, False], ids=["update-v2", "plain update"])


class Storm:
    """A stub server, a worker that counts what it runs, and a loop with virtual time."""

    def __init__(self, *, v2: bool) -> None:
        self.stub = StubConductor(v2=v2)
        self.executed: Counter[str] = Counter()
        self.orphans = 0

    async def _work(self, number: int) -> dict[str, int]:
        self.executed[f"t{number}"] += 1
        await asyncio.sleep(0.2)
        return {"number": number}

    def run(
        self, *, tasks: int = TASKS, lost: int = 0, plugins: Any = (), settings: Any = None, listeners: Any = ()
    ) -> float:
        """Serve all tasks; return how long it took. ``lost`` of them never come to an end."""

        async def main() -> float:
            for number in range(tasks):
                self.stub.add("pay", f"t{number}", inputData={"number": number})
            worker = define_worker("pay", self._work, WorkerOptions(concurrency=5))
            handler = TaskHandler(
                plugins=stub_plugins(self.stub, *plugins, **(settings or {})),
                workers=[worker],
                environ={},
                event_listeners=listeners,
            )
            async with handler:
                await self.stub.until(lambda: len(self.stub.results) >= tasks - lost)
                took = asyncio.get_running_loop().time()
                await asyncio.sleep(200)  # whatever would be sent late arrives now
                (status,) = handler.get_worker_status()
                self.orphans = status.possible_orphans
                assert handler.is_healthy()
            assert handler.report is not None
            assert handler.report.clean
            return took

        with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
            return runner.run(main())

    def nothing_is_lost_or_doubled(self, tasks: int = TASKS) -> None:
        assert sorted(self.stub.results) == sorted(f"t{number}" for number in range(tasks))
        for number in range(tasks):
            assert self.stub.result(f"t{number}")["outputData"] == {"number": number}
        assert set(self.executed.values()) == {1}


def now() -> float:
    return asyncio.get_running_loop().time()


@BOTH
def test_a_server_that_is_down_for_a_minute(v2: bool) -> None:  # noqa: FBT001 - the parameter of the test
    storm = Storm(v2=v2)

    def down(request: Any) -> None:
        if 1 <= now() < 61:
            raise ConnectError("down")

    storm.stub.script = down
    took = storm.run()
    storm.nothing_is_lost_or_doubled()
    assert 61 < took < 200


@BOTH
@pytest.mark.parametrize("status", [500, 503, 429, 502])
def test_a_third_of_all_answers_is_an_error(v2: bool, status: int) -> None:  # noqa: FBT001 - the parameter of the test
    storm, chance = Storm(v2=v2), random.Random(status)  # noqa: S311 - a repeatable test
    storm.stub.script = lambda request: (status, {"message": "not now"}) if chance.random() < 0.33 else None
    storm.run()
    storm.nothing_is_lost_or_doubled()


@BOTH
def test_too_many_requests_are_answered_by_waiting_as_long_as_the_server_says(v2: bool) -> None:  # noqa: FBT001 - the parameter of the test
    storm = Storm(v2=v2)
    refused: dict[str, float] = {}

    def limit(request: Any) -> Any:
        if request.is_update and request.body["taskId"] not in refused:
            refused[request.body["taskId"]] = request.at
            return 429, None, {"Retry-After": "4"}
        return None

    storm.stub.script = limit
    storm.run()
    storm.nothing_is_lost_or_doubled()
    accepted = {request.body["taskId"]: request.at for request in storm.stub.updates}
    assert min(accepted[name] - at for name, at in refused.items()) > 3.99


@BOTH
@pytest.mark.parametrize("status", [401, 403])
def test_a_minute_of_refused_tokens(v2: bool, status: int) -> None:  # noqa: FBT001 - the parameter of the test
    storm = Storm(v2=v2)
    storm.stub.script = lambda request: (status, {"error": "INVALID_TOKEN"}) if 0.5 <= now() < 60 else None
    took = storm.run()
    storm.nothing_is_lost_or_doubled()
    polls = [poll.at for poll in storm.stub.polls if 0.5 <= poll.at < 60]
    assert len(polls) < 12, "polls back off while they are refused"
    assert took < 200


class Rotating(AuthProvider, Auth):
    """Holds a token, and fetches the current one when the server refuses it."""

    name = "rotating"
    current = "first"

    def __init__(self, settings: Settings) -> None:
        self._token = "first"

    def auth(self) -> Auth:
        return self

    def auth_flow(self, request: Request) -> Generator[Request, Response, None]:
        request.headers["X-Authorization"] = self._token
        response = yield request
        if response.status_code == 401:
            self._token = type(self).current
            request.headers["X-Authorization"] = self._token
            yield request


class RotatingPlugin:
    @hookimpl
    def conductor_register_auth(self) -> type[AuthProvider]:
        return Rotating


@BOTH
def test_tokens_that_change_again_and_again(v2: bool) -> None:  # noqa: FBT001 - the parameter of the test
    storm = Storm(v2=v2)

    def check(request: Any) -> Any:
        Rotating.current = f"token {int(now())}"
        return None if request.headers["x-authorization"] == Rotating.current else (401, {"error": "EXPIRED_TOKEN"})

    storm.stub.script = check
    storm.run(plugins=[RotatingPlugin()], settings={"auth": "rotating"})
    storm.nothing_is_lost_or_doubled()


@BOTH
def test_a_task_that_is_handed_out_again_while_it_runs_is_run_once(v2: bool) -> None:  # noqa: FBT001 - the parameter of the test
    storm = Storm(v2=v2)

    def twice(request: Any) -> Any:
        queue = storm.stub.queue("pay")
        if not request.is_poll or not queue:
            return None
        taken = [queue.popleft() for _ in range(min(len(queue), int(request.query["count"])))]
        return 200, [document for document in taken for _ in range(2)]

    storm.stub.script = twice
    storm.run()
    storm.nothing_is_lost_or_doubled()


def test_a_task_that_is_handed_out_again_after_its_end_is_run_and_reported_again() -> None:
    storm = Storm(v2=True)

    def again(request: Any) -> None:
        if request.is_update and len(storm.stub.updates) == 1:
            storm.stub.add("pay", "t0", inputData={"number": 0})

    storm.stub.script = again
    storm.run(tasks=1)
    assert len(storm.stub.results["t0"]) == storm.executed["t0"] == 2


# Answers that are lost on the wire.


@BOTH
def test_a_lost_answer_of_a_plain_update_only_repeats_the_same_result(v2: bool) -> None:  # noqa: FBT001 - the parameter of the test
    storm, chance, lost = Storm(v2=v2), random.Random(7), Counter[str]()  # noqa: S311 - a repeatable test

    def cut(request: Any, answer: Any) -> bool:
        if request.path != "/api/tasks" or chance.random() > 0.3:
            return False
        lost[request.body["taskId"]] += 1
        return True

    storm.stub.cut = cut
    storm.run()
    for number in range(TASKS):
        bodies = storm.stub.results[f"t{number}"]
        assert len(bodies) == 1 + lost[f"t{number}"]
        assert all(body == bodies[0] for body in bodies)
    assert set(storm.executed.values()) == {1}


def test_a_lost_answer_of_update_v2_loses_the_task_in_it_and_is_counted() -> None:
    storm, chance = Storm(v2=True), random.Random(11)  # noqa: S311 - a repeatable test
    orphans: list[str] = []
    cuts: list[str] = []

    def cut(request: Any, answer: Any) -> bool:
        if not request.path.endswith("-v2") or chance.random() > 0.1:
            return False
        cuts.append(request.body["taskId"])
        orphans.extend([answer[1]["taskId"]] if answer[1] else [])
        return True

    storm.stub.cut = cut
    storm.run(lost=TASKS)  # nobody knows how many will be lost, so it runs for a time
    assert orphans
    assert storm.orphans == len(cuts)
    assert sorted(storm.stub.results) == sorted({f"t{number}" for number in range(TASKS)} - set(orphans))
    for name, bodies in storm.stub.results.items():
        assert len(bodies) == (2 if name in cuts else 1)


def test_a_lost_answer_of_a_poll_costs_the_time_until_the_server_hands_the_tasks_out_again() -> None:
    storm, chance = Storm(v2=False), random.Random(13)  # noqa: S311 - a repeatable test

    def cut(request: Any, answer: Any) -> bool:
        if not request.is_poll or chance.random() > 0.3:
            return False
        # As the server does once the response timeout of a task is over.
        storm.stub.queue("pay").extend(answer[1] or ())
        return True

    storm.stub.cut = cut
    storm.run()
    storm.nothing_is_lost_or_doubled()


@BOTH
@pytest.mark.parametrize("seed", range(5))
def test_everything_at_once(v2: bool, seed: int) -> None:  # noqa: FBT001 - the parameter of the test
    storm, chance = Storm(v2=v2), random.Random(seed)  # noqa: S311 - a repeatable test
    repeated = Counter[str]()

    def weather(request: Any) -> Any:
        if now() > 300:
            return None
        draw = chance.random()
        if draw < 0.1:
            raise ConnectError("down")
        trouble: dict[int, Answer] = {
            1: (500, {}),
            2: (503, {}),
            3: (429, None, {"Retry-After": "2"}),
            4: (401, {}),
            5: (200, {"not": 1}),
        }
        number = int(draw * 20)
        return trouble.get(number) if not (number == 5 and request.is_update) else None

    def cut(request: Any, answer: Any) -> bool:
        if request.path != "/api/tasks" or answer[0] != 200 or chance.random() > 0.2:
            return False
        repeated[request.body["taskId"]] += 1
        return True

    storm.stub.script, storm.stub.cut = weather, cut
    storm.run()
    assert set(storm.executed.values()) == {1}
    for number in range(TASKS):
        assert len(storm.stub.results[f"t{number}"]) == 1 + repeated[f"t{number}"]


# Listeners.


class Trouble:
    """Takes its time, and raises, at every event."""

    def on_task_execution_started(self, event: Any) -> None:
        raise RuntimeError("a listener's defect")

    async def on_task_execution_completed(self, event: Any) -> None:
        await asyncio.sleep(30)

    async def on_task_update_completed(self, event: Any) -> None:
        raise RuntimeError("another defect")

    def on_poll_started(self, event: Any) -> None:
        raise ValueError("and another")


@BOTH
def test_listeners_that_raise_or_hang_change_no_outcome(v2: bool) -> None:  # noqa: FBT001 - the parameter of the test
    storm = Storm(v2=v2)
    storm.run(tasks=20, listeners=[Trouble()])
    storm.nothing_is_lost_or_doubled(20)
