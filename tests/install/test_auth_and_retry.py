"""Auth and retry chosen by environment alone, by programs of an environment made from wheels."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from conductor_core.http import Request, Response
from tests._support.socket_server import served
from tests._support.token_server import KEY, SECRET, TokenServer

if TYPE_CHECKING:
    from pathlib import Path

    from tests.install.conftest import Environment

PROGRAM = """
import asyncio
from conductor_core import AsyncConductor, Conductor, ConductorError, get
try:
    with Conductor() as conductor:
        print(conductor.run(get("/version", returns=str)))
    async def main():
        async with AsyncConductor() as conductor:
            print(await conductor.run(get("/version", returns=str)))
    asyncio.run(main())
except ConductorError as error:
    print(type(error).__name__, error)
"""


class World:
    """A server that answers some requests with 503 first, and the identity provider that OAuth2 asks."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.requests: list[Request] = []

    def __call__(self, request: Request) -> Response:
        self.requests.append(request)
        if request.url.path == "/id/token":
            return Response(200, json={"access_token": "token-of-id", "expires_in": 60})
        self.failures -= 1
        return Response(503) if self.failures >= 0 else Response(200, text="3.2.1")


def test_a_key_pair_in_the_environment_signs_in(outsiders: Environment) -> None:
    server = TokenServer(clock=lambda: 0.0, answer=lambda _request: Response(200, text="3.2.1"))
    with served(server) as url:
        settings = {"CONDUCTOR_SERVER_URL": url, "CONDUCTOR_AUTH_KEY": KEY, "CONDUCTOR_AUTH_SECRET": SECRET}
        assert outsiders.python_output(PROGRAM, settings).split() == ["3.2.1", "3.2.1"]
    assert (len(server.asked), server.refused, server.without_header) == (2, 0, 0)


def test_a_key_pair_without_the_distribution_is_one_sentence_with_the_command(core_alone: Environment) -> None:
    settings = {"CONDUCTOR_AUTH_KEY": KEY, "CONDUCTOR_AUTH_SECRET": SECRET}
    said = core_alone.python_output(PROGRAM, settings)
    assert said.startswith("PluginNotFoundError ")
    assert said.endswith("it comes with: pip install conductor-auth-orkes")
    assert len(said.splitlines()) == 1
    assert SECRET not in said


def test_oauth2_written_by_the_guide_signs_in(outsiders: Environment, tmp_path: Path) -> None:
    world = World()
    with served(world) as url:
        file = tmp_path / "conductor.toml"
        file.write_text(f'[conductor.options.oauth2]\ntoken_url = "{url}/id/token"\n')
        settings = {"CONDUCTOR_SERVER_URL": url, "CONDUCTOR_AUTH": "oauth2", "CONDUCTOR_CONFIG": str(file)}
        settings |= {"CONDUCTOR_AUTH_KEY": KEY, "CONDUCTOR_AUTH_SECRET": SECRET}
        assert outsiders.python_output(PROGRAM, settings).split() == ["3.2.1", "3.2.1"]
    calls = [request for request in world.requests if request.url.path == "/api/version"]
    assert [call.headers["authorization"] for call in calls] == ["Bearer token-of-id"] * 2
    assert len(world.requests) == 4


@pytest.mark.parametrize(
    ("policy", "said", "requests"), [("standard", "ServerError", 1), ("acme-patience", "3.2.1", 4)]
)
def test_a_retry_policy_of_others_is_chosen_by_name(
    outsiders: Environment, policy: str, said: str, requests: int
) -> None:
    world = World(failures=2)
    with served(world) as url:
        settings = {"CONDUCTOR_SERVER_URL": url, "CONDUCTOR_RETRY": policy}
        assert outsiders.python_output(PROGRAM, settings).split()[0] == said
    assert len(world.requests) == requests


def test_all_of_them_are_listed(outsiders: Environment) -> None:
    listed = json.loads(outsiders.run("conductor", "plugins", "--json").stdout)
    found = {entry["name"]: entry["distribution"] for entry in listed}
    expected = {
        "auth:orkes": "conductor-auth-orkes",
        "auth:oauth2": "oauth2-conductor",
        "retry:acme-patience": "acme-conductor",
    }
    assert expected.items() <= found.items()
