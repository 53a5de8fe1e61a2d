"""The small examples run as they stand."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from conductor_core import Conductor
from tests._support.embedded_server import embedded_server

if TYPE_CHECKING:
    from pathlib import Path

ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
OUTPUTS = [
    ("hello_world.py", (), "Hello, Conductor!\n"),
    ("hello_world.py", ("Ada",), "Hello, Ada!\n"),
    ("async_client.py", (), "sum of the squares of 1 to 20: 2870\n"),
    ("wait_for_approval.py", (), "RUNNING: waits in approval\nCOMPLETED: {'paid': 120}\n"),
    ("wait_for_approval.py", ("no",), "RUNNING: waits in approval\nTERMINATED: the manager said no\n"),
    ("human_approval.py", ("yes",), "COMPLETED: {'paid': 80, 'from': 'travel'}\n"),
    ("human_approval.py", ("no",), "TERMINATED: not this year\n"),
    (
        "crash_in_a_process.py",
        (),
        "FAILED: the process ended with exit code 3 while it ran this task\nCOMPLETED: {'pages': 3}\n",
    ),
    ("dynamic_workflow.py", ("Peru", "Portugal"), "Peru: Lima, Portugal: Lisbon\n"),
    ("event_listeners.py", (), "divide completed, divide settled, divide failed: division by zero, divide settled\n"),
    ("fork_and_join.py", (), "COMPLETED [4, 4]\n['lisbon', 'quito', 'rome']\n"),
    (
        "kitchen_sink.py",
        (),
        (
            "COMPLETED {'boxes': 4, 'total': 10, 'planned': 'box 2', 'rounds': 3, 'chosen': 'box 9', 'label': 'to Lisbon', "
            "'sent_by': 'Ada'}\n"
            "DO_WHILE EVENT FORK HTTP HUMAN INLINE JOIN JSON_JQ_TRANSFORM SET_VARIABLE START_WORKFLOW SUB_WORKFLOW SWITCH WAIT pack\n"
        ),
    ),
    ("metrics_server.py", (), "COMPLETED\nalive: 200\nTrue\n"),
    (
        "synchronous_updates.py",
        (),
        "RUNNING ['name', 'age']\nCOMPLETED {'name': 'Ada', 'age': 36}\n",
    ),
    ("task_context.py", (), "{'baked': 3, 'turns': 2, 'retries': 0}\n['turn 1', 'turn 2']\n"),
    ("task_definitions.py", (), "charged 5 after 3 attempts\nstored: 5 at a time\n"),
    ("throughput.py", ("20",), "20 of 20 completed\n"),
    ("worker_configuration.py", (), "pack: 10 at a time, domain None\nship: 3 at a time, domain eu\n"),
    (
        "workers_in_a_web_service.py",
        (),
        'lifespan.startup.complete\n200 {"price": 42}\nlifespan.shutdown.complete\n',
    ),
    (
        "workflow_operations.py",
        (),
        (
            "pause: PAUSED\nresume: RUNNING\na failed task: FAILED\nretry: RUNNING\nterminate: sold out\n"
            "restart: COMPLETED\nrerun: COMPLETED\n"
        ),
    ),
    ("workflow_test.py", (), "passed\n"),
    ("workflow_test_with_mocks.py", (), "passed\n"),
    ("chaos_test.py", (), "passed\n"),
    (
        "lost_results.py",
        (),
        "while it was away: RUNNING\nsent again: 1\nafterwards: {'receipt': 'receipt of 5'}\n",
    ),
    (
        "quickstart.py",
        (),
        "Output: {'greetings': 'Hello, Conductor'}\nExecution: embedded://memory/quickstart/execution/ID\n",
    ),
    (
        "hello/helloworld.py",
        (),
        ("workflow result: Hello my friend Orkes\nsee the execution: embedded://memory/greetings/execution/ID\n"),
    ),
    ("sub_workflow.py", (), "Lisbon (24 degrees) is warmer than Oslo (9 degrees)\n"),
]


@pytest.mark.parametrize(("name", "arguments", "output"), OUTPUTS)
def test_an_example_runs_as_it_stands(
    examples: Path, tmp_path: Path, name: str, arguments: tuple[str, ...], output: str
) -> None:
    if name == "kitchen_sink.py":
        pytest.importorskip("jq", reason="the library jq has no wheels for Windows")
    command = [sys.executable, "-W", "error", str(examples / name), *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=240, check=False)
    assert (done.returncode, ID.sub("ID", done.stdout), done.stderr) == (0, output, "")
    assert list(tmp_path.iterdir()) == []


def test_every_example_is_tested(examples: Path) -> None:
    assert {path.name for path in examples.glob("*.py")} == {name for name, _, _ in OUTPUTS if "/" not in name}


@pytest.mark.parametrize(
    ("program", "greeting"), [("quickstart.py", "Hello, Conductor"), ("hello/helloworld.py", "Orkes")]
)
def test_an_example_runs_on_the_server_that_the_variable_names(
    examples: Path, tmp_path: Path, program: str, greeting: str
) -> None:
    """Afterwards it has left no definition there."""
    own = tmp_path / "own"
    own.mkdir()
    with embedded_server(tmp_path) as server:
        environment = {**os.environ, "CONDUCTOR_SERVER_URL": server.url, "CONDUCTOR_UI_SERVER_URL": "http://ui"}
        command = [sys.executable, str(examples / program)]
        done = subprocess.run(
            command, cwd=own, env=environment, capture_output=True, text=True, timeout=240, check=False
        )
        with Conductor(server_url=server.url) as conductor:
            left = conductor.metadata.get_all_workflow_defs()
    assert (done.returncode, done.stderr, left) == (0, "", [])
    assert greeting in done.stdout
    assert "http://ui/execution/" in done.stdout


def test_the_page_lists_every_example(examples: Path) -> None:
    page = (examples / "README.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"\]\(([^)]+)\)", page))
    assert {name for name in listed if not (examples / name).exists()} == set()
    programs = {*examples.glob("*.py"), *(examples / "orkes").glob("*.py")} - {
        examples / "orkes" / "cluster.py",
        examples / "orkes" / "llm_support.py",
    }
    assert {path.relative_to(examples).as_posix() for path in programs} <= listed
    folders = {path.name for path in examples.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == {name.partition("/")[0] for name in listed if "/" in name}
