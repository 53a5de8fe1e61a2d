"""The tables of registered definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_embedded._values import Document, as_text, dumps, load_map

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager


class DefinitionTables:
    """Registered task and workflow definitions; read ones are kept in memory and must not be changed.

    Args:
        db: The database.
        transaction: Makes the writes of a block one transaction.
    """

    def __init__(self, db: sqlite3.Connection, transaction: Callable[[], AbstractContextManager[None]]) -> None:
        self._db = db
        self._transaction = transaction
        self.revision: int = 0
        self._tasks: dict[str, Document] = {}
        for name, document in db.execute("SELECT name, document FROM task_definition ORDER BY name"):
            self._tasks[str(name)] = load_map(document)
        self._workflows: dict[tuple[str, int], Document] = {}
        rows = db.execute("SELECT name, version, document FROM workflow_definition ORDER BY name, version")
        for name, version, document in rows:
            self._workflows[str(name), int(version)] = load_map(document)

    def task_definition(self, name: str) -> Document | None:
        """Return a task definition."""
        return self._tasks.get(name)

    def task_definitions(self) -> list[Document]:
        """Return all task definitions."""
        return list(self._tasks.values())

    def put_task_definitions(self, documents: Iterable[Document]) -> None:
        """Store task definitions, replacing those of the same name."""
        rows = {as_text(document.get("name")) or "": document for document in documents}
        with self._transaction():
            for name, document in rows.items():
                self._db.execute("INSERT OR REPLACE INTO task_definition VALUES (?, ?)", (name, dumps(document)))
        self._tasks.update(rows)
        self.revision += 1

    def delete_task_definition(self, name: str) -> None:
        """Forget a task definition."""
        with self._transaction():
            self._db.execute("DELETE FROM task_definition WHERE name = ?", (name,))
        self._tasks.pop(name, None)
        self.revision += 1

    def workflow_definition(self, name: str, version: int | None) -> Document | None:
        """Return a workflow definition, the latest version unless told otherwise."""
        wanted = self.latest_version(name) if version is None else version
        return None if wanted is None else self._workflows.get((name, wanted))

    def latest_version(self, name: str) -> int | None:
        """Return the highest version of a workflow."""
        return max((version for known, version in self._workflows if known == name), default=None)

    def workflow_definitions(self) -> list[Document]:
        """Return all versions of all workflow definitions."""
        return list(self._workflows.values())

    def put_workflow_definitions(self, definitions: Iterable[tuple[str, int, Document]]) -> None:
        """Store workflow definitions, replacing those of the same name and version."""
        rows = {(name, version): document for name, version, document in definitions}
        with self._transaction():
            for (name, version), document in rows.items():
                row = (name, version, dumps(document))
                self._db.execute("INSERT OR REPLACE INTO workflow_definition VALUES (?, ?, ?)", row)
        self._workflows.update(rows)
        self.revision += 1

    def delete_workflow_definition(self, name: str, version: int) -> None:
        """Forget one version of a workflow definition."""
        with self._transaction():
            self._db.execute("DELETE FROM workflow_definition WHERE name = ? AND version = ?", (name, version))
        self._workflows.pop((name, version), None)
        self.revision += 1
