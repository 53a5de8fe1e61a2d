"""Code and programs that a model runs: within limits, without this process' secrets, and never through a shell."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from conductor_agents import CodeExecution, CommandLine, DockerCodeExecutor, LocalCodeExecutor
from conductor_core.errors import InvalidArgumentError
from tests._support.agent_worker import work
from tests._support.agents import plain

if TYPE_CHECKING:
    from pathlib import Path

    from conductor_agents import FinishedProcess

posix = pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for the program")


async def test_a_model_runs_code_as_a_tool() -> None:
    agent = plain("coder", code=CodeExecution())
    result = await work(agent, "coder_execute_code", {"code": "print(6 * 7)"})
    assert result["outputData"] == {"status": "success", "exit_code": 0, "stdout": f"42{os.linesep}", "stderr": ""}


async def test_code_that_fails_tells_why() -> None:
    result = await CodeExecution().execute("import sys\nprint('half')\nsys.exit('no')")
    assert (result["status"], result["exit_code"], result["stderr"].strip()) == ("error", 1, "no")
    assert result["stdout"].strip() == "half"


async def test_code_sees_no_secret_of_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONDUCTOR_AUTH_SECRET", "s3cret")
    code = "import os\nprint(sorted(os.environ), os.listdir())"
    result = await CodeExecution().execute(code)
    assert result["status"] == "success"
    assert "CONDUCTOR" not in result["stdout"]
    assert result["stdout"].rstrip().endswith("[]")


async def test_code_ends_when_its_time_is_over() -> None:
    start = time.monotonic()
    code = (
        "import subprocess, sys\nprint('begun', flush=True)\nsubprocess.run([sys.executable, '-c', 'while True: pass'])"
    )
    result = await CodeExecution(timeout_seconds=3).execute(code)
    assert time.monotonic() - start < 60
    assert (result["status"], result["exit_code"]) == ("error", None)
    assert "ended after 3 s" in result["stderr"]


async def test_code_that_prints_without_end_is_cut() -> None:
    result = await CodeExecution(timeout_seconds=60).execute("print('x' * 3_000_000)")
    assert (result["status"], len(result["stdout"])) == ("success", 256 * 1024)


async def test_only_allowed_languages_are_run() -> None:
    result = await CodeExecution(languages=["python"]).execute("echo hi", "bash")
    assert (result["status"], result["exit_code"]) == ("error", None)
    assert result["stderr"] == "language 'bash' is not allowed here: write python"


@posix
async def test_another_language_is_run_in_a_folder_of_one_s_own(tmp_path: Path) -> None:
    execution = CodeExecution(languages=["python", "sh"], executor=LocalCodeExecutor(str(tmp_path)))
    assert (await execution.execute("echo hi > made", "sh"))["status"] == "success"
    assert (tmp_path / "made").read_text(encoding="utf-8") == "hi\n"


@posix
async def test_code_runs_in_a_container(tmp_path: Path) -> None:
    docker = tmp_path / "docker"
    docker.write_text('#!/bin/sh\necho "$@" >&2\ncat\n', encoding="utf-8")
    docker.chmod(0o755)
    executor = DockerCodeExecutor(program=str(docker), memory="64m")
    result = await CodeExecution(executor=executor, timeout_seconds=7).execute("print(1)")
    assert result["stdout"] == "print(1)"
    given = "run --rm --interactive --read-only --tmpfs /tmp --memory 64m --cpus 1.0 --network none --pids-limit 256"
    assert result["stderr"].strip() == f"{given} python:3.13-slim timeout 7 python -I -"


async def test_what_is_not_installed_is_told_to_the_model() -> None:
    executor = DockerCodeExecutor(program="no-such-program-anywhere")
    result = await CodeExecution(executor=executor).execute("print(1)")
    assert result["status"] == "error"
    assert "python cannot be run here" in result["stderr"]


async def test_an_executor_of_one_s_own_runs_code() -> None:
    class Elsewhere:
        async def run(self, code: str, language: str, *, timeout: float) -> FinishedProcess:  # noqa: ASYNC109
            from conductor_agents import FinishedProcess  # noqa: PLC0415 - what a user writes

            return FinishedProcess(0, f"{language} {code} {timeout:g}", "")

    result = await CodeExecution(executor=Elsewhere(), timeout_seconds=5).execute("1")
    assert result["stdout"] == "python 1 5"


async def test_a_model_calls_programs_by_name() -> None:
    program = os.path.basename(sys.executable)  # noqa: PTH119 - a name
    agent = plain("ops", commands=CommandLine(allowed_commands=[program]))
    arguments: dict[str, Any] = {"command": program, "args": ["-c", "import sys; print(sys.argv[1:])", "a b", "; ls"]}
    result = await work(agent, "ops_run_command", arguments)
    assert result["outputData"]["stdout"].strip() == "['a b', '; ls']"


@pytest.mark.parametrize("command", ["rm", "git; rm", "/usr/bin/git", "git status", ""])
async def test_nothing_else_is_called(command: str) -> None:
    result = await CommandLine(allowed_commands=["git"]).execute(command)
    assert result == {
        "status": "error",
        "exit_code": None,
        "stdout": "",
        "stderr": f"{command!r} is not allowed here: call git",
    }


async def test_a_program_sees_what_it_shall_see(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SHOWN", "yes")
    monkeypatch.setenv("HIDDEN", "no")
    program = os.path.basename(sys.executable)  # noqa: PTH119 - a name
    line = CommandLine(allowed_commands=[program], environment=["SHOWN", "ABSENT"], folder=str(tmp_path))
    code = "import os; print(os.environ.get('SHOWN'), os.environ.get('HIDDEN'), os.path.basename(os.getcwd()))"
    assert (await line.execute(program, ["-c", code]))["stdout"].split() == ["yes", "None", tmp_path.name]


async def test_a_program_that_is_missing_is_told_to_the_model() -> None:
    result = await CommandLine(allowed_commands=["no-such-program"]).execute("no-such-program")
    assert "no-such-program cannot be run here" in result["stderr"]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: CodeExecution(languages=[]), "languages of CodeExecution must be a list"),
        (lambda: CodeExecution(languages=["cobol"]), "language 'cobol' is unknown: take python, bash"),
        (lambda: CodeExecution(timeout_seconds=0), "timeout_seconds of CodeExecution must be at least 1"),
        (lambda: CommandLine(allowed_commands=[]), "allowed_commands of CommandLine must be a list"),
        (lambda: CommandLine(allowed_commands="git"), "allowed_commands of CommandLine must be a list"),
        (lambda: CommandLine(allowed_commands=["/bin/git"]), "must be the name of a program, not a path"),
    ],
    ids=["no language", "cobol", "no time", "no command", "text", "path"],
)
def test_what_cannot_be_is_refused(make: Any, message: str) -> None:
    with pytest.raises(InvalidArgumentError, match=message):
        make()
