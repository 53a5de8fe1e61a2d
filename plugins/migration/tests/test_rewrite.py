"""Import lines of every shape, and the table that says where names are."""

from __future__ import annotations

import ast
import importlib
from importlib import util
from typing import TYPE_CHECKING

import pytest

from conductor_migration._names import CLIENTS, FILLED, HINTS, HOMES, OTHERS
from conductor_migration._rewrite import home_of, rewrite

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec

SEVERAL = """\
import unittest

from conductor.client.http.models import (
    Task,  # the task
    TaskDef,
    WorkflowSummary,
)


class Imports(unittest.TestCase):
    def test_imports(self):
        try:
            from conductor.client.workflow.task.llm_tasks import (
                LlmIndexText,
                ChatMessage
            )
            from conductor.client.workflow.task.simple_task import SimpleTask
        except ImportError as error:
            self.fail(str(error))


from conductor.client.worker.worker_task import worker_task
"""


def test_imports_on_several_levels_change_without_harming_each_other() -> None:
    changed = rewrite(SEVERAL)
    ast.parse(changed.source)
    assert changed.left == ()
    assert changed.source == (
        "import unittest\n"
        "\n"
        "from conductor_core import Task, TaskDef\n"
        "from conductor_workflows import WorkflowSummary\n"
        "\n\n"
        "class Imports(unittest.TestCase):\n"
        "    def test_imports(self):\n"
        "        try:\n"
        "            from conductor_migration import LlmIndexText\n"
        "            from conductor_workflows import ChatMessage\n"
        "            from conductor_workflows import SimpleTask\n"
        "        except ImportError as error:\n"
        "            self.fail(str(error))\n"
        "\n\n"
        "from conductor_migration import worker_task\n"
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "x = 'ä'; from conductor.client.http.models import Task, WorkflowRun; y = 2\n",
            "x = 'ä'; from conductor_core import Task; from conductor_workflows import WorkflowRun; y = 2\n",
        ),
        (
            "from conductor.client.http.models import Task  # noqa: F401\n",
            "from conductor_core import Task  # noqa: F401\n",
        ),
        ("if True: from conductor.client.http.models import Task", "if True: from conductor_core import Task"),
        (
            "from conductor.client.http.models.role import Role\n",
            "from conductor_authorization import Role\n",
        ),
        (
            "from conductor.client.workflow.task.llm_tasks.chat_message import Role\n",
            "from conductor_workflows import Role\n",
        ),
        (
            "from conductor.client.http.models import TaskDef as T\nT(name='a')\n",
            "from conductor_core import TaskDef as T\nT(name='a')\n",
        ),
        (
            "from conductor.client.http.models import TaskDef as T\nT()\n",
            "from conductor_migration import TaskDef as T\nT()\n",
        ),
        (
            "from conductor.client.http.models import StartWorkflowRequest\nStartWorkflowRequest(input={})\n",
            "from conductor_migration import StartWorkflowRequest\nStartWorkflowRequest(input={})\n",
        ),
    ],
)
def test_lines_of_every_shape(old: str, new: str) -> None:
    assert rewrite(old).source == new


def test_a_module_that_is_named_in_a_text_is_told_of() -> None:
    changed = rewrite("patch('conductor.client.orkes_clients.OrkesClients')\n")
    assert changed.left == (
        "1: the text 'conductor.client.orkes_clients.OrkesClients' names a module of conductor-python and stands as it was",
    )


def test_a_distribution_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    find = util.find_spec

    def without_tasks(name: str) -> ModuleSpec | None:
        return None if name == "conductor_tasks" else find(name)

    monkeypatch.setattr(util, "find_spec", without_tasks)
    changed = rewrite("from conductor.client.http.models import PollData\n")
    assert (changed.source, changed.needed) == ("from conductor_tasks import PollData\n", ("conductor-tasks",))


@pytest.mark.parametrize("name", sorted({*HOMES, *CLIENTS}))
def test_every_name_of_the_table_is_where_it_says(name: str) -> None:
    home, here = home_of(name)
    assert home is not None
    assert hasattr(importlib.import_module(home), here)


def test_the_tables_agree_with_each_other() -> None:
    for (module, name), home in OTHERS.items():
        assert hasattr(importlib.import_module(home), name), module
    for name in FILLED:
        assert getattr(importlib.import_module("conductor_migration"), name)() is not None
    assert not HINTS.keys() & HOMES.keys()
