from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING

import pytest

from conductor_core.http import ASGITransport, AsyncClient
from conductor_embedded.api import BODY_LIMIT, EngineApp, Safety, UnsafeBindError
from conductor_embedded.api._routes import engine_routes

if TYPE_CHECKING:
    from conductor_embedded.engine import Engine

Make = Callable[[Safety], AsyncClient]
START = {"name": "none"}


@pytest.fixture
def guarded(engine: Engine) -> Make:
    def make(safety: Safety) -> AsyncClient:
        app = EngineApp(engine, engine_routes(engine), safety)
        return AsyncClient(transport=ASGITransport(app), base_url="http://localhost:8080/api")

    return make


@pytest.mark.parametrize("host", ["localhost", "localhost:8080", "LOCALHOST", "127.0.0.1:1", "[::1]:8080", "[::1]"])
async def test_local_names_are_served(client: AsyncClient, host: str) -> None:
    assert (await client.get("/version", headers={"host": host})).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8080", "localhost.evil.example", "", "127.0.0.2", "[::2]"]
)
async def test_other_names_are_refused(client: AsyncClient, host: str) -> None:
    answer = await client.get("/version", headers={"host": host})

    assert answer.status_code == 403
    assert "--allow-host" in answer.json()["message"]


async def test_configured_names_are_served(guarded: Make) -> None:
    client = guarded(Safety(hosts=frozenset({"build.example"})))

    assert (await client.get("/version", headers={"host": "build.example:80"})).status_code == 200
    assert (await client.get("/version", headers={"host": "other.example"})).status_code == 403


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://localhost:3000", "https://localhost.evil", ""]
)
async def test_pages_of_other_origins_are_refused(client: AsyncClient, origin: str) -> None:
    headers = {"host": "localhost:8080", "origin": origin}

    answer = await client.post("/workflow", headers=headers, json=START)

    assert answer.status_code == 403
    assert "Origin" in answer.json()["message"]


async def test_the_own_origin_is_served(client: AsyncClient) -> None:
    headers = {"host": "localhost:8080", "origin": "http://localhost:8080"}

    assert (await client.get("/version", headers=headers)).status_code == 200


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None]
)
@pytest.mark.parametrize(
    "path", ["/workflow", "/metadata/workflow", "/metadata/taskdefs", "/tasks", "/tasks/update-v2"]
)
async def test_json_that_says_it_is_something_else_is_refused(
    client: AsyncClient, path: str, content_type: str | None
) -> None:
    headers = {} if content_type is None else {"content-type": content_type}

    answer = await client.post(path, headers=headers, content=b'{"name": "x"}')

    assert answer.status_code == 415
    assert "application/json" in answer.json()["message"]


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/json; charset=utf-8", "application/vnd.x+json"]
)
async def test_json_is_taken(client: AsyncClient, content_type: str) -> None:
    answer = await client.post("/workflow", headers={"content-type": content_type}, content=b'{"name": "none"}')

    assert answer.status_code == 404


async def test_a_long_body_is_refused_before_it_is_read(client: AsyncClient) -> None:
    answer = await client.post(
        "/workflow", content=b" " * (BODY_LIMIT + 1), headers={"content-type": "application/json"}
    )

    assert answer.status_code == 413
    assert answer.json()["message"] == f"The body is larger than {BODY_LIMIT} bytes"


async def test_a_long_body_that_hides_its_length_is_refused(client: AsyncClient) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(12):
            yield b" " * 1024 * 1024

    answer = await client.post("/workflow", content=chunks(), headers={"content-type": "application/json"})

    assert answer.status_code == 413


async def test_a_body_at_the_limit_is_taken(guarded: Make) -> None:
    client = guarded(Safety(body_limit=16))

    assert (await client.post("/workflow", content=b'{"name": "none"}', headers=_JSON)).status_code == 404
    assert (await client.post("/workflow", content=b'{"name": "none" }', headers=_JSON)).status_code == 413


_JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    "headers", [{"X-Authorization": "s3cret"}, {"Authorization": "Bearer s3cret"}, {"Authorization": "bearer  s3cret"}]
)
async def test_a_token_opens_the_door(guarded: Make, headers: dict[str, str]) -> None:
    assert (await guarded(Safety(token="s3cret")).get("/version", headers=headers)).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Authorization": "wrong"},
        {"Authorization": "Basic s3cret"},
        {"Authorization": "Bearer"},
        {"X-Authorization": ""},
    ],
)
async def test_without_the_token_nothing_is_told(guarded: Make, headers: dict[str, str]) -> None:
    answer = await guarded(Safety(token="s3cret")).get("/version", headers=headers)

    assert answer.status_code == 401
    assert "s3cret" not in answer.text


async def test_health_needs_no_token(guarded: Make) -> None:
    client = guarded(Safety(token="s3cret"))

    assert (await client.get("http://localhost:8080/health")).status_code == 200


def test_the_token_is_not_shown() -> None:
    assert "s3cret" not in repr(Safety(token="s3cret"))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.168.1.5", "example.com"])  # noqa: S104 - refused
def test_an_open_address_needs_a_token(host: str) -> None:
    with pytest.raises(UnsafeBindError, match="--token-env"):
        Safety().check_bind(host)
    Safety(token="s3cret").check_bind(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "localhost", "::1", "[::1]"])
def test_a_local_address_needs_none(host: str) -> None:
    Safety().check_bind(host)
