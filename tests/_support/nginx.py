"""nginx on a free port of 127.0.0.1, or on a Unix socket, with the configuration of a test."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from tests._support.certificates import Certificates

# Read before any fixture cleans the environment: with the value "required" a missing nginx is a failure.
REQUIRED = os.environ.get("CONDUCTOR_TEST_NGINX") == "required"
START_SECONDS = 20.0
TRIES = 5

CONFIGURATION = """\
{user}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  client_max_body_size 64m;
  default_type text/plain;
  {outside}
  server {{
    listen {listen};
    {tls}
    {inside}
  }}
}}
"""
TLS = """\
    ssl_certificate {server}.crt;
    ssl_certificate_key {server}.key;
"""
MUTUAL_TLS = """\
    ssl_client_certificate {ca};
    ssl_verify_client on;
"""


def need_nginx() -> None:
    """Skip the test when there is no nginx, or fail it where that is required."""
    if shutil.which("nginx", path=_PATH) is None:
        reason = "needs nginx (Debian: apt-get install nginx)"
        if REQUIRED:
            pytest.fail(reason)
        pytest.skip(reason)


_PATH = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin"))  # where Debian keeps it for everybody


def to_upstream(address: str) -> str:
    """Return a location that hands everything to an HTTP server, over kept connections."""
    return f"""
    location / {{
      proxy_pass http://{address};
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_connect_timeout 2s;
    }}"""


@dataclass
class Nginx:
    """A running nginx.

    Attributes:
        folder: where its files are; short, for the path of a socket.
        inside: directives of the server block.
        outside: directives of the http block.
        http2: whether it speaks HTTP/2, also without TLS.
        certificates: of the server, for TLS.
        mutual: whether clients need a certificate.
        unix: listen on a Unix socket instead of a port.
        port: where it listens.
    """

    folder: Path
    inside: str
    outside: str = ""
    http2: bool = False
    certificates: Certificates | None = None
    mutual: bool = False
    unix: bool = False
    port: int = 0
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """The base URL."""
        if self.unix:
            return f"unix:{self.folder}/nginx.sock"
        return f"{'https' if self.certificates else 'http'}://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """What it wrote into its log."""
        log = self.folder / "error.log"
        return log.read_text(encoding="utf-8") if log.exists() else ""

    def start(self) -> None:
        """Start and wait until it listens; a port that somebody took in between is given up for another."""
        for _ in range(TRIES):
            self._process = subprocess.Popen(self._command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if self._listens():
                return
            self.stop()
            self.port = 0
        raise RuntimeError(f"nginx did not start: {self.log}")

    def reload(self) -> None:
        """Replace the workers; the old ones say goodbye to their connections and finish what they have."""
        self._signal(signal.SIGHUP)

    def stop(self) -> None:
        """Stop it and its workers."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            process.terminate()
        process.wait(START_SECONDS)

    def _signal(self, number: int) -> None:
        if self._process is None:
            raise RuntimeError("nginx does not run")
        self._process.send_signal(number)

    def _command(self) -> list[str]:
        if not self.port and not self.unix:
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                self.port = free.getsockname()[1]
        listen = [f"unix:{self.folder}/nginx.sock" if self.unix else f"127.0.0.1:{self.port}"]
        listen += ["ssl"] if self.certificates else []
        listen += ["http2"] if self.http2 else []
        text = CONFIGURATION.format(
            user="user root;" if os.geteuid() == 0 else "",  # the folders of tests are closed to others
            folder=self.folder,
            outside=self.outside,
            inside=self.inside,
            listen=" ".join(listen),
            tls=self._tls(),
        )
        file = self.folder / "nginx.conf"
        file.write_text(text, encoding="utf-8")
        program = shutil.which("nginx", path=_PATH) or "nginx"
        return [program, "-e", str(self.folder / "error.log"), "-p", str(self.folder), "-c", str(file)]

    def _tls(self) -> str:
        if self.certificates is None:
            return ""
        text = TLS.format(server=self.certificates.path("server"))
        return text + (MUTUAL_TLS.format(ca=self.certificates.path("ca.crt")) if self.mutual else "")

    def _listens(self) -> bool:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self._process is not None and self._process.poll() is None:
            with socket.socket(socket.AF_UNIX if self.unix else socket.AF_INET) as tried, contextlib.suppress(OSError):
                tried.connect(f"{self.folder}/nginx.sock" if self.unix else ("127.0.0.1", self.port))
                return True
            time.sleep(0.02)
        return False


@contextlib.contextmanager
def nginx(folder: Path, inside: str, **arguments: object) -> Generator[Nginx]:
    """Run nginx until the block ends."""
    server = Nginx(folder, inside, **arguments)  # type: ignore[arg-type]  # the fields of Nginx
    server.start()
    try:
        yield server
    finally:
        server.stop()
