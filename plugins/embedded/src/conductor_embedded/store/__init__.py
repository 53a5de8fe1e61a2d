"""The store: everything an engine knows, in one SQLite database."""

from conductor_embedded.store._batch import Batch, ExecutionChange, OpenTask, PollRecord, StoredEffect
from conductor_embedded.store._lock import FileInUseError
from conductor_embedded.store._schema import SCHEMA_VERSION
from conductor_embedded.store._search import TASK_COLUMNS, WORKFLOW_COLUMNS, Condition, Page, Query
from conductor_embedded.store._store import MEMORY, Store

__all__ = [
    "MEMORY",
    "SCHEMA_VERSION",
    "TASK_COLUMNS",
    "WORKFLOW_COLUMNS",
    "Batch",
    "Condition",
    "ExecutionChange",
    "FileInUseError",
    "OpenTask",
    "Page",
    "PollRecord",
    "Query",
    "Store",
    "StoredEffect",
]
