"""A bearer token from a file: read again when it changes, kept while it cannot be read."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from typing import TYPE_CHECKING

import pytest

from conductor_core import ConfigurationError, Settings, get
from conductor_core.builtin.bearer_auth import BearerAuth
from conductor_core.errors import AuthenticationError
from conductor_core.http import Request, Response
from tests._support.fake_server import answering, async_conductor_for, conductor_for, settings_for

if TYPE_CHECKING:
    from pathlib import Path

    from tests._support.fake_server import FakeServer

PING = get("/ping")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "token"
    file.write_text("first-token\n")
    return file


def _sent(server: FakeServer) -> list[str]:
    return [request.headers["authorization"].removeprefix("Bearer ") for request in server.requests]


def test_a_changed_file_is_read_again(path: Path) -> None:
    server = answering(Response(200))
    with conductor_for(server, settings_for(auth_token_file=str(path))) as conductor:
        conductor.run(PING)
        path.write_text("second-token-of-another-length")
        conductor.run(PING)
    assert _sent(server) == ["first-token", "second-token-of-another-length"]


async def test_it_is_seen_on_the_async_face_too(path: Path) -> None:
    server = answering(Response(200))
    async with async_conductor_for(server, settings_for(auth_token_file=str(path))) as conductor:
        await conductor.run(PING)
        await asyncio.to_thread(path.write_text, "second-token-of-another-length")
        await conductor.run(PING)
    assert _sent(server) == ["first-token", "second-token-of-another-length"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows makes symbolic links for administrators only")
def test_a_swapped_link_is_followed(tmp_path: Path) -> None:
    """As Kubernetes does it: token -> ..data/token, and ..data is replaced in one step."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "token").write_text(f"token-{name}")
    (tmp_path / "..data").symlink_to("one")
    (tmp_path / "token").symlink_to("..data/token")
    server = answering(Response(200))
    with conductor_for(server, settings_for(auth_token_file=str(tmp_path / "token"))) as conductor:
        conductor.run(PING)
        (tmp_path / "..data_tmp").symlink_to("two")
        (tmp_path / "..data_tmp").rename(tmp_path / "..data")
        conductor.run(PING)
    assert _sent(server) == ["token-one", "token-two"]


def test_a_refused_token_is_looked_up_again_although_the_file_looks_unchanged(path: Path) -> None:
    """A rewrite of the same length within the clock's tick cannot be seen from outside."""
    seen = path.stat()

    def serve(request: Request) -> Response:
        return Response(200 if request.headers["authorization"] == "Bearer other-token" else 401)

    with conductor_for(serve, settings_for(auth_token_file=str(path))) as conductor:
        with pytest.raises(AuthenticationError):
            conductor.run(PING)
        path.write_text("other-token\n")
        os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))
        assert conductor.run(PING) is None


@pytest.mark.parametrize("content", [None, b"", b"  \n", b"to\xffken", b"two\nlines", b"x" * 100_000])
def test_the_last_token_stays_while_the_file_is_unusable(
    path: Path, content: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    server = answering(Response(200))
    with conductor_for(server, settings_for(auth_token_file=str(path))) as conductor:
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content)
        with caplog.at_level(logging.DEBUG):
            conductor.run(PING)
            conductor.run(PING)
        path.write_text("second-token-of-another-length")
        conductor.run(PING)
    assert _sent(server) == ["first-token", "first-token", "second-token-of-another-length"]
    assert caplog.text.count("the last token stays in use") == 1
    assert "first-token" not in caplog.text
    assert "two" not in caplog.text


@pytest.mark.parametrize("content", [None, b"", b"to\nken", b"x" * 100_000])
def test_without_a_token_at_the_start_it_refuses(path: Path, content: bytes | None) -> None:
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    with pytest.raises(ConfigurationError, match="auth_token_file") as caught:
        BearerAuth(Settings(auth_token_file=str(path)))
    assert str(path) in str(caught.value)
    assert "ken" not in str(caught.value).replace(str(path), "").replace("auth_token_file", "").replace("token", "")


def test_the_number_of_the_headers_changes_with_the_token_only(path: Path) -> None:
    provider = BearerAuth(Settings(auth_token_file=str(path)))
    version, headers = provider.static_headers()
    path.write_text("  first-token ")
    assert provider.static_headers() == (version, headers)
    path.write_text("another one".replace(" ", "-"))
    changed, fresh = provider.static_headers()
    assert changed != version
    assert fresh == {"Authorization": "Bearer another-one"}
