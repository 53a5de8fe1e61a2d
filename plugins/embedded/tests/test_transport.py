from __future__ import annotations

import asyncio
import itertools
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core.errors import ConfigurationError
from conductor_core.http import AsyncClient, Client, ConnectError, ReadTimeout, Timeout
from conductor_core.settings import Settings
from conductor_embedded._assembly import Plan
from conductor_embedded.address import Address
from conductor_embedded.runtime import ENGINES, EngineRuntime
from conductor_embedded.transport import EmbeddedTransport, EmbeddedTransportFactory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NUMBERS = itertools.count()
WORKFLOW = {"name": "w", "version": 1, "tasks": [{"name": "t", "taskReferenceName": "r", "type": "SIMPLE"}]}
DEADLINE = 10.0
"""Seconds after which a test that waits has failed."""


@pytest.fixture
def factory() -> Iterator[EmbeddedTransportFactory]:
    made = EmbeddedTransportFactory(settings(f"embedded://memory/transport-{next(NUMBERS)}"))
    yield made
    made.close()


@pytest.fixture
def client(factory: EmbeddedTransportFactory) -> Iterator[Client]:
    with sync_client(factory) as made:
        assert made.post("/metadata/workflow", json=WORKFLOW).status_code == 200
        yield made


def settings(url: str) -> Settings:
    return Settings(server_url=url, transport="embedded")


def sync_client(factory: EmbeddedTransportFactory, **arguments: Any) -> Client:
    return Client(transport=factory.sync_transport(), base_url=factory.base_url(), **arguments)


def async_client(factory: EmbeddedTransportFactory) -> AsyncClient:
    return AsyncClient(transport=factory.async_transport(), base_url=factory.base_url())


def start(client: Client) -> str:
    return client.post("/workflow", json={"name": "w"}).text


def complete(client: Client, task: dict[str, Any]) -> None:
    result = {"taskId": task["taskId"], "workflowInstanceId": task["workflowInstanceId"], "status": "COMPLETED"}
    assert client.post("/tasks", json=result).status_code == 200


def status(client: Client, workflow_id: str) -> str:
    return str(client.get(f"/workflow/{workflow_id}").json()["status"])


def eventually(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.005)


def test_a_workflow_runs_from_sync_code(client: Client) -> None:
    workflow_id = start(client)
    task = client.get("/tasks/poll/t").json()
    complete(client, task)

    assert task["workflowInstanceId"] == workflow_id
    assert status(client, workflow_id) == "COMPLETED"


def test_many_threads_share_an_engine(client: Client) -> None:
    def work(_number: int) -> list[str]:
        started = [start(client) for _ in range(10)]
        for _ in started:
            [task] = client.get("/tasks/poll/batch/t?timeout=2000").json()
            complete(client, task)
        return started

    with ThreadPoolExecutor(8) as threads:
        started = [workflow_id for ids in threads.map(work, range(8)) for workflow_id in ids]

    assert len(set(started)) == 80
    assert {status(client, workflow_id) for workflow_id in started} == {"COMPLETED"}


def test_several_event_loops_share_an_engine(factory: EmbeddedTransportFactory, client: Client) -> None:
    async def work(_number: int) -> list[str]:
        async with async_client(factory) as mine:
            started = [(await mine.post("/workflow", json={"name": "w"})).text for _ in range(5)]
            polls = await asyncio.gather(*(mine.get("/tasks/poll/batch/t?timeout=2000") for _ in started))
            for poll in polls:
                [task] = poll.json()
                result = {"taskId": task["taskId"], "workflowInstanceId": task["workflowInstanceId"]}
                await mine.post("/tasks", json={**result, "status": "COMPLETED"})
            return started

    def run(number: int) -> list[str]:
        return asyncio.run(work(number))

    with ThreadPoolExecutor(4) as threads:
        started = [each for ids in threads.map(run, range(4)) for each in ids]

    assert {status(client, workflow_id) for workflow_id in started} == {"COMPLETED"}


def test_a_long_poll_wakes_up_when_work_appears(client: Client) -> None:
    with ThreadPoolExecutor(1) as threads:
        began = time.monotonic()
        poll = threads.submit(client.get, "/tasks/poll/batch/t?timeout=5000")
        eventually(lambda: client.get("http://embedded/health").json()["engine"]["waitingPolls"] == 1)
        workflow_id = start(client)
        [task] = poll.result(DEADLINE).json()

    assert task["workflowInstanceId"] == workflow_id
    assert time.monotonic() - began < 3


async def test_a_cancelled_poll_that_waits_takes_nothing(factory: EmbeddedTransportFactory, client: Client) -> None:
    async with async_client(factory) as mine:
        poll = asyncio.create_task(mine.get("/tasks/poll/batch/t?timeout=5000"))
        await asyncio.sleep(0.05)
        poll.cancel()
        with pytest.raises(asyncio.CancelledError):
            await poll
        await mine.post("/workflow", json={"name": "w"})

        assert len((await mine.get("/tasks/poll/batch/t?timeout=1000")).json()) == 1


@pytest.mark.parametrize("path", ["/tasks/poll/t", "/tasks/poll/batch/t?count=5"])
async def test_tasks_on_their_way_to_a_cancelled_poll_go_back(
    factory: EmbeddedTransportFactory, client: Client, path: str
) -> None:
    workflow_id = start(client)
    async with async_client(factory) as mine:
        poll = asyncio.create_task(mine.get(path))
        await asyncio.sleep(0)
        eventually(lambda: client.get("/tasks/queue/size?taskType=t").json() == 0)  # and this loop stands still
        time.sleep(0.02)  # noqa: ASYNC251 - so that the answer is ready, but not yet taken
        poll.cancel()
        with pytest.raises(asyncio.CancelledError):
            await poll

        [task] = (await mine.get("/tasks/poll/batch/t?timeout=1000")).json()
        assert task["workflowInstanceId"] == workflow_id


async def test_the_next_task_of_a_cancelled_update_goes_back(factory: EmbeddedTransportFactory, client: Client) -> None:
    first, second = start(client), start(client)
    task = client.get("/tasks/poll/t").json()
    result = {"taskId": task["taskId"], "workflowInstanceId": task["workflowInstanceId"], "status": "COMPLETED"}
    async with async_client(factory) as mine:
        update = asyncio.create_task(mine.post("/tasks/update-v2", json=result))
        await asyncio.sleep(0)
        eventually(lambda: client.get("/tasks/queue/size?taskType=t").json() == 0)
        time.sleep(0.02)  # noqa: ASYNC251 - so that the answer is ready, but not yet taken
        update.cancel()
        with pytest.raises(asyncio.CancelledError):
            await update

        [again] = (await mine.get("/tasks/poll/batch/t?timeout=1000")).json()

    assert {status(client, first), status(client, second)} == {"COMPLETED", "RUNNING"}
    assert again["taskId"] != task["taskId"]


async def test_polls_cancelled_at_any_moment_lose_nothing(factory: EmbeddedTransportFactory, client: Client) -> None:
    moments = random.Random(7)  # noqa: S311 - repeatable moments
    started = {start(client) for _ in range(60)}
    done: set[str] = set()
    async with async_client(factory) as mine:
        end = time.monotonic() + DEADLINE
        while done != started:
            assert time.monotonic() < end, f"{len(started - done)} tasks are lost"
            poll = asyncio.create_task(mine.get("/tasks/poll/batch/t?count=2&timeout=200"))
            done_in_time, _ = await asyncio.wait({poll}, timeout=moments.choice([0, 0.001, 0.002, 0.005, 1]))
            if not done_in_time:
                poll.cancel()
            with suppress(asyncio.CancelledError):
                for task in (await poll).json():
                    ids = {"taskId": task["taskId"], "workflowInstanceId": task["workflowInstanceId"]}
                    await mine.post("/tasks", json={**ids, "status": "COMPLETED"})
                    done.add(task["workflowInstanceId"])

    assert {status(client, workflow_id) for workflow_id in started} == {"COMPLETED"}


def test_a_poll_that_times_out_at_the_caller_takes_nothing(factory: EmbeddedTransportFactory, client: Client) -> None:
    with sync_client(factory, timeout=Timeout(5, read=0.05)) as impatient, pytest.raises(ReadTimeout):
        impatient.get("/tasks/poll/batch/t?timeout=5000")
    workflow_id = start(client)

    [task] = client.get("/tasks/poll/batch/t?timeout=1000").json()
    assert task["workflowInstanceId"] == workflow_id


async def test_an_async_poll_that_times_out_takes_nothing(factory: EmbeddedTransportFactory, client: Client) -> None:
    async with async_client(factory) as mine:
        with pytest.raises(ReadTimeout):
            await mine.get("/tasks/poll/batch/t?timeout=5000", timeout=Timeout(5, read=0.05))
    start(client)

    assert len(client.get("/tasks/poll/batch/t?timeout=1000").json()) == 1


def test_names_are_decoded_once(client: Client) -> None:
    definition = {**WORKFLOW, "name": "a b:100%25 ä"}
    assert client.post("/metadata/workflow", json=definition).status_code == 200

    answer = client.get("/metadata/workflow/a%20b%3A100%2525%20%C3%A4?version=1")

    assert answer.json()["name"] == "a b:100%25 ä"


def test_all_who_name_an_engine_share_it_until_the_last_one_leaves(
    factory: EmbeddedTransportFactory, client: Client
) -> None:
    other = EmbeddedTransportFactory(factory.settings)
    with sync_client(other) as theirs:
        assert theirs.get("/metadata/workflow/w").status_code == 200
    factory.close()
    with sync_client(other) as theirs:
        assert theirs.get("/metadata/workflow/w").status_code == 200
    other.close()

    with sync_client(factory) as anew:
        assert anew.get("/metadata/workflow/w").status_code == 404


def test_engines_of_other_names_are_others(client: Client) -> None:
    other = EmbeddedTransportFactory(settings(f"embedded://memory/transport-{next(NUMBERS)}"))
    with sync_client(other) as theirs:
        assert theirs.get("/metadata/workflow/w").status_code == 404
    other.close()


def test_a_file_keeps_its_executions(tmp_path: Path) -> None:
    url = Address.of_file(tmp_path / "engine.db").url
    factory = EmbeddedTransportFactory(settings(url))
    with sync_client(factory) as client:
        client.post("/metadata/workflow", json=WORKFLOW)
        workflow_id = start(client)
    factory.close()

    again = EmbeddedTransportFactory(settings(url))
    with sync_client(again) as client:
        task = client.get("/tasks/poll/t").json()
        complete(client, task)
        assert status(client, workflow_id) == "COMPLETED"
    again.close()


def test_a_file_has_one_owner(tmp_path: Path) -> None:
    address = Address.of_file(tmp_path / "engine.db")
    owner = EngineRuntime(Plan(address=address))
    try:
        with pytest.raises(ConfigurationError, match="conductor server") as caught:
            EngineRuntime(Plan(address=address))
    finally:
        owner.close()

    assert str(tmp_path / "engine.db") in str(caught.value)
    EngineRuntime(Plan(address=address)).close()


def test_a_file_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    factory = EmbeddedTransportFactory(settings(Address.of_file(tmp_path / "missing" / "engine.db").url))

    with pytest.raises(ConfigurationError, match="missing"):
        factory.sync_transport()
    factory.close()


def test_a_closed_engine_says_so(factory: EmbeddedTransportFactory) -> None:
    with sync_client(factory) as client:
        factory.close()
        with pytest.raises(ConnectError, match="is closed"):
            client.get("/version")


def test_closing_an_engine_ends_its_polls(factory: EmbeddedTransportFactory, client: Client) -> None:
    with ThreadPoolExecutor(1) as threads:
        poll = threads.submit(client.get, "/tasks/poll/batch/t?timeout=5000")
        eventually(lambda: client.get("http://embedded/health").json()["engine"]["waitingPolls"] == 1)
        began = time.monotonic()
        factory.close()
        outcome = poll.exception(DEADLINE) or poll.result().json()

    assert time.monotonic() - began < 2
    assert outcome == [] or isinstance(outcome, ConnectError)


def test_no_thread_is_left(factory: EmbeddedTransportFactory) -> None:
    sync_client(factory).get("/version")
    name = f"conductor-embedded {factory.address}"
    assert name in {thread.name for thread in threading.enumerate()}
    factory.close()

    assert name not in {thread.name for thread in threading.enumerate()}


def test_the_engines_own_thread_is_told_not_to_block() -> None:
    runtime = ENGINES.enter(Address(name="own-thread"))

    async def call() -> None:
        with Client(transport=EmbeddedTransport(runtime), base_url="http://embedded/api") as client:
            client.get("/version")

    try:
        with pytest.raises(RuntimeError, match="own thread"):
            runtime.call(call())
    finally:
        ENGINES.leave(runtime.plan.address)


@pytest.mark.parametrize(
    "url",
    ["embedded://", "embedded://memory", "embedded://memory/", "embedded://host/file.db", "embedded:///", "embedded:x"],
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="embedded://memory/NAME or embedded:///ABSOLUTE/FILE"):
        EmbeddedTransportFactory(settings(url))


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("embedded://memory/orders", Address(name="orders")),
        ("http://localhost:8080/api", Address(name="default")),
        ("embedded:///data/a%20b.db", Address.of_file("/data/a b.db")),
        ("embedded:///data/x/../a.db", Address.of_file("/data/a.db")),
    ],
)
def test_addresses(url: str, address: Address) -> None:
    assert EmbeddedTransportFactory(settings(url)).address == address
    assert Address.parse(address.url) == address
