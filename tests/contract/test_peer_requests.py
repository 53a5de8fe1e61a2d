"""The request of each call equals the one that the official libraries send for it, or the table says where and why not.

``python -m tools.peer_requests`` made the recording from conductor-python 2.0.0 and the JavaScript library 4.0.0.
"""

from __future__ import annotations

import contextlib
import csv
import json
from typing import TYPE_CHECKING, Any, Final

import pytest
import respx

from conductor_core import Conductor, ConductorError
from conductor_core.http import Response
from tests.contract import _peer_calls as people
from tests.contract import _peer_calls_of_systems as systems
from tests.contract._conductors import blocking
from tools.distributions import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conductor_core.http import Request
    from tests.contract._peer_calls import Calls

RECORDED: Final[dict[str, dict[str, list[dict[str, Any]]]]] = json.loads(
    (ROOT / "spec" / "peer_requests.json").read_text(encoding="utf-8")
)["requests"]
OURS: Final[Calls] = {
    **people.WORKFLOWS,
    **people.TASKS,
    **people.METADATA,
    **people.PEOPLE,
    **people.STORED,
    **systems.SCHEDULES,
    **systems.EVENTS,
    **systems.INTEGRATIONS,
    **systems.PROMPTS,
    **systems.SERVICES,
}
CASES: Final = [
    pytest.param(peer, name, id=f"{peer}-{name}") for peer in sorted(RECORDED) for name in sorted(RECORDED[peer])
]
QUESTIONS: Final = {"/api/version", "/api/token/userInfo"}
"""What is asked to find out which server is there; the official libraries do not ask."""


def _differences() -> dict[tuple[str, str], dict[str, str]]:
    """Reasons by peer and method, and by what differs."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    with (ROOT / "spec" / "peer_differences.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault((row["peer"], row["method"]), {})[row["part"]] = row["reason"]
    return found


DIFFERENCES: Final = _differences()


@pytest.fixture(scope="module")
def conductor() -> Iterator[Conductor]:
    """One conductor for all calls."""
    with blocking() as shared:
        yield shared


def _sent(conductor: Conductor, name: str) -> list[dict[str, Any]]:
    seen: list[dict[str, Any]] = []

    def answer(request: Request) -> Response:
        path, _, _ = request.url.raw_path.decode().partition("?")
        if path not in QUESTIONS:
            query = [list(pair) for pair in request.url.params.multi_items()]
            seen.append(_plain(request.method, path, query, request.read().decode()))
        return Response(200, json={})

    with respx.mock() as router:
        router.route().mock(side_effect=answer)
        with contextlib.suppress(ConductorError):  # what is made of an empty answer is of no interest here
            OURS[name](conductor)
    return seen


def _plain(verb: str, path: str, query: list[list[str]], body: str) -> dict[str, Any]:
    return {"verb": verb, "path": path, "query": sorted(query), "body": _document(body)}


def _document(body: str) -> object:
    """Read a document, and leave text as it is on the wire: with quotes and without are two things."""
    return json.loads(body) if body.startswith(("{", "[")) else body


@pytest.mark.parametrize(("peer", "name"), CASES)
def test_the_request_is_the_recorded_one(peer: str, name: str, conductor: Conductor) -> None:
    sent = _sent(conductor, name)
    recorded = [
        _plain(one["verb"], one["path"], one.get("query", []), one.get("body", "")) for one in RECORDED[peer][name]
    ]
    assert len(sent) == len(recorded) == 1
    other = {part: (ours, recorded[0][part]) for part, ours in sent[0].items() if ours != recorded[0][part]}
    assert other.keys() == DIFFERENCES.get((peer, name), {}).keys(), other


def test_every_difference_has_a_reason_and_is_about_a_recorded_call() -> None:
    for (peer, name), parts in DIFFERENCES.items():
        assert name in RECORDED[peer]
        assert set(parts) <= {"verb", "path", "query", "body"}
        assert all(parts.values())


def test_enough_methods_of_all_clients_are_compared() -> None:
    compared = {name for calls in RECORDED.values() for name in calls}
    assert compared == set(OURS)
    assert len(compared) >= 190
    assert {name.partition(".")[0] for name in compared} >= {"workflows", "tasks", "metadata", "schedules", "events"}
    same = [name for peer in RECORDED for name in RECORDED[peer] if (peer, name) not in DIFFERENCES]
    assert len(set(same)) >= 60
