"""An embedded engine with task types for language models that answer by rule, so that workflows with models run in a test."""

from __future__ import annotations

import itertools
from contextlib import contextmanager
from typing import TYPE_CHECKING

from conductor_core.hookspecs import hookimpl
from conductor_core.settings import Settings
from conductor_embedded._assembly import Plan
from conductor_embedded._state import TaskState, TaskStatus
from conductor_embedded._values import as_maps
from conductor_embedded.address import Address
from conductor_embedded.runtime import ENGINES
from conductor_embedded.system_tasks import SystemTask

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from conductor_embedded._values import Document
    from conductor_embedded.decider._draft import Draft

_numbers = itertools.count(1)


class _Answering(SystemTask):
    def execute(self, draft: Draft, task: TaskState) -> bool:
        draft.end_task(task, TaskStatus.COMPLETED, output={**self.answer(task.input)})
        return True

    def answer(self, given: Document) -> Document:
        raise NotImplementedError


class Chat(_Answering):
    """Repeats what it was told last; with tools it calls the first one, and as JSON it chooses one."""

    type = "LLM_CHAT_COMPLETE"

    def answer(self, given: Document) -> Document:
        said = f"<{as_maps(given['messages'])[-1]['message']}>"
        if given.get("tools"):
            return {"result": {"function": "weather_of", "city": "Lisbon"}}
        if given.get("jsonOutput"):
            return {"result": {"tool": "weather", "arguments": {"city": "Lisbon", "asked": said}}}
        return {"result": said}


class IndexText(_Answering):
    """Keeps texts, for the process."""

    type = "LLM_INDEX_TEXT"
    stored: list[str] = []  # noqa: RUF012 - one index for the process is the point

    def answer(self, given: Document) -> Document:
        self.stored.append(str(given["text"]))
        return {}


class SearchIndex(_Answering):
    """Finds the last text."""

    type = "LLM_SEARCH_INDEX"

    def answer(self, given: Document) -> Document:
        return {"result": [{"score": 1, "text": IndexText.stored[-1]}]}


class ListTools(_Answering):
    """Knows one tool."""

    type = "LIST_MCP_TOOLS"

    def answer(self, given: Document) -> Document:
        return {"tools": [{"name": "weather"}]}


class CallTool(_Answering):
    """Answers with what it was called with."""

    type = "CALL_MCP_TOOL"

    def answer(self, given: Document) -> Document:
        return {"content": [given["method"], given["arguments"]]}


class FakeModels:
    """The plugin of the engine."""

    @hookimpl
    def conductor_embedded_system_tasks(self) -> Sequence[SystemTask]:
        return [Chat(), IndexText(), SearchIndex(), ListTools(), CallTool()]


@contextmanager
def engine_with_models() -> Generator[Settings]:
    """Run an engine whose tasks for models answer, and return what leads to it."""
    address = Address(name=f"models-{next(_numbers)}")
    ENGINES.add(Plan(address=address, plugins=(FakeModels(),)))
    try:
        yield Settings(server_url=address.url, transport="embedded")
    finally:
        ENGINES.leave(address)
