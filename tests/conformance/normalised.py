"""Make documents of two servers comparable: leave out what is never the same twice, and keep all the rest."""

from __future__ import annotations

import re
from typing import TypeAlias, cast

Value: TypeAlias = object

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

SECONDS = re.compile(r"timed out after \d+ seconds")
"""How late a sweep noticed; it depends on when it looked."""

TIMES = frozenset(
    {
        "createTime",
        "createdTime",
        "endTime",
        "firstStartTime",
        "lastPollTime",
        "lastRetriedTime",
        "scheduledTime",
        "startTime",
        "updateTime",
        "waitTimeout",
    }
)
"""Moments: only whether they are set can be compared."""

UNSTEADY = frozenset({"executionTime", "queueWaitTime"})
"""Durations that depend on the machine."""

BACKGROUND_TASKS = frozenset({"HTTP", "JOIN", "SUB_WORKFLOW", "WAIT"})
UNSTEADY_IN_BACKGROUND = frozenset({"callbackAfterSeconds", "executed", "pollCount", "subworkflowChanged", "workerId"})
"""What background workers of the server count while they look at a task: it depends on when they look."""


class Normaliser:
    """Normalises the documents of one run; the same id gets the same number in all of them.

    Args:
        own: text that stands in this run's names; it is replaced.
    """

    def __init__(self, own: str) -> None:
        self._own = own
        self._ids: dict[str, str] = {}
        self.aliases: dict[str, str] = {}

    def normalised(self, value: Value) -> Value:
        """Return a value made of the same kinds, fit for comparison."""
        if isinstance(value, dict):
            return self._document(cast("dict[str, Value]", value))
        if isinstance(value, list | tuple):
            return [self.normalised(item) for item in cast("list[Value]", value)]
        if isinstance(value, str):
            return self._text(value)
        return value

    def _document(self, document: dict[str, Value]) -> dict[str, Value]:
        background = document.get("taskType") in BACKGROUND_TASKS
        kept: dict[str, Value] = {}
        for name in sorted(document):
            value = document[name]
            if name in UNSTEADY or (background and name in UNSTEADY_IN_BACKGROUND):
                continue
            if name in TIMES:
                kept[name] = "set" if value else "not set"
            else:
                kept[self._text(name)] = self.normalised(value)
        return kept

    def _text(self, text: str) -> str:
        for own, alias in self.aliases.items():
            text = text.replace(own, alias)
        text = SECONDS.sub("timed out after N seconds", text)
        return UUID.sub(lambda found: self._number(found[0]), text.replace(self._own, "lab"))

    def _number(self, found: str) -> str:
        return self._ids.setdefault(found, f"<id {len(self._ids) + 1}>")
