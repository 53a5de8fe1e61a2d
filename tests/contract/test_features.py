"""The table of features names methods of clients: each is there, under its name, and calls the operation of its row."""

from __future__ import annotations

import csv
import re
from functools import cache

import pytest

from tests.contract._calls import all_sent, declarations
from tools.distributions import ROOT

OTHER_NAMES = {
    "S2-24": "terminate",
    "S4-8": "wait_for_workflow",
    "S4-24": "terminate",
}
"""What a method is called here, where the table has another library's name for it."""


def _rows() -> list[tuple[dict[str, str], str]]:
    with (ROOT / "spec" / "features.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            row for row in csv.DictReader(file) if row["area"].startswith("client_") or row["area"] == "human_tasks"
        ]
    named = [(row, re.match(r"`(\w+)\(", row["feature"])) for row in rows]
    return [(row, OTHER_NAMES.get(row["id"], found[1])) for row, found in named if found]


def _methods() -> list[tuple[str, str, str]]:
    return [(row["id"], row["plugin"], name) for row, name in _rows()]


def _operations() -> list[tuple[str, str, str, str]]:
    return [(row["id"], row["plugin"], name, row["endpoint"]) for row, name in _rows() if row["endpoint"]]


def _plain(verb: str, path: str) -> tuple[str, str]:
    """Verb and path without the names of its parameters, and without what stands before the API's own paths."""
    return verb, re.sub(r"\{[^}]*\}", "{}", path.removeprefix("/api").removeprefix("..")).rstrip("/")


@cache
def _sent() -> dict[tuple[str, str], set[tuple[str, str]]]:
    found: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for sent in all_sent():
        found.setdefault((sent.client, sent.method), set()).add(_plain(*sent.key))
    return found


@pytest.mark.parametrize(("feature", "client", "method"), _methods())
def test_the_client_has_the_method(feature: str, client: str, method: str) -> None:
    assert method in declarations(client), feature


@pytest.mark.parametrize(("feature", "client", "method", "endpoint"), _operations())
def test_the_method_calls_the_operation_of_the_table(feature: str, client: str, method: str, endpoint: str) -> None:
    wanted = {_plain(*one.strip().split(" ", 1)) for one in endpoint.split(";")}
    assert wanted & _sent()[client, method], feature


def test_the_table_names_most_methods() -> None:
    assert len(_methods()) > 270
    assert len(_operations()) > 270
