"""The small examples run as they stand."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

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
        "COMPLETED {'boxes': 4, 'packed': ['box 1', 'box 2'], 'rounds': 3, 'label': 'to Lisbon'}\n",
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
    ("sub_workflow.py", (), "Lisbon (24 degrees) is warmer than Oslo (9 degrees)\n"),
]


@pytest.mark.parametrize(("name", "arguments", "output"), OUTPUTS)
def test_an_example_runs_as_it_stands(
    examples: Path, tmp_path: Path, name: str, arguments: tuple[str, ...], output: str
) -> None:
    command = [sys.executable, "-W", "error", str(examples / name), *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, output, "")


def test_every_example_is_tested(examples: Path) -> None:
    assert {path.name for path in examples.glob("*.py")} == {name for name, _, _ in OUTPUTS}
