"""The outbox in a file: what is written when, who may send it, and files that cannot be used."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import Settings
from conductor_core.worker import FileOutbox, Letter, MemoryOutbox
from conductor_core.worker._outbox import outbox_for
from conductor_core.worker._outbox_file import same_for_same

if TYPE_CHECKING:
    from pathlib import Path

SERVER = "http://one:8080/api"
OTHER = "http://two:8080/api"


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "results.db"


def rows(file: Path, columns: str = "document") -> list[Any]:
    database = sqlite3.connect(file)
    try:
        return database.execute(f"SELECT {columns} FROM letter ORDER BY number").fetchall()  # noqa: S608 - a constant
    finally:
        database.close()


def owners(file: Path) -> list[Any]:
    database = sqlite3.connect(file)
    try:
        return database.execute("SELECT alive_until FROM owner").fetchall()
    finally:
        database.close()


def prepare(file: Path, content: bytes = b"", mode: int = 0o600) -> None:
    file.write_bytes(content)
    file.chmod(mode)


def mode_of(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


async def opened(file: Path, server: str = SERVER, **options: Any) -> FileOutbox:
    outbox = FileOutbox(file, **options)
    await outbox.open(server)
    return outbox


async def committed(outbox: FileOutbox, *names: str) -> list[Letter]:
    letters = [outbox.letter("pay", {"taskId": name, "workflowInstanceId": "w"}) for name in names]
    await asyncio.gather(*(outbox.commit(letter) for letter in letters))
    return letters


async def taken_by(outbox: FileOutbox) -> Letter:
    """Take a result that another thread is just about to let go."""
    async with asyncio.timeout(20):
        while (letter := await outbox.take()) is None:  # noqa: ASYNC110 - the other thread has no event to wait for
            await asyncio.sleep(0.001)
        return letter


async def killed(outbox: FileOutbox) -> None:
    """End an outbox as a kill would: nothing is let go, no sign of life follows."""
    thread = outbox._thread  # pyright: ignore[reportPrivateUsage] - the state under test
    assert thread is not None
    thread.store.close = thread.store.drop  # type: ignore[method-assign]  # a process that is gone writes nothing
    await outbox.close()


# What is written when.


async def test_a_committed_result_is_in_the_file_and_gone_once_it_was_taken(file: Path) -> None:
    outbox = await opened(file)
    (letter,) = await committed(outbox, "t1")
    assert rows(file) == [(b'{"taskId":"t1","workflowInstanceId":"w"}',)]
    outbox.discard(letter)
    await outbox.close()
    assert rows(file) == []


async def test_many_results_share_one_commit(file: Path) -> None:
    outbox = await opened(file)
    thread = outbox._thread  # pyright: ignore[reportPrivateUsage] - the state under test
    assert thread is not None
    commits: list[int] = []
    write = thread.store.write

    def counted(letters: Any = (), **changes: Any) -> None:
        letters = list(letters)
        commits.append(len(letters))
        write(letters, **changes)

    thread.store.write = counted  # type: ignore[method-assign]  # counts what it passes on
    await committed(outbox, *(f"t{number}" for number in range(500)))
    assert sum(commits) == 500
    assert len(commits) < 50
    await outbox.close()


async def test_a_deletion_in_the_same_batch_as_its_result_leaves_nothing(file: Path) -> None:
    outbox = await opened(file)
    letter = outbox.letter("pay", {"taskId": "t1"})
    commit = asyncio.ensure_future(outbox.commit(letter))
    await asyncio.sleep(0)
    outbox.discard(letter)
    await commit
    await outbox.close()
    assert rows(file) == []


async def test_every_commit_is_on_the_disk_and_not_only_in_the_cache(file: Path) -> None:
    outbox = await opened(file)
    thread = outbox._thread  # pyright: ignore[reportPrivateUsage] - the state under test
    assert thread is not None
    modes: list[Any] = []
    write = thread.store.write

    def looking(letters: Any = (), **changes: Any) -> None:
        database = thread.store._database  # pyright: ignore[reportPrivateUsage] - the state under test
        assert database is not None
        modes.extend(database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous"))
        write(letters, **changes)

    thread.store.write = looking  # type: ignore[method-assign]  # looks and passes on
    await committed(outbox, "t1")
    await outbox.close()
    assert modes[:2] == ["wal", 2]


# Who may send it.


async def test_a_result_on_its_first_try_belongs_to_its_process(file: Path) -> None:
    one, two = await opened(file), await opened(file)
    (letter,) = await committed(one, "t1")
    assert await two.take() is None
    assert await one.take() is None
    assert one.keep(letter)
    assert (await taken_by(two)).task_id == "t1"
    assert await one.take() is None
    await one.close()
    await two.close()


async def test_two_processes_never_take_the_same_result(file: Path) -> None:
    one, two = await opened(file), await opened(file)
    for letter in await committed(one, *(f"t{number}" for number in range(200))):
        assert one.keep(letter)
    taken: list[str] = []

    async def empty(outbox: FileOutbox) -> None:
        while len(taken) < 200:
            if (letter := await outbox.take()) is not None:
                taken.append(letter.task_id)
                outbox.discard(letter)
            await asyncio.sleep(0)

    async with asyncio.timeout(20):
        await asyncio.gather(empty(one), empty(two))
    assert sorted(taken) == sorted(f"t{number}" for number in range(200))
    await one.close()
    await two.close()
    assert rows(file) == []


async def test_the_results_of_a_killed_process_are_sent_when_its_lease_is_over(file: Path) -> None:
    clock = Clock()
    one, two = await opened(file, clock=clock), await opened(file, clock=clock)
    await committed(one, "t1")
    await killed(one)
    assert await two.take() is None
    clock.now += 16.0
    taken = await two.take()
    assert taken is not None
    assert (taken.task_id, taken.created) == ("t1", 1_000_000.0)
    await two.close()


async def test_a_living_process_renews_its_lease(file: Path) -> None:
    clock = Clock()
    one = await opened(file, lease_seconds=0.3, clock=clock)
    two = await opened(file, lease_seconds=0.3, clock=clock)
    await committed(one, "t1")
    for _ in range(3):
        clock.now += 0.2
        async with asyncio.timeout(20):
            while (clock.now + 0.3,) not in owners(file):  # noqa: ASYNC110 - a thread gives the sign of life
                await asyncio.sleep(0.01)
        assert await two.take() is None
    await one.close()
    assert (await two.take()) is not None
    await two.close()


async def test_an_orderly_end_leaves_its_results_to_the_next_process_at_once(file: Path) -> None:
    one = await opened(file)
    await committed(one, "t1", "t2")
    await one.close()
    two = await opened(file)
    first = await two.take()
    assert first is not None
    assert first.task_id == "t1"
    await two.close()


async def test_a_lease_of_a_wrong_clock_holds_nothing_for_ever(file: Path) -> None:
    clock = Clock()
    one = await opened(file, clock=clock)
    clock.now += 1e6
    await committed(one, "t1")
    await killed(one)
    clock.now -= 1e6
    two = await opened(file, clock=clock)
    assert (await two.take()) is not None
    await two.close()


async def test_rows_of_another_server_are_told_and_left_alone(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    one = await opened(file, OTHER)
    await committed(one, "t1", "t2")
    await one.close()
    two = await opened(file, SERVER)
    assert await two.take() is None
    assert two.status().results == 0
    await two.close()
    assert len(rows(file)) == 2
    assert f"2 results in {file} are for {OTHER}" in caplog.text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://Host:80/api/", "http://host/api"),
        ("https://host:443/api", "https://host/api"),
        ("http://[::1]:8080/api", "http://[::1]:8080/api"),
        ("http://user:secret@host/api?token=x", "http://host/api"),
        ("embedded://memory/demo", "embedded://memory/demo"),
    ],
)
def test_a_server_has_one_url_without_credentials(one: str, other: str) -> None:
    assert same_for_same(one) == other


def test_different_servers_have_different_urls() -> None:
    urls = ["http://host/api", "https://host/api", "http://host:8080/api", "http://host/other/api", "http://hosts/api"]
    assert len({same_for_same(url) for url in urls}) == len(urls)


# Files.


@pytest.mark.skipif(os.name == "nt", reason="Windows has no file modes of this kind")
async def test_the_file_and_its_journals_are_readable_by_the_owner_only(file: Path) -> None:
    before = os.umask(0)
    try:
        outbox = await opened(file)
        await committed(outbox, "t1")
        modes = {path.name: mode_of(path) for path in file.parent.iterdir()}
        await outbox.close()
    finally:
        os.umask(before)
    assert modes == {"results.db": 0o600, "results.db-wal": 0o600, "results.db-shm": 0o600}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no file modes of this kind")
async def test_a_file_that_was_open_to_others_is_closed_to_them(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    prepare(file, mode=0o644)
    await (await opened(file)).close()
    assert mode_of(file) == 0o600
    assert "was open to others (mode 644)" in caplog.text


@pytest.mark.parametrize(
    "content", [b"this is no database, and it is longer than a header" * 100, b"SQLite format 3\0" + b"\xff" * 5000]
)
async def test_a_damaged_file_is_set_aside_with_a_message(
    file: Path, caplog: pytest.LogCaptureFixture, content: bytes
) -> None:
    prepare(file, content)
    outbox = await opened(file, clock=lambda: 7.0)
    await committed(outbox, "t1")
    assert outbox.status().results == 1
    await outbox.close()
    assert (file.parent / "results.db.damaged-7").read_bytes() == content
    assert "is set aside as results.db.damaged-7" in caplog.text
    assert len(rows(file)) == 1


async def test_a_file_of_another_version_is_set_aside(file: Path) -> None:
    await (await opened(file)).close()
    database = sqlite3.connect(file)
    database.execute("PRAGMA user_version = 99")
    database.close()
    await (await opened(file, clock=lambda: 7.0)).close()
    await (await opened(file, clock=lambda: 7.0)).close()
    assert sorted(path.name for path in file.parent.iterdir()) == ["results.db", "results.db.damaged-7"]


async def test_damage_while_it_runs_loses_no_open_result(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    outbox = await opened(file)
    letters = await committed(outbox, "taken", "open")
    outbox.discard(letters[0])
    await committed(outbox, "next")
    with file.open("r+b") as opened_file:
        opened_file.write(b"\xff" * 4096)
    for journal in ("-wal", "-shm"):
        path = file.with_name(file.name + journal)
        with path.open("r+b") as opened_file:
            opened_file.write(b"\xff" * path.stat().st_size)
    await committed(outbox, "later")
    await outbox.close()
    assert "set aside" in caplog.text
    assert [row[0].split(b'"')[3] for row in rows(file)] == [b"open", b"next", b"later"]


async def test_a_file_that_somebody_removed_is_made_again_with_what_is_open(file: Path) -> None:
    outbox = await opened(file)
    await committed(outbox, "t1")
    for path in list(file.parent.iterdir()):
        path.unlink()
    await committed(outbox, "t2")
    await outbox.close()
    assert len(rows(file)) == 2


async def test_the_database_of_another_program_is_left_as_it_is(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    database = sqlite3.connect(file)
    database.execute("CREATE TABLE theirs (value)")
    database.close()
    outbox = await opened(file)
    (letter,) = await committed(outbox, "t1")
    assert outbox.keep(letter)
    assert await outbox.take() is letter
    assert outbox.ends_with_process() == 1
    await outbox.close()
    assert "belongs" not in caplog.text
    assert "is a database of another program" in caplog.text
    assert [path.name for path in file.parent.iterdir()] == ["results.db"]


async def test_a_place_where_no_file_can_be_is_told_and_memory_takes_its_place(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    outbox = await opened(tmp_path)
    (letter,) = await committed(outbox, "t1")
    assert outbox.keep(letter)
    assert (outbox.status().results, outbox.status().file) == (1, None)
    await outbox.close()
    assert "cannot be used, results are in memory only" in caplog.text


async def test_a_full_disk_leaves_results_in_memory_and_deletions_for_later(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    outbox = await opened(file)
    thread = outbox._thread  # pyright: ignore[reportPrivateUsage] - the state under test
    assert thread is not None
    (stored,) = await committed(outbox, "stored")
    write = thread.store.write

    def full(*letters: Any, **changes: Any) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    thread.store.write = full  # type: ignore[method-assign]  # as SQLite says it
    outbox.discard(stored)
    (letter,) = await committed(outbox, "t1")
    assert letter.number is None
    assert outbox.keep(letter)
    thread.store.write = write  # type: ignore[method-assign]  # there is room again
    await committed(outbox, "t2")
    assert outbox.ends_with_process() == 1
    await outbox.close()
    assert "disk is full" in caplog.text
    assert [row[0].split(b'"')[3] for row in rows(file)] == [b"t2"]


async def test_dead_letters_are_kept_with_their_reason_and_bounded(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conductor_core.worker._outbox_store.MAX_DEAD_LETTERS", 3)
    outbox = await opened(file)
    for number, letter in enumerate(await committed(outbox, *(f"t{number}" for number in range(5)))):
        outbox.bury(letter, f"reason {number}")
    await committed(outbox, "after")
    assert (outbox.status().results, outbox.status().dead_letters) == (1, 3)
    await outbox.close()
    database = sqlite3.connect(file)
    found = database.execute("SELECT reason FROM dead_letter").fetchall()
    database.close()
    assert found == [("reason 2",), ("reason 3",), ("reason 4",)]


async def test_its_status_tells_size_age_and_file(file: Path) -> None:
    clock = Clock()
    outbox = await opened(file, clock=clock)
    await committed(outbox, "t1")
    clock.now += 90.0
    await committed(outbox, "t2")
    status = outbox.status()
    assert (status.results, status.oldest_seconds, status.file) == (2, 90.0, str(file))
    assert status.bytes == 2 * len('{"taskId":"t1","workflowInstanceId":"w"}')
    await outbox.close()


def test_the_setting_and_its_variable_choose_the_file(tmp_path: Path) -> None:
    assert isinstance(outbox_for(Settings()), MemoryOutbox)
    settings = Settings.load(environ={"CONDUCTOR_OUTBOX_FILE": str(tmp_path / "results.db")})
    chosen = outbox_for(settings)
    assert isinstance(chosen, FileOutbox)
    assert chosen.path == tmp_path / "results.db"
    assert not chosen.path.exists()
