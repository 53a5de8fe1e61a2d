"""A fork anywhere gets its join, and the join waits for what it should."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conductor_core.errors import InvalidArgumentError
from conductor_workflows import ConductorWorkflow, ForkTask, JoinTask, SimpleTask, SwitchTask

if TYPE_CHECKING:
    from conductor_core.models import WorkflowTask

Shape = list[object]


def simple(ref: str) -> SimpleTask:
    return SimpleTask(ref, ref)


def shape(tasks: list[WorkflowTask]) -> Shape:
    """Reference names; forks with their branches and joins with what they wait for."""
    found: Shape = []
    for task in tasks:
        if task.type == "FORK_JOIN":
            found.append({task.task_reference_name: [shape(branch) for branch in task.fork_tasks or []]})
        elif task.type == "JOIN":
            found.append((task.task_reference_name, task.join_on))
        elif task.type == "SWITCH":
            cases = {value: shape(way) for value, way in (task.decision_cases or {}).items()}
            found.append({task.task_reference_name: cases | {None: shape(task.default_case or [])}})
        else:
            found.append(task.task_reference_name)
    return found


def built(flow: ConductorWorkflow) -> Shape:
    return shape(flow.to_workflow_def().tasks)


def workflow() -> ConductorWorkflow:
    return ConductorWorkflow(name="orders")


def test_a_list_is_a_fork_with_one_branch_for_each_element() -> None:
    flow = workflow() >> simple("a") >> [simple("b"), simple("c")] >> simple("d")
    assert built(flow) == ["a", {"fork_b": [["b"], ["c"]]}, ("join_b", ["b", "c"]), "d"]


def test_a_list_of_lists_is_a_fork_of_sequences() -> None:
    flow = workflow() >> [[simple("a"), simple("b")], [simple("c")]]
    assert built(flow) == [{"fork_a": [["a", "b"], ["c"]]}, ("join_a", ["b", "c"])]


def test_a_fork_as_the_last_step() -> None:
    flow = workflow() >> simple("a") >> ForkTask("f", [[simple("b")], [simple("c")]])
    assert built(flow) == ["a", {"f": [["b"], ["c"]]}, ("f_join", ["b", "c"])]
    assert built(workflow().fork([simple("b"), simple("c")])) == [{"fork_b": [["b"], ["c"]]}, ("join_b", ["b", "c"])]


def test_a_fork_in_a_branch_of_a_fork() -> None:
    inner = ForkTask("inner", [simple("b"), simple("c")])
    flow = workflow() >> ForkTask("outer", [[simple("a"), inner], simple("d")])
    assert built(flow) == [
        {"outer": [["a", {"inner": [["b"], ["c"]]}, ("inner_join", ["b", "c"])], ["d"]]},
        ("outer_join", ["inner_join", "d"]),
    ]


def test_a_list_in_a_branch_is_a_fork_again() -> None:
    flow = workflow() >> [[simple("a"), [simple("b"), simple("c")], simple("d")], simple("e")]
    assert built(flow) == [
        {"fork_a": [["a", {"fork_b": [["b"], ["c"]]}, ("join_b", ["b", "c"]), "d"], ["e"]]},
        ("join_a", ["d", "e"]),
    ]


def test_a_fork_in_a_case_of_a_switch() -> None:
    switch = SwitchTask("s", "${workflow.input.kind}")
    switch.switch_case("a", [[simple("b"), simple("c")]]).default_case(ForkTask("f", [simple("d")]))
    assert built(workflow() >> switch) == [
        {
            "s": {
                "a": [{"fork_b": [["b"], ["c"]]}, ("join_b", ["b", "c"])],
                None: [{"f": [["d"]]}, ("f_join", ["d"])],
            }
        }
    ]


def test_a_branch_that_ends_with_a_switch_is_waited_for_until_its_case_is_done() -> None:
    switch = SwitchTask("s", "${workflow.input.kind}", cases={"a": simple("b")})
    flow = workflow() >> [[simple("a"), switch], simple("c")]
    assert built(flow) == [
        {"fork_a": [["a", {"s": {"a": ["b"], None: []}}, "s_end"], ["c"]]},
        ("join_a", ["s_end", "c"]),
    ]


def test_a_join_behind_a_fork_takes_the_place_of_its_own() -> None:
    flow = workflow() >> [simple("a"), simple("b")] >> JoinTask("mine")
    assert built(flow) == [{"fork_a": [["a"], ["b"]]}, ("mine", ["a", "b"])]
    flow = workflow() >> ForkTask("f", [simple("a"), simple("b")]) >> JoinTask("mine", ["a"]) >> simple("c")
    assert built(flow) == [{"f": [["a"], ["b"]]}, ("mine", ["a"]), "c"]


def test_a_fork_can_say_what_its_join_waits_for_and_is_called() -> None:
    fork = ForkTask("f", [simple("a"), simple("b")], join_on=["b"], join_ref_name="both")
    assert built(workflow() >> fork) == [{"f": [["a"], ["b"]]}, ("both", ["b"])]
    assert fork.join.output("b.total") == "${both.output.b.total}"


def test_two_forks_in_a_row_have_a_join_each() -> None:
    flow = workflow() >> [simple("a"), simple("b")] >> [simple("c"), simple("d")]
    assert [part if isinstance(part, tuple) else sorted(part) for part in built(flow)] == [  # type: ignore[call-overload]
        ["fork_a"],
        ("join_a", ["a", "b"]),
        ["fork_c"],
        ("join_c", ["c", "d"]),
    ]


def test_the_same_code_gives_the_same_names_every_time() -> None:
    flow = workflow() >> [[simple("a"), [simple("b"), simple("c")]], simple("d")]
    assert flow.to_workflow_def() == flow.to_workflow_def()


def test_an_empty_branch_is_refused() -> None:
    with pytest.raises(InvalidArgumentError, match="needs at least one task"):
        ForkTask("f", [[simple("a")], []])
    with pytest.raises(InvalidArgumentError, match="needs at least one task"):
        ForkTask("f", [])


def test_a_name_that_a_generated_join_has_is_refused() -> None:
    flow = workflow() >> [simple("a"), simple("b")] >> simple("join_a")
    with pytest.raises(InvalidArgumentError, match="two tasks with the reference name 'join_a'"):
        flow.to_workflow_def()
