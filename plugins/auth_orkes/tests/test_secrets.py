"""No secret and no token in any log at DEBUG, any text of an object, or any error: the whole output is searched."""

from __future__ import annotations

import logging
import pickle
import traceback
from typing import TYPE_CHECKING, Any

import pytest

from conductor_auth_orkes import TokenApi
from conductor_core import AsyncConductor, Conductor, ConductorError, Plugins, Settings, get
from conductor_core.errors import AuthenticationError
from conductor_core.http import Response
from tests._support.orkes import CREDENTIALS
from tests._support.socket_server import served
from tests._support.token_server import KEY, SECRET, TOKEN, TokenServer

if TYPE_CHECKING:
    from collections.abc import Iterator

HIDDEN = (SECRET, TOKEN)


class Collected(logging.Handler):
    """Everything that is logged, with tracebacks."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def logged() -> Iterator[Collected]:
    handler, root = Collected(), logging.getLogger()
    # Whatever an earlier test said about the libraries below, here they are heard.
    levels = {logger: logger.level for logger in (root, *map(logging.getLogger, ("httpx", "httpcore", "conductor")))}
    root.addHandler(handler)
    for logger in levels:
        logger.setLevel(logging.DEBUG)
    yield handler
    root.removeHandler(handler)
    for logger, level in levels.items():
        logger.setLevel(level)


@pytest.fixture(params=["httpx", "http1"])
def settings(request: pytest.FixtureRequest, server: TokenServer) -> Iterator[Settings]:
    with served(server) as url:
        yield Settings(server_url=url, transport=request.param, auth="orkes", **CREDENTIALS)


@pytest.fixture
def server() -> TokenServer:
    return TokenServer(clock=lambda: 0.0)


def test_the_token_operation_shows_neither_secret_nor_token(server: TokenServer) -> None:
    with served(server) as url, Conductor(server_url=url, auth="none") as conductor:
        call = TokenApi.generate_token.build(None, KEY, SECRET)
        answer = conductor.client(TokenApi).generate_token(KEY, SECRET)
        assert conductor.run(call).token != answer.token
    assert answer.token == f"{TOKEN}-1"
    assert server.bodies[0] == {"keyId": KEY, "keySecret": SECRET}
    assert [text for text in (repr(call), repr(answer)) if SECRET in text or TOKEN in text] == []


def _texts(error: BaseException) -> list[str]:
    return [repr(error), str(error), *traceback.format_exception(error), repr(vars(error)), str(pickle.dumps(error))]


def _objects(conductor: Conductor | AsyncConductor) -> list[str]:
    parts: Any = vars(conductor)["_parts"]
    provider: Any = parts.auth_provider
    inner: dict[str, object] = {**provider.__dict__, **provider._keeper.__dict__}
    held: list[object] = [conductor, parts, parts.settings, parts.settings.shown(), provider, provider.auth()]
    held += [*inner.values(), parts.plugins.report()]
    return [text for item in held for text in (repr(item), str(item))]


async def test_the_whole_output_is_free_of_secrets(
    settings: Settings, server: TokenServer, logged: Collected, capfd: pytest.CaptureFixture[str]
) -> None:
    texts: list[str] = []
    plugins = Plugins.from_settings(settings)
    with Conductor(settings, plugins=plugins) as conductor:
        conductor.run(get("/x"))
        texts += _objects(conductor)
        server.revoke()
        server.broken = Response(400, json={"message": f"the secret {SECRET} is wrong"})
        for _ in range(2):
            with pytest.raises(ConductorError) as refused:
                conductor.run(get("/x"))
            texts += _texts(refused.value)
    async with AsyncConductor(settings, plugins=plugins) as awaiting:
        server.broken = None
        await awaiting.run(get("/x"))
        texts += _objects(awaiting)
        server.answer = lambda _request: Response(401, json={"error": "NO_SUCH_USER", "message": "no"})
        with pytest.raises(AuthenticationError) as denied:
            await awaiting.run(get("/x"))
        texts += _texts(denied.value)
    written = capfd.readouterr()
    texts += [*logged.lines, written.out, written.err]
    assert any(line.startswith("conductor WARNING no token for the access key") for line in logged.lines)
    assert settings.transport != "httpx" or any(line.startswith("httpcore") for line in logged.lines)
    assert [text for text in texts if any(secret in text for secret in HIDDEN)] == []
