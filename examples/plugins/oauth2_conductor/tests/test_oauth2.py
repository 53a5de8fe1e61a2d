"""The plugin against an identity provider and a server at the transport."""

from __future__ import annotations

from urllib.parse import parse_qs

import oauth2_conductor
import pytest

from conductor_core import (
    AsyncConductor,
    Conductor,
    ConductorError,
    ConfigurationError,
    Plugins,
    Settings,
    TransportFactory,
    get,
    hookimpl,
)
from conductor_core.http import MockTransport, Request, Response

CALL = get("/version", returns=int)
OPTIONS = {"oauth2": {"token_url": "https://id.example.com/token", "scope": "conductor"}}


class World:
    """An identity provider and a server that takes its newest token only."""

    def __init__(self, life: float = 300.0) -> None:
        self.life = life
        self.forms: list[dict[str, list[str]]] = []
        self.refused = 0
        self.revoked = False
        self.status = 200

    def __call__(self, request: Request) -> Response:
        if request.url.host == "id.example.com":
            self.forms.append(parse_qs(request.content.decode()))
            self.revoked = False
            return Response(self.status, json={"access_token": f"token-{len(self.forms)}", "expires_in": self.life})
        if self.revoked or request.headers["authorization"] != f"Bearer token-{len(self.forms)}":
            self.refused += 1
            return Response(401)
        return Response(200, json=len(self.forms))

    def plugins(self) -> Plugins:
        world = self

        class Simulated(TransportFactory):
            name = "world"

            def sync_transport(self) -> MockTransport:
                return MockTransport(world)

            def async_transport(self) -> MockTransport:
                return MockTransport(world)

        class Plugin:
            @hookimpl
            def conductor_register_transport(self) -> type[TransportFactory]:
                return Simulated

        settings = Settings(auth="oauth2", transport="world", auth_key="me", auth_secret="s3cret", options=OPTIONS)
        return Plugins.from_settings(settings, plugins=[Plugin(), oauth2_conductor])


async def test_one_token_serves_many_calls_on_each_face() -> None:
    world = World()
    with Conductor(plugins=world.plugins()) as conductor:
        assert [conductor.run(CALL) for _ in range(3)] == [1, 1, 1]
    async with AsyncConductor(plugins=world.plugins()) as awaiting:
        assert [await awaiting.run(CALL) for _ in range(3)] == [2, 2, 2]
    expected = {
        "grant_type": ["client_credentials"],
        "scope": ["conductor"],
        "client_id": ["me"],
        "client_secret": ["s3cret"],
    }
    assert world.forms == [expected, expected]


def test_a_short_life_and_a_refusal_lead_to_a_new_token() -> None:
    world = World(life=0.0)
    with Conductor(plugins=world.plugins()) as conductor:
        assert [conductor.run(CALL) for _ in range(3)] == [1, 2, 3]
    world = World()
    with Conductor(plugins=world.plugins()) as conductor:
        conductor.run(CALL)
        world.revoked = True
        assert conductor.run(CALL) == 2
    assert world.refused == 1


def test_no_token_is_an_error_without_the_secret() -> None:
    world = World()
    world.status = 400
    with Conductor(plugins=world.plugins()) as conductor, pytest.raises(ConductorError, match="answered 400") as caught:
        conductor.run(CALL)
    assert "id.example.com" in str(caught.value)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("missing", ["auth_key", "auth_secret", "options"])
def test_what_is_missing_is_named(missing: str) -> None:
    values = {"auth_key": "me", "auth_secret": "s3cret", "options": OPTIONS}
    del values[missing]
    with pytest.raises(ConfigurationError, match="needs"):
        oauth2_conductor.OAuth2(Settings(**values))  # type: ignore[arg-type]  # of any kind
