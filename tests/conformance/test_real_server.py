"""What all conformance stands on: a real server of our own, that is gone when its user is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from typing import TYPE_CHECKING

import pytest

from tools.distributions import ROOT
from tools.java import find_java
from tools.real_server import VERSION, RealServer, ServerStartError

if TYPE_CHECKING:
    from pathlib import Path

posix = pytest.mark.skipif(os.name == "nt", reason="the stand-in for Java is a shell script")
OWNER = """
import sys
from pathlib import Path
from tools.real_server import RealServer
RealServer(Path(sys.argv[1]), Path("server.jar"), Path(sys.argv[2]))
sys.stdin.read()
"""


def _stand_in(folder: Path, script: str) -> Path:
    """A program in place of Java, which the server's supervisor starts in the same folder."""
    java = folder / "bin" / "java"
    java.parent.mkdir()
    java.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    java.chmod(0o755)
    return java


def _pid_in(file: Path) -> int:
    deadline = time.monotonic() + 10
    while not (file.exists() and file.read_text(encoding="utf-8").strip()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return int(file.read_text(encoding="utf-8"))


def _is_gone(pid: int) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


@pytest.mark.real_server
def test_the_server_is_the_pinned_version(real_server: RealServer) -> None:
    with urllib.request.urlopen(f"{real_server.url}/version", timeout=10) as answer:  # noqa: S310 - our own server
        assert VERSION in answer.read().decode()


@posix
def test_a_server_is_gone_when_its_user_was_killed(tmp_path: Path) -> None:
    java = _stand_in(tmp_path, "echo $$ > pid; exec sleep 300")
    command = [sys.executable, "-c", OWNER, str(java), str(tmp_path)]
    owner = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE)
    pid = _pid_in(tmp_path / "pid")
    owner.send_signal(signal.SIGKILL)
    owner.communicate()
    assert _is_gone(pid)


@posix
def test_a_server_that_ends_at_once_is_an_error_with_its_log(tmp_path: Path) -> None:
    server = RealServer(_stand_in(tmp_path, "echo no memory; exit 3"), tmp_path / "server.jar", tmp_path)
    with pytest.raises(ServerStartError, match="no memory"):
        server.wait_until_healthy(10)
    server.stop()


@posix
def test_a_server_that_never_gets_healthy_is_an_error_and_stopped(tmp_path: Path) -> None:
    server = RealServer(_stand_in(tmp_path, "echo $$ > pid; exec sleep 300"), tmp_path / "server.jar", tmp_path)
    pid = _pid_in(tmp_path / "pid")
    with pytest.raises(ServerStartError, match="not healthy"):
        server.wait_until_healthy(0.1)
    server.stop()
    assert _is_gone(pid)


@posix
def test_only_a_new_java_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.java.JVM_FOLDERS", ())
    assert find_java({"PATH": ""}) is None
    java = _stand_in(tmp_path, "echo 'openjdk version \"17.0.15\" 2025-04-15' >&2")
    assert find_java({"JAVA_HOME": str(tmp_path), "PATH": ""}) is None
    java.write_text("#!/bin/sh\necho 'openjdk version \"25\" 2025-09-16' >&2\n", encoding="utf-8")
    assert find_java({"JAVA_HOME": str(tmp_path), "PATH": ""}) == java.resolve()
