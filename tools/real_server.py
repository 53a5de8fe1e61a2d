"""The real Conductor server on a free port of 127.0.0.1, in a folder of its own.

``make server`` runs it until Ctrl-C; the tests start it through the fixture in tests/_support. It needs Java 21 or newer,
and Maven for the first download.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tools.java import NEEDED, find_java

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

VERSION = "3.32.2"
ARTIFACT = f"org.conductoross:conductor-server:{VERSION}:jar:boot"
SHA256 = "12fea98714db6b20246dc6be367eb17385c5667c00a52c5a7bea44393b459f19"
DOWNLOAD_SECONDS = 900
START_SECONDS = 180
MEMORY = "-Xmx1500m"
PROPERTIES = {"agentspan.skills.enabled": "true"}
"""What the server comes with and leaves switched off."""
# The server's secrets are environment variables with this prefix, and cannot be written.
SECRETS = {"CONDUCTOR_SECRET_AGENT_TOKEN": "token-of-the-tests"}

# The parent of the server. Its standard input is a pipe from us: when that closes, because we stopped or because we were
# killed, it ends the server, so that no way of interrupting a test run leaves one behind.
SUPERVISOR = """
import os, signal, subprocess, sys, threading
server = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
threading.Thread(target=lambda: os._exit(server.wait() & 255), daemon=True).start()
signal.signal(signal.SIGTERM, lambda *_: sys.exit())
try:
    sys.stdin.read()
finally:
    server.terminate()
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
"""


class ServerUnavailableError(Exception):
    """The server cannot be had here; the message says what to install."""


class ServerStartError(Exception):
    """The server was there and did not start; the message holds the end of its log."""


def find_jar() -> Path:
    """The server's jar from the local Maven repository, downloaded there when it is absent.

    Raises:
        ServerUnavailableError: there is no Maven, the download failed, or the file is not the pinned one.
    """
    name = f"conductor-server-{VERSION}-boot.jar"
    repository = Path.home() / ".m2" / "repository"
    jar = repository / "org/conductoross/conductor-server" / VERSION / name
    if not jar.is_file():
        _download(repository)
    if not jar.is_file():
        message = f"Maven downloaded {ARTIFACT}, but not to {jar}"
        raise ServerUnavailableError(message)
    with jar.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != SHA256:
        message = f"{name} in the local Maven repository is not the pinned file: remove it and try again"
        raise ServerUnavailableError(message)
    return jar


def _download(repository: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise ServerUnavailableError("Maven is missing, which downloads the server: install the package `maven`")
    command = [maven, "-q", "-B", "dependency:get", f"-Dartifact={ARTIFACT}", "-Dtransitive=false"]
    command.append(f"-Dmaven.repo.local={repository}")
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=DOWNLOAD_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        message = f"Maven did not download {ARTIFACT} in {DOWNLOAD_SECONDS} s"
        raise ServerUnavailableError(message) from None
    if done.returncode:
        message = f"Maven could not download {ARTIFACT}: {(done.stdout + done.stderr).strip()[-500:]}"
        raise ServerUnavailableError(message)


class RealServer:
    """A running server; use :func:`running` to get one that is stopped in any case."""

    def __init__(self, java: Path, jar: Path, folder: Path, properties: Mapping[str, str] | None = None) -> None:
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}/api"
        self.log = folder / "server.log"
        fixed = {"server.port": str(self.port), "server.address": "127.0.0.1"}
        options = [f"--{name}={value}" for name, value in {**PROPERTIES, **(properties or {}), **fixed}.items()]
        with self.log.open("wb") as log:
            self._supervisor = subprocess.Popen(
                [sys.executable, "-I", "-c", SUPERVISOR, str(java), MEMORY, "-jar", str(jar), *options],
                cwd=folder,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=os.environ | SECRETS,
                start_new_session=True,
            )

    def wait_until_healthy(self, seconds: float = START_SECONDS) -> None:
        """Return when /health answers 200.

        Raises:
            ServerStartError: the server ended, or was not healthy after so many seconds.
        """
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self._supervisor.poll() is not None:
                message = f"the server ended while it started; the end of its log:\n{self._log_end()}"
                raise ServerStartError(message)
            if self._healthy():
                return
            time.sleep(0.2)
        message = f"the server was not healthy after {seconds:.0f} s; the end of its log:\n{self._log_end()}"
        raise ServerStartError(message)

    def stop(self) -> None:
        """End the server and wait until it is gone."""
        if self._supervisor.stdin is not None:
            self._supervisor.stdin.close()
        try:
            self._supervisor.wait(20)
        except subprocess.TimeoutExpired:
            self._supervisor.terminate()
            self._supervisor.wait(20)

    def _healthy(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/health")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _log_end(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-3000:]


@contextlib.contextmanager
def running(properties: Mapping[str, str] | None = None) -> Generator[RealServer]:
    """Start the server, give it when it is healthy, and stop it.

    Args:
        properties: settings of the server's by name, beside :data:`PROPERTIES`.

    Raises:
        ServerUnavailableError: Java or the jar are missing.
        ServerStartError: the server did not start.
    """
    java = find_java(os.environ)
    if java is None:
        message = f"no Java {NEEDED} or newer: install a JDK, for example Temurin, or point JAVA_HOME at one"
        raise ServerUnavailableError(message)
    jar = find_jar()
    with tempfile.TemporaryDirectory(prefix="conductor-server-", ignore_cleanup_errors=True) as folder:
        server = RealServer(java, jar, Path(folder), properties)
        try:
            server.wait_until_healthy()
            yield server
        finally:
            server.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def main() -> None:
    """Run the server until Ctrl-C, or with --fetch only get what it needs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fetch", action="store_true", help="only download the server, start nothing")
    arguments = parser.parse_args()
    try:
        if arguments.fetch:
            print(find_jar())
            return
        print("starting, about 15 s ...", flush=True)
        with running() as server, contextlib.suppress(KeyboardInterrupt):
            print(f"ready: {server.url} (Ctrl-C stops it; its data goes with it; log: {server.log})", flush=True)
            while True:
                time.sleep(3600)
    except (ServerUnavailableError, ServerStartError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
