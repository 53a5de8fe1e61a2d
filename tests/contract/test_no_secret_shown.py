"""No secret in any log at DEBUG, any text of an object, any error: the whole output of a program that shows all is searched."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conductor_core.http import Request, Response
from tests._support.connect_proxy import connect_proxy
from tests._support.http2_server import http2_served
from tests._support.socket_server import served
from tests._support.token_server import KEY, SECRET, TOKEN, TokenServer

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAM = Path(__file__).with_name("secrets_program.py")
STATIC_TOKEN = "static-t0ken-of-the-gateway"
PASSWORD = "p4ssword-of-the-user"
PROXY_PASSWORD = "p4ssword-of-the-proxy"
ENCODED = base64.b64encode(f"me:{PASSWORD}".encode()).decode()
PROXY_ENCODED = base64.b64encode(f"me:{PROXY_PASSWORD}".encode()).decode()
HIDDEN = (SECRET, TOKEN, STATIC_TOKEN, PASSWORD, PROXY_PASSWORD, ENCODED, PROXY_ENCODED)
TRANSPORTS = "http1 httpx http2 http2+H2 httpx-http2+H2"
SECONDS = 120


def answer(request: Request) -> Response:
    """Answer by path."""
    path = request.url.path.rpartition("/")[2]
    if path == "refused":
        return Response(401, json={"error": "NO_SUCH_USER", "message": "nobody"})
    if path == "broken":
        return Response(500, json={"message": "broken"})
    if path == "garbage":
        return Response(200, content=b"\x00<garbage>")
    return Response(200, json=[])


@pytest.fixture
def urls() -> Iterator[dict[str, str]]:
    """The same server over HTTP/1.1 and over HTTP/2."""
    tokens = TokenServer(clock=lambda: 0.0, answer=answer)

    def guarded(request: Request) -> Response:
        with_token = "x-authorization" in request.headers or request.url.path == "/api/token"
        return tokens(request) if with_token else answer(request)

    with served(guarded) as url, http2_served(guarded) as h2:
        yield {"URL": url, "URLH2": h2}


def shown(transports: str, **environment: str) -> str:
    """Run the program in a clean environment, and return all it wrote."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CONDUCTOR_")}
    done = subprocess.run(
        [sys.executable, "-X", "dev", str(PROGRAM)],
        env={**inherited, **environment, "SHOWN_TRANSPORTS": transports},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    output = done.stdout + done.stderr
    assert "shown to the end" in done.stdout, output[-3000:]
    return output


def secrets_in(output: str) -> list[str]:
    """The lines that hold a secret."""
    return [line[:300] for line in output.splitlines() if any(secret in line for secret in HIDDEN)]


CREDENTIALS = {
    "bearer": {"CONDUCTOR_AUTH_TOKEN": STATIC_TOKEN},
    "bearer-file": {"CONDUCTOR_AUTH_TOKEN_FILE": "token"},
    "basic": {"CONDUCTOR_AUTH_USER": "me", "CONDUCTOR_AUTH_PASSWORD": PASSWORD},
    "orkes": {"CONDUCTOR_AUTH_KEY": KEY, "CONDUCTOR_AUTH_SECRET": SECRET},
}


@pytest.mark.parametrize("auth", CREDENTIALS)
def test_nothing_that_is_written_holds_a_secret(auth: str, urls: dict[str, str], tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text(f"{STATIC_TOKEN}\n")
    credentials = {name: str(token) if value == "token" else value for name, value in CREDENTIALS[auth].items()}
    output = shown(TRANSPORTS, CONDUCTOR_SERVER_URL=urls["URL"], **urls, **credentials)
    assert "DEBUG" in output
    assert "answered 401" in output
    assert secrets_in(output) == []


@pytest.mark.parametrize("user", [f"me:{PROXY_PASSWORD}", "somebody:else"], ids=["right", "wrong"])
def test_nor_the_password_of_the_proxy(user: str, urls: dict[str, str]) -> None:
    with ExitStack() as stack:
        proxy = stack.enter_context(connect_proxy(user))
        address = proxy.url.replace("//", f"//me:{PROXY_PASSWORD}@")
        environment = {"CONDUCTOR_PROXY_URL": address, "CONDUCTOR_AUTH_TOKEN": STATIC_TOKEN}
        output = shown("http1 httpx http2", CONDUCTOR_SERVER_URL=urls["URL"], **urls, **environment)
    assert proxy.asked
    assert secrets_in(output) == []


def test_the_search_finds_what_it_looks_for() -> None:
    assert secrets_in(f"a line\nAuthorization: Bearer {STATIC_TOKEN}\n") == [f"Authorization: Bearer {STATIC_TOKEN}"]
