"""The list of known differences is itself in order."""

from __future__ import annotations

from tests.conformance.differences import IN_ONE_FLOW, differences
from tests.conformance.runs import all_flows


def test_known_differences_name_flows_that_exist() -> None:
    assert [name for name in IN_ONE_FLOW if name not in all_flows()] == []


def test_a_value_that_differs_is_named_by_its_path() -> None:
    ours = {"status": "COMPLETED", "executed": True, "tasks": [{"seq": 1}, {"seq": 2}]}
    theirs = {"status": "COMPLETED", "executed": False, "tasks": [{"seq": 1}, {"seq": 3}]}
    assert list(differences(ours, theirs)) == [("tasks", "1", "seq")]
    assert list(differences(ours, {**theirs, "tasks": []})) == [("tasks",)]
