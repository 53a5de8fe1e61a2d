"""Programs that were written for conductor-python 2.0.0 run after ``conductor migrate --write`` changed their imports."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from conductor_core.cli import main
from conductor_migration._rewrite import rewrite

PROGRAMS = Path(__file__).parent / "programs"


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """The worker file and the workflow file, as they were written."""
    for program in PROGRAMS.glob("*.txt"):
        (tmp_path / program.stem).write_text(program.read_text(encoding="utf-8"), encoding="utf-8")
    return sorted(tmp_path.glob("*.py"))


def test_a_worker_file_and_a_workflow_file_run_after_their_import_lines_changed(files: list[Path]) -> None:
    before = {path: path.read_text(encoding="utf-8") for path in files}
    assert main(["migrate", "--write", *map(str, files)]) == 0
    for path in files:
        assert _without_imports(path.read_text(encoding="utf-8")) == _without_imports(before[path])
    workflow = next(path for path in files if path.stem == "greetings_workflow")
    environment = {
        **os.environ,
        "CONDUCTOR_TRANSPORT": "embedded",
        "CONDUCTOR_SERVER_URL": "embedded://memory/migrated",
        "CONDUCTOR_UI_SERVER_URL": "http://ui.test",
    }
    done = subprocess.run(
        [sys.executable, workflow.name],
        cwd=workflow.parent,
        check=False,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "result: HELLO ADA\nagain: HELLO BOB\nstatus: TERMINATED\nsee http://ui.test/execution/" in done.stdout


def _without_imports(source: str) -> list[str]:
    return [line for line in source.splitlines() if not re.match(r"from conductor\S* import ", line)]


def test_what_would_change_is_shown_and_nothing_is_written(
    files: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    before = [path.read_text(encoding="utf-8") for path in files]
    assert main(["migrate", *map(str, files)]) == 0
    shown = capsys.readouterr().out
    assert "-from conductor.client.workflow.conductor_workflow import ConductorWorkflow\n" in shown
    assert "+from conductor_workflows import ConductorWorkflow\n" in shown
    assert [path.read_text(encoding="utf-8") for path in files] == before


def test_an_import_without_a_counterpart_stands_and_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "old.py"
    program.write_bytes(
        b"import conductor.client\r\n"
        b"def f():\r\n"
        b"    from conductor.client.configuration.settings.metrics_settings import TaskRunner, Configuration as C\r\n"
    )
    assert main(["migrate", "--write", str(program)]) == 1
    error = capsys.readouterr().err
    assert "old.py:1: import conductor.client has no counterpart" in error
    assert (
        "old.py:3: TaskRunner (conductor.client.configuration.settings.metrics_settings) has no counterpart: TaskH"
        in error
    )
    assert program.read_bytes() == (
        b"import conductor.client\r\n"
        b"def f():\r\n"
        b"    from conductor.client.configuration.settings.metrics_settings import TaskRunner\r\n"
        b"    from conductor_migration import Configuration as C\r\n"
    )


@pytest.mark.parametrize("content", [None, b"\xff", b"def ("])
def test_a_file_that_cannot_be_read_is_one_line(
    content: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "old.py"
    if content is not None:
        program.write_bytes(content)
    assert main(["migrate", str(program)]) == 1
    assert capsys.readouterr().err.startswith(f"{program}: ")


def test_names_that_changed_keep_the_older_one_in_the_program() -> None:
    old = "from conductor.client.http.models.tag_object import TagObject\n"
    assert rewrite(old).source == "from conductor_core.models import Tag as TagObject\n"
    old = "from conductor.client.workflow_client import WorkflowClient\n"
    assert rewrite(old).source == "from conductor_migration import OrkesWorkflowClient as WorkflowClient\n"
    several = "from conductor.client.http.models import (\n    Task,\n    TaskDef,\n)\n"
    assert rewrite(several).source == "from conductor_core import Task, TaskDef\n"
    other = "from conductors import x\nfrom .conductor import y\n"
    assert rewrite(other).source == other
