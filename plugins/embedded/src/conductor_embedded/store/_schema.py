"""The tables of the database, and their version."""

from __future__ import annotations

from typing import Final

SCHEMA_VERSION: Final = 2
"""Raised with every change of the tables or of the documents in them."""
READABLE_VERSIONS: Final = frozenset({1, SCHEMA_VERSION})
"""What is brought up to date when it is opened: version 1 lacks a table, and a field of tasks that has a default."""

TABLES: Final = """
CREATE TABLE IF NOT EXISTS definition (
    digest TEXT PRIMARY KEY,
    document TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS execution (
    workflow_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    status TEXT NOT NULL,
    correlation_id TEXT,
    priority INTEGER NOT NULL,
    parent_workflow_id TEXT,
    start_time INTEGER NOT NULL,
    update_time INTEGER NOT NULL,
    end_time INTEGER NOT NULL,
    reason TEXT,
    wake_at INTEGER,
    digest TEXT NOT NULL,
    state TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS execution_by_name ON execution (name, status);
CREATE INDEX IF NOT EXISTS execution_by_correlation ON execution (correlation_id) WHERE correlation_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS execution_by_wake ON execution (wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS execution_by_start ON execution (start_time);
CREATE TABLE IF NOT EXISTS task (
    task_id TEXT PRIMARY KEY,
    workflow_id TEXT NOT NULL,
    place INTEGER NOT NULL,
    reference_name TEXT NOT NULL,
    task_type TEXT NOT NULL,
    definition_name TEXT NOT NULL,
    status TEXT NOT NULL,
    queue TEXT,
    priority INTEGER NOT NULL,
    scheduled_time INTEGER NOT NULL,
    available_at INTEGER NOT NULL,
    start_time INTEGER NOT NULL,
    update_time INTEGER NOT NULL,
    end_time INTEGER NOT NULL,
    unconfirmed INTEGER NOT NULL,
    state TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS task_by_workflow ON task (workflow_id, place);
CREATE INDEX IF NOT EXISTS task_open ON task (status) WHERE status IN ('SCHEDULED', 'IN_PROGRESS');
CREATE INDEX IF NOT EXISTS task_by_type ON task (task_type, status);
CREATE TABLE IF NOT EXISTS effect (
    effect_id INTEGER PRIMARY KEY AUTOINCREMENT,
    document TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS task_log (
    log_id INTEGER PRIMARY KEY,
    task_id TEXT NOT NULL,
    created_time INTEGER NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS task_log_by_task ON task_log (task_id);
CREATE TABLE IF NOT EXISTS poll_data (
    queue TEXT PRIMARY KEY,
    task_type TEXT NOT NULL,
    domain TEXT,
    worker_id TEXT,
    last_poll_time INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS task_definition (
    name TEXT PRIMARY KEY,
    document TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS workflow_definition (
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (name, version)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS plugin_document (
    collection TEXT NOT NULL,
    key TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (collection, key)
) WITHOUT ROWID;
"""
