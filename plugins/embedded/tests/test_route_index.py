from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Mount, Route

from conductor_core.http import ASGITransport, AsyncClient
from conductor_embedded.api._guard import Guard
from conductor_embedded.api._route_index import RouteIndex

if TYPE_CHECKING:
    from starlette.requests import Request


def route(path: str, *methods: str) -> Route:
    async def answer(request: Request) -> PlainTextResponse:
        return PlainTextResponse(f"{path} {dict(request.path_params)}")

    return Route(path, answer, methods=list(methods) or ["GET"])


ROUTES: list[BaseRoute] = [
    route("/tasks/search"),
    route("/tasks/{task_id}"),
    route("/tasks", "POST"),
    route("/{kind}/{name}/fixed"),
    route("/files/{name:path}"),
    Mount("/mounted", routes=[route("/a/{b}")]),
    route("/"),
]


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/tasks/search", "/tasks/search {}"),
        ("/tasks/7", "/tasks/{task_id} {'task_id': '7'}"),
        ("/tasks/7/fixed", "/{kind}/{name}/fixed {'kind': 'tasks', 'name': '7'}"),
        ("/other/7/fixed", "/{kind}/{name}/fixed {'kind': 'other', 'name': '7'}"),
        ("/files/a/b/c", "/files/{name:path} {'name': 'a/b/c'}"),
        ("/mounted/a/x", "/a/{b} {'b': 'x'}"),
        ("/", "/ {}"),
    ],
)
async def test_the_first_route_that_fits_answers(path: str, answer: str) -> None:
    async with AsyncClient(transport=ASGITransport(Guard(RouteIndex("/api", ROUTES))), base_url="http://x") as client:
        assert (await client.get(f"/api{path}")).text == answer
        assert (await client.get(f"/api{path}")).text == answer  # from what was found before


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nope", 404),
        ("GET", "/tasks/7/8", 404),
        ("GET", "/tasks/", 404),
        ("GET", "/tasks", 405),
        ("PUT", "/tasks/7", 405),
    ],
)
async def test_what_does_not_fit(method: str, path: str, status: int) -> None:
    async with AsyncClient(transport=ASGITransport(Guard(RouteIndex("/api", ROUTES))), base_url="http://x") as client:
        assert (await client.request(method, f"/api{path}")).status_code == status
