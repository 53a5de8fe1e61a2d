"""Each rule of the worker runtime, each defect that it must not have, and each row of the feature table names its tests."""

from __future__ import annotations

import ast
import csv
import functools
import re
from collections import Counter

import pytest

from tools.distributions import ROOT
from tools.features import without_tests

COUNTS = {1: 4, 2: 5, 3: 8, 4: 5, 5: 3, 6: 12, 7: 11, 8: 7, 9: 5, 10: 6, 11: 7, 12: 8}
PLUGIN_RULES = 23
MAPS = (
    "agent_rows.csv",
    "client_rows.csv",
    "connection_rows.csv",
    "example_rows.csv",
    "observability_rows.csv",
    "project_rows.csv",
    "worker_rows.csv",
)
"""Which tests show which row of features.csv; a row is in one of them."""
TABLES = (
    "worker_rules.csv",
    "worker_gaps.csv",
    "plugin_rules.csv",
    *(name for name in MAPS if name not in {"agent_rows.csv", "client_rows.csv"}),
)
CLIENT_AREAS = {"dsl", "human_tasks", "llm_tasks", "models", "tasks"}  # and those that begin with client_
LEFT_OUT = "not carried over: "
CONNECTION_AREAS = {"auth", "config", "errors", "factories", "factory", "logging", "plugins", "transport"}


def rows(table: str) -> list[dict[str, str]]:
    with (ROOT / "spec" / table).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@functools.cache
def functions(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def missing(tests: str) -> list[str]:
    """Return what is no test; a script of benchmarks/ counts as one."""
    found: list[str] = []
    for test in tests.split():
        path, _, name = test.partition("::")
        if not name and path.startswith("benchmarks/") and (ROOT / path).is_file():
            continue
        if not name.startswith("test_") or not (ROOT / path).is_file() or name not in functions(path):
            found.append(test)
    return found


@pytest.mark.parametrize("table", TABLES)
def test_every_rule_names_tests_that_exist(table: str) -> None:
    absent = {row["id"]: missing(row["tests"]) for row in rows(table) if missing(row["tests"]) or not row["tests"]}
    assert absent == {}


def test_no_rule_is_left_out_or_listed_twice() -> None:
    listed = [row["id"] for row in rows("worker_rules.csv")]
    numbered = {f"{chapter}.{number}" for chapter, count in COUNTS.items() for number in range(1, count + 1)}
    assert numbered <= set(listed)
    assert len(listed) == len(set(listed))


def test_every_feature_of_connections_is_there_once() -> None:
    wanted = {row["id"]: row["feature"] for row in rows("features.csv") if row["area"] in CONNECTION_AREAS}
    listed = [row["id"] for row in rows("connection_rows.csv")]
    assert {row["id"]: row["rule"] for row in rows("connection_rows.csv")} == wanted
    assert len(listed) == len(set(listed))


def test_every_feature_of_clients_and_builders_names_tests_that_exist() -> None:
    table = rows("client_rows.csv")
    features = [row for row in rows("features.csv") if row["area"] in CLIENT_AREAS or row["area"].startswith("client_")]
    assert [(row["id"], row["rule"]) for row in table] == [(row["id"], row["feature"]) for row in features]
    assert {row["id"]: missing(row["tests"]) for row in table if missing(row["tests"])} == {}
    untested = {row["id"] for row in table if not row["tests"]}
    assert untested == {row["id"] for row in table if row["note"].startswith(LEFT_OUT)} == set(without_tests())


def test_every_feature_of_agents_names_tests_that_exist_or_says_why_not() -> None:
    table = rows("agent_rows.csv")
    assert {row["id"]: missing(row["tests"]) for row in table if missing(row["tests"])} == {}
    assert {row["id"] for row in table if not row["tests"]} == {
        row["id"] for row in table if row["note"].startswith(LEFT_OUT)
    }


def test_every_rule_of_plugins_is_listed_once() -> None:
    assert [row["id"] for row in rows("plugin_rules.csv")] == [str(number) for number in range(1, PLUGIN_RULES + 1)]


def test_every_feature_that_lets_see_what_happens_is_listed() -> None:
    wanted = {row["id"]: row["feature"] for row in rows("features.csv") if row["area"] in {"events", "metrics"}}
    assert {row["id"]: row["feature"] for row in rows("observability_rows.csv")} == wanted


def test_every_feature_is_in_one_map_and_no_more() -> None:
    listed = Counter(row["id"] for table in MAPS for row in rows(table))
    known = {row["id"] for row in rows("features.csv")}
    assert {name for name in known if not listed[name]} == set()
    assert {name for name, count in listed.items() if count > 1 or name not in known} == set()


@pytest.mark.parametrize("table", ["agent_rows.csv", "example_rows.csv", "project_rows.csv", "worker_rows.csv"])
def test_a_map_says_what_the_feature_table_says(table: str) -> None:
    known = {row["id"]: (row["area"], row["feature"]) for row in rows("features.csv")}
    assert [row["id"] for row in rows(table) if known.get(row["id"]) != (row["area"], row["rule"])] == []


def test_a_row_about_an_example_names_programs_that_exist() -> None:
    words = {row["id"]: re.findall(r"[\w/]+(?:\.py)?", row["note"]) for row in rows("example_rows.csv")}
    named = {name: [word for word in found if "/" in word] for name, found in words.items()}
    assert {
        name for name, found in named.items() if not found or not all((ROOT / path).exists() for path in found)
    } == set()


def test_a_test_that_does_not_exist_is_found_missing() -> None:
    here = "tests/architecture/test_rules.py"
    assert missing(f"{here}::test_no_rule_is_left_out_or_listed_twice") == []
    assert missing(f"{here}::test_gone tests/gone.py::test_it {here}::rows {here}") == [
        f"{here}::test_gone",
        "tests/gone.py::test_it",
        f"{here}::rows",
        here,
    ]
