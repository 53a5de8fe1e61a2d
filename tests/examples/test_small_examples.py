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
