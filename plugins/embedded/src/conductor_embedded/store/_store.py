"""The SQLite database of an engine."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Final

from conductor_core.errors import ConfigurationError
from conductor_embedded._definitions import WorkflowDefinition
from conductor_embedded._state import Execution, TaskState
from conductor_embedded._values import dumps, load_map
from conductor_embedded.decider import effect_from_document, effect_to_document
from conductor_embedded.store._batch import Batch, ExecutionChange, OpenTask, PollRecord, StoredEffect
from conductor_embedded.store._documents import Collection
from conductor_embedded.store._lock import FileLock
from conductor_embedded.store._metadata import DefinitionTables
from conductor_embedded.store._schema import READABLE_VERSIONS, SCHEMA_VERSION, TABLES
from conductor_embedded.store._search import SearchTables

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

MEMORY: Final = ":memory:"

_PUT_EXECUTION: Final = """
INSERT INTO execution (workflow_id, name, version, status, correlation_id, priority, parent_workflow_id, start_time,
    update_time, end_time, reason, wake_at, digest, state)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (workflow_id) DO UPDATE SET name = excluded.name, version = excluded.version, status = excluded.status,
    correlation_id = excluded.correlation_id, priority = excluded.priority, start_time = excluded.start_time,
    update_time = excluded.update_time, end_time = excluded.end_time, reason = excluded.reason,
    wake_at = excluded.wake_at, digest = excluded.digest, state = excluded.state
"""
_PUT_TASK: Final = """
INSERT OR REPLACE INTO task (task_id, workflow_id, place, reference_name, task_type, definition_name, status, queue,
    priority, scheduled_time, available_at, start_time, update_time, end_time, unconfirmed, state)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


class Store:
    """Keeps executions, queues, logs and definitions; what `write` has returned from survives the death of the process.

    Args:
        path: A file, or ":memory:" for a store that is gone when it is closed.

    Raises:
        FileInUseError: Another engine owns the file.
        ConfigurationError: The file cannot be opened, is no database, or was written by another version.
    """

    def __init__(self, path: str | Path = MEMORY) -> None:
        self.path: str = str(path)
        self._lock = None if self.path == MEMORY else FileLock(Path(self.path))
        try:
            self._db = _connect(self.path)
        except BaseException:
            self._release()
            raise
        self._is_open = False
        self._definitions: dict[str, WorkflowDefinition] = {}
        self._stored_digests: set[str] = set()
        self.metadata: DefinitionTables = DefinitionTables(self._db, self._transaction)
        self.search: SearchTables = SearchTables(self._db)

    @property
    def is_durable(self) -> bool:
        """Whether the content survives the process."""
        return self.path != MEMORY

    def close(self) -> None:
        """Close the database and give the file up; more than once is harmless."""
        self._db.close()
        self._release()

    def write(self, batch: Batch) -> list[StoredEffect]:
        """Store a batch in one transaction; returns its effects with their numbers."""
        with self._transaction():
            for change in batch.changes:
                self._write_change(change, batch.unconfirmed)
            for task_id, text, created in batch.logs:
                self._db.execute(
                    "INSERT INTO task_log (task_id, created_time, text) VALUES (?, ?, ?)", (task_id, created, text)
                )
            self._db.executemany("DELETE FROM effect WHERE effect_id = ?", [(number,) for number in batch.done])
            stored: list[StoredEffect] = []
            for effect in batch.effects:
                document = dumps(effect_to_document(effect))
                cursor = self._db.execute("INSERT INTO effect (document) VALUES (?)", (document,))
                stored.append(StoredEffect(cursor.lastrowid or 0, effect))
        return stored

    def confirm(self, task_ids: Iterable[str]) -> None:
        """Note that tasks which were handed out have been delivered."""
        with self._transaction():
            self._db.executemany("UPDATE task SET unconfirmed = 0 WHERE task_id = ?", [(item,) for item in task_ids])

    def write_polls(self, records: Iterable[PollRecord]) -> None:
        """Store who polled last."""
        rows = [(item.queue, item.task_type, item.domain, item.worker_id, item.last_poll_time) for item in records]
        with self._transaction():
            self._db.executemany("INSERT OR REPLACE INTO poll_data VALUES (?, ?, ?, ?, ?)", rows)

    def polls(self) -> list[PollRecord]:
        """Return who polled last, of all queues."""
        rows = self._db.execute("SELECT queue, task_type, domain, worker_id, last_poll_time FROM poll_data")
        return [PollRecord(*row) for row in rows]

    def execution(self, workflow_id: str) -> Execution | None:
        """Load an execution with its tasks."""
        row = self._db.execute("SELECT digest, state FROM execution WHERE workflow_id = ?", (workflow_id,)).fetchone()
        if row is None:
            return None
        tasks = self._db.execute("SELECT state FROM task WHERE workflow_id = ? ORDER BY place", (workflow_id,))
        return Execution.from_row(
            load_map(row[1]), self._definition(row[0]), [TaskState.from_row(load_map(state)) for (state,) in tasks]
        )

    def workflow_of_task(self, task_id: str) -> str | None:
        """Return the id of the execution a task belongs to."""
        row = self._db.execute("SELECT workflow_id FROM task WHERE task_id = ?", (task_id,)).fetchone()
        return None if row is None else str(row[0])

    def tasks_of_type(self, task_type: str) -> list[str]:
        """Return the ids of all tasks of a type, the newest first."""
        rows = self._db.execute(
            "SELECT task_id FROM task WHERE task_type = ? ORDER BY scheduled_time DESC, rowid DESC", (task_type,)
        )
        return [str(task_id) for (task_id,) in rows]

    def collection(self, name: str) -> Collection:
        """Return the documents that a plugin keeps under a name of its own."""
        return Collection(self._db, self._transaction, name)

    def remove(self, workflow_id: str) -> None:
        """Forget an execution, its tasks and their logs."""
        with self._transaction():
            self._db.execute(
                "DELETE FROM task_log WHERE task_id IN (SELECT task_id FROM task WHERE workflow_id = ?)", (workflow_id,)
            )
            self._db.execute("DELETE FROM task WHERE workflow_id = ?", (workflow_id,))
            self._db.execute("DELETE FROM execution WHERE workflow_id = ?", (workflow_id,))

    def wakes(self) -> list[tuple[str, int]]:
        """Return the executions that want to be looked at, with the time (epoch milliseconds)."""
        rows = self._db.execute("SELECT workflow_id, wake_at FROM execution WHERE wake_at IS NOT NULL")
        return [(str(workflow_id), int(wake_at)) for workflow_id, wake_at in rows]

    def open_worker_tasks(self) -> Iterator[OpenTask]:
        """Yield the tasks that are in queues or with workers."""
        rows = self._db.execute(
            "SELECT t.state, t.workflow_id, t.priority, t.unconfirmed, e.digest FROM task t "
            "JOIN execution e ON e.workflow_id = t.workflow_id "
            "WHERE t.status IN ('SCHEDULED', 'IN_PROGRESS') AND t.queue IS NOT NULL ORDER BY t.rowid"
        ).fetchall()
        for state, workflow_id, priority, unconfirmed, digest in rows:
            task = TaskState.from_row(load_map(state))
            yield OpenTask(task, str(workflow_id), int(priority), bool(unconfirmed), self._definition(digest))

    def effects(self) -> list[StoredEffect]:
        """Return the effects that are still to be done."""
        rows = self._db.execute("SELECT effect_id, document FROM effect ORDER BY effect_id")
        return [StoredEffect(int(number), effect_from_document(load_map(document))) for number, document in rows]

    def logs(self, task_id: str) -> list[tuple[str, int]]:
        """Return the log of a task: (text, epoch milliseconds)."""
        rows = self._db.execute("SELECT text, created_time FROM task_log WHERE task_id = ? ORDER BY log_id", (task_id,))
        return [(str(text), int(created)) for text, created in rows]

    def _write_change(self, change: ExecutionChange, unconfirmed: frozenset[str]) -> None:
        execution = change.execution
        if change.whole:
            self._write_execution(execution, change.wake_ms)
        else:
            self._db.execute(
                "UPDATE execution SET wake_at = ? WHERE workflow_id = ?", (change.wake_ms, execution.workflow_id)
            )
        self._db.executemany("DELETE FROM task WHERE task_id = ?", [(task_id,) for task_id in change.removed])
        for task in change.tasks:
            self._write_task(execution, task, unconfirmed=task.task_id in unconfirmed)

    def _write_execution(self, execution: Execution, wake_ms: int | None) -> None:
        definition = execution.definition
        if definition.digest not in self._stored_digests:
            row = (definition.digest, definition.text)
            self._db.execute("INSERT OR IGNORE INTO definition VALUES (?, ?)", row)
        self._db.execute(
            _PUT_EXECUTION,
            (
                execution.workflow_id,
                definition.name,
                definition.version,
                execution.status,
                execution.correlation_id,
                execution.priority,
                execution.parent_workflow_id,
                execution.start_time,
                execution.update_time,
                execution.end_time,
                execution.reason,
                wake_ms,
                definition.digest,
                dumps(execution.to_row()),
            ),
        )

    def _write_task(self, execution: Execution, task: TaskState, *, unconfirmed: bool) -> None:  # a column
        self._db.execute(
            _PUT_TASK,
            (
                task.task_id,
                execution.workflow_id,
                task.seq,
                task.reference_name,
                task.task_type,
                task.definition_name,
                task.status,
                task.queue,
                execution.priority,
                task.scheduled_time,
                task.available_at,
                task.start_time,
                task.update_time,
                task.end_time,
                unconfirmed,
                dumps(task.to_row()),
            ),
        )

    def _definition(self, digest: str) -> WorkflowDefinition:
        known = self._definitions.get(digest)
        if known is None:
            row = self._db.execute("SELECT document FROM definition WHERE digest = ?", (digest,)).fetchone()
            known = self._definitions[digest] = WorkflowDefinition(load_map(row[0]))
        return known

    @contextlib.contextmanager
    def together(self) -> Generator[None]:
        """Make all writes of a block one transaction: they are stored when the block ends, or not at all."""
        with self._transaction():
            self._is_open = True
            try:
                yield
            finally:
                self._is_open = False

    @contextlib.contextmanager
    def _transaction(self) -> Generator[None]:
        if self._is_open:
            yield
            return
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            # A commit that failed may have ended the transaction by itself.
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.release()


def _connect(path: str) -> sqlite3.Connection:
    try:
        # The engine's loop is the only user, but it may be made on another thread than it runs on.
        db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=256)
    except sqlite3.Error as error:
        raise ConfigurationError(f"cannot open the engine's database {path}: {error}") from error
    try:
        _prepare(db, path)
    except sqlite3.Error as error:
        db.close()
        raise ConfigurationError(f"{path} cannot be used as the engine's database: {error}") from error
    except ConfigurationError:
        db.close()
        raise
    return db


def _prepare(db: sqlite3.Connection, path: str) -> None:
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    if version not in {0, *READABLE_VERSIONS}:
        raise ConfigurationError(
            f"the database {path} has schema version {version}, this engine reads version {SCHEMA_VERSION}; "
            "use the version of conductor-embedded that wrote it, or a new file"
        )
    if version == 0:
        tables = db.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'").fetchone()[0]
        if tables and not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'execution'").fetchone():
            raise ConfigurationError(f"the database {path} belongs to another program; name a new file")
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    if version != SCHEMA_VERSION:
        db.executescript(TABLES)
        db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
