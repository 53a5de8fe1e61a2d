"""Order is declared, shown, and independent of the order of installation."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conductor_core import PluginError, hookimpl, ordered
from conductor_core._plugins._order import Order, order_of, sort_by_order
from conductor_core.events import PollStarted

if TYPE_CHECKING:
    from tests._support.fake_plugins import FakeEnvironment


def _sorted(**orders: Order) -> list[str]:
    """Sort plugins given in every order of installation; the result must not depend on it."""
    results = {
        tuple(sort_by_order([(f"plugins:{name}", orders[name], name) for name in names]))
        for names in itertools.permutations(orders)
    }
    (result,) = results
    return list(result)


def test_names_decide_when_nothing_is_declared() -> None:
    assert _sorted(b=Order(), c=Order(), a=Order()) == ["a", "b", "c"]


def test_a_higher_priority_comes_first() -> None:
    assert _sorted(a=Order(), b=Order(priority=-5), c=Order(priority=10)) == ["c", "a", "b"]


def test_before_and_after() -> None:
    assert _sorted(a=Order(after=("c",)), b=Order(), c=Order()) == ["b", "c", "a"]
    assert _sorted(a=Order(), b=Order(), c=Order(before=("a",))) == ["b", "c", "a"]
    assert _sorted(a=Order(after=("plugins:b",)), b=Order(after=("c",)), c=Order()) == ["c", "b", "a"]


def test_a_declaration_beats_a_priority() -> None:
    assert _sorted(a=Order(priority=100, after=("b",)), b=Order(priority=-100)) == ["b", "a"]


def test_names_that_are_not_installed_do_not_matter() -> None:
    assert _sorted(a=Order(after=("ghost",), before=("listeners:b",)), b=Order()) == ["a", "b"]


@pytest.mark.parametrize(
    "orders",
    [
        {"a": Order(before=("b",)), "b": Order(before=("a",))},
        {"a": Order(after=("b",)), "b": Order(after=("c",)), "c": Order(after=("a",))},
        {"a": Order(before=("b",), after=("b",)), "b": Order()},
    ],
)
def test_a_contradiction_names_the_plugins(orders: dict[str, Order]) -> None:
    with pytest.raises(PluginError, match=r"contradicts itself: .*plugins:a.* -> .*plugins:b"):
        sort_by_order([(f"plugins:{name}", order, name) for name, order in orders.items()])


def test_one_plugin_may_stand_several_times() -> None:
    assert sort_by_order([("x", Order(), 1), ("x", Order(), 2), ("x", Order(), 3)]) == [1, 2, 3]


def test_a_mark_on_the_owner_counts_for_all_that_it_implements() -> None:
    @ordered(priority=3)
    class Owner:
        def plain(self) -> None:
            """Say nothing of its own."""

        @ordered(priority=9)
        def special(self) -> None:
            """Say something of its own."""

    owner = Owner()
    assert order_of(owner.plain, owner).priority == 3
    assert order_of(owner.special, owner).priority == 9
    assert order_of(len, len) == Order()


def test_a_foreign_attribute_of_that_name_is_no_order() -> None:
    class Odd:
        conductor_order = "first"

    assert order_of(Odd()) == Order()


@given(
    st.lists(
        st.tuples(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdef"), max_size=2), st.integers(-2, 2)),
        unique_by=lambda item: item[0],
        max_size=6,
    )
)
def test_every_declaration_is_kept_or_refused(items: list[tuple[str, list[str], int]]) -> None:
    rows = [(name, Order(before=tuple(before), priority=priority), name) for name, before, priority in items]
    try:
        result = sort_by_order(rows)
    except PluginError:
        return
    assert sorted(result) == sorted(name for name, _, _ in items)
    for name, before, _ in items:
        for other in before:
            if other in result and other != name:
                assert result.index(name) < result.index(other)


def test_listeners_are_told_in_the_declared_order(fake: FakeEnvironment) -> None:
    told: list[str] = []

    def listening(name: str, **order: Any) -> Any:
        def conductor_on_poll_started(event: object) -> None:
            told.append(name)

        return hookimpl(ordered(**order)(conductor_on_poll_started))

    fake.add("conductor.plugins", "a", conductor_on_poll_started=listening("a", after=["b"]))
    fake.add("conductor.listeners", "b", conductor_on_poll_started=listening("b"))
    fake.add("conductor.plugins", "c", conductor_on_poll_started=listening("c", priority=5))
    event = PollStarted(task_type="t", worker_id="w", poll_count=1)
    for listener in fake.plugins().listeners().of(PollStarted):
        listener.function(event)
    assert told == ["c", "b", "a"]
