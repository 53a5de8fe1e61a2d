"""The table of features names methods of clients: each is there, under its name."""

from __future__ import annotations

import csv
import re

import pytest

from tests.contract._calls import declarations
from tools.distributions import ROOT

OTHER_NAMES = {
    "S2-24": "terminate",
    "S4-8": "wait_for_workflow",
    "S4-24": "terminate",
}
"""What a method is called here, where the table has another library's name for it."""


def _methods() -> list[tuple[str, str, str]]:
    with (ROOT / "spec" / "features.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            row for row in csv.DictReader(file) if row["area"].startswith("client_") or row["area"] == "human_tasks"
        ]
    named = [(row, re.match(r"`(\w+)\(", row["feature"])) for row in rows]
    return [(row["id"], row["plugin"], OTHER_NAMES.get(row["id"], found[1])) for row, found in named if found]


@pytest.mark.parametrize(("feature", "client", "method"), _methods())
def test_the_client_has_the_method(feature: str, client: str, method: str) -> None:
    assert method in declarations(client), feature


def test_the_table_names_most_methods() -> None:
    assert len(_methods()) > 270
