"""The database: what survives, who may open it, what it refuses."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from conductor_core.errors import ConfigurationError
from conductor_embedded.store import FileInUseError, Store
from plugins.embedded.tests.engine.workbench import Document, Lab

if TYPE_CHECKING:
    from pathlib import Path


async def test_everything_is_there_when_the_file_is_opened_again(tmp_path: Path) -> None:
    path = str(tmp_path / "engine.db")
    lab = Lab(path)
    define = lab.define
    lab.task_def("a", retryCount=3, retryDelaySeconds=60)
    workflow_id = lab.start(
        *define.fork("fork", [define.simple("a")], [define.simple("b")], [define.wait("w", duration="1 hour")]),
        variables={"v": [1, {"x": None}]},
        request={"input": {"text": "ü"}, "correlationId": "c", "priority": 3, "taskToDomain": {"b": "red"}},
    )
    await lab.do("a", "FAILED", {"half": 1}, reasonForIncompletion="why", logs=[{"log": "line", "createdTime": 1}])
    task_id = str(lab.tasks(workflow_id)[1]["taskId"])
    before, polls = lab.workflow(workflow_id), lab.engine.poll_data()
    await lab.engine.stop()

    again = Lab(path, seed=2)
    again.clock.move_to(lab.clock.now_ms())
    assert again.workflow(workflow_id) == before
    assert again.engine.poll_data() == polls
    assert again.engine.get_logs(task_id) == [{"log": "line", "taskId": task_id, "createdTime": 1}]
    assert again.engine.queue_all() == {"a": 1, "red:b": 1}
    assert await again.idle("a")
    again.engine.advance(60)
    await again.do("a")
    again.report(await again.poll("b", domain="red"))
    again.engine.advance(3600)
    assert again.status(workflow_id) == "COMPLETED"
    await again.engine.stop()


async def test_a_sub_workflow_that_was_asked_for_is_started_after_reopening(tmp_path: Path) -> None:
    path = str(tmp_path / "engine.db")
    lab = Lab(path)
    lab.engine.create_workflow_def(lab.define.workflow(lab.define.simple("work"), name="child"))
    lab.engine.create_workflow_def(lab.define.workflow(lab.define.child("sub", "child")))
    workflow_id = lab.engine.start_workflow({"name": "flow"})
    assert lab.brief(workflow_id) == [("sub", "SCHEDULED")]
    await lab.engine.stop()
    again = Lab(path, seed=2)
    again.engine.run_due()
    await again.do("work")
    assert again.status(workflow_id) == "COMPLETED"
    await again.engine.stop()


async def test_timers_that_ran_out_while_the_engine_was_away_fire_at_once(tmp_path: Path) -> None:
    path = str(tmp_path / "engine.db")
    lab = Lab(path)
    workflow_id = lab.start(lab.define.wait("w", duration="1 hour"))
    await lab.engine.stop()
    again = Lab(path, seed=2)
    again.clock.advance(7200)
    again.engine.run_due()
    assert again.status(workflow_id) == "COMPLETED"
    await again.engine.stop()


async def test_a_refused_event_changes_neither_memory_nor_file(file_lab: Lab) -> None:
    workflow_id = file_lab.start(file_lab.define.simple("a"))
    before = file_lab.workflow(workflow_id)
    with pytest.raises(Exception, match="is not PAUSED"):
        file_lab.engine.resume(workflow_id)
    assert file_lab.workflow(workflow_id) == before


@pytest.mark.parametrize("condition", ["1", "NEW.unconfirmed"])
async def test_what_could_not_be_stored_has_never_happened(file_lab: Lab, condition: str) -> None:
    """The database fails at the result, or at the task that goes out with it."""
    define = file_lab.define
    first, second = (file_lab.start(define.simple("a"), define.simple("b")) for _ in range(2))
    task = await file_lab.poll("a")
    before = [file_lab.workflow(first), file_lab.workflow(second)]
    result: Document = {"taskId": task["taskId"], "workflowInstanceId": first, "status": "COMPLETED"}
    database = sqlite3.connect(file_lab.store.path, isolation_level=None)
    database.execute(
        f"CREATE TRIGGER full BEFORE INSERT ON task WHEN {condition} BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
    )
    with pytest.raises(sqlite3.IntegrityError, match="disk is full"):
        await file_lab.engine.update_task_v2(result)
    assert [file_lab.workflow(first), file_lab.workflow(second)] == before
    database.execute("DROP TRIGGER full")
    database.close()
    again = await file_lab.engine.update_task_v2(result)
    assert again is not None
    assert again["workflowInstanceId"] == second
    assert file_lab.brief(first) == [("a", "COMPLETED"), ("b", "SCHEDULED")]
    assert file_lab.engine.queue_all() == {"b": 1}


def test_a_file_has_one_owner(tmp_path: Path) -> None:
    path = tmp_path / "engine.db"
    owner = Store(path)
    with pytest.raises(FileInUseError, match=r"conductor server --db .*engine\.db"):
        Store(path)
    owner.close()
    owner.close()
    Store(path).close()


def test_a_file_has_one_owner_among_processes(tmp_path: Path) -> None:
    path = tmp_path / "engine.db"
    owner = Store(path)
    program = f"from conductor_embedded.store import Store; Store({str(path)!r})"
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=30)
    assert other.returncode != 0
    assert "FileInUseError" in other.stderr
    owner.close()


@pytest.mark.parametrize("content", ["text", "foreign", "newer"])
def test_a_file_of_something_else_is_refused_and_left_alone(tmp_path: Path, content: str) -> None:
    path = tmp_path / "engine.db"
    if content == "text":
        path.write_text("no database, but long enough to look at. " * 100)
    else:
        with sqlite3.connect(path) as db:
            db.execute("CREATE TABLE other (x)")
            db.execute(f"PRAGMA user_version = {99 if content == 'newer' else 0}")
        db.close()
    before = path.read_bytes()
    with pytest.raises(ConfigurationError, match=r"engine\.db"):
        Store(path)
    assert path.read_bytes() == before
    if content != "text":
        path.unlink()
        Store(path).close()


async def test_a_file_of_the_version_before_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "engine.db"
    lab = Lab(str(path))
    workflow_id = lab.start(lab.define.simple("a"))
    await lab.engine.stop()
    with sqlite3.connect(path) as db:  # what version 1 lacks
        db.execute("DROP TABLE plugin_document")
        (state,) = db.execute("SELECT state FROM task").fetchone()
        db.execute("UPDATE task SET state = ?", (state.replace(',"extra":{}', ""),))
        db.execute("PRAGMA user_version = 1")
    db.close()
    again = Lab(str(path), seed=2)
    again.engine.documents("any").put("key", {})
    await again.do("a")
    assert again.status(workflow_id) == "COMPLETED"
    await again.engine.stop()


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"missing.*a folder that exists"):
        Store(tmp_path / "missing" / "engine.db")


def test_the_file_is_safe_against_power_loss(tmp_path: Path) -> None:
    store = Store(tmp_path / "engine.db")
    with sqlite3.connect(tmp_path / "engine.db") as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    db.close()
    store.close()
