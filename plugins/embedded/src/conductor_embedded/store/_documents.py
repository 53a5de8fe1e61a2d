"""Documents of plugins, by key, in collections with names of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_embedded._values import Document, dumps, load_map

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from contextlib import AbstractContextManager


class Collection:
    """A plugin's documents; what is put is stored when the call returns.

    Args:
        db: The database.
        transaction: Makes the writes of a block one transaction.
        name: Of the collection.
    """

    def __init__(
        self, db: sqlite3.Connection, transaction: Callable[[], AbstractContextManager[None]], name: str
    ) -> None:
        self._db = db
        self._transaction = transaction
        self._name = name

    def get(self, key: str) -> Document | None:
        """Return a document, or None."""
        row = self._db.execute(
            "SELECT document FROM plugin_document WHERE collection = ? AND key = ?", (self._name, key)
        ).fetchone()
        return None if row is None else load_map(row[0])

    def items(self) -> dict[str, Document]:
        """Return all documents by key, in the order of the keys."""
        rows = self._db.execute(
            "SELECT key, document FROM plugin_document WHERE collection = ? ORDER BY key", (self._name,)
        )
        return {str(key): load_map(document) for key, document in rows}

    def put(self, key: str, document: Document) -> None:
        """Store a document in place of the one of this key."""
        with self._transaction():
            self._db.execute(
                "INSERT OR REPLACE INTO plugin_document VALUES (?, ?, ?)", (self._name, key, dumps(document))
            )

    def delete(self, key: str) -> bool:
        """Forget a document; tells whether there was one."""
        with self._transaction():
            found = self._db.execute(
                "DELETE FROM plugin_document WHERE collection = ? AND key = ?", (self._name, key)
            ).rowcount
        return found > 0
