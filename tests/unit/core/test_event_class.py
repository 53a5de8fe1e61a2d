"""Events are frozen dataclasses like any other; only their making is quicker."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from typing import Any, cast

import pytest

from conductor_core._event_class import event
from conductor_core.events import CLIENT_EVENT_TYPES, EVENT_TYPES

VALUES: dict[str, Any] = {"duration_ms": 1.5, "cause": None, "tasks_received": 2, "success": True}


@event
class Base:
    """Has a field that makes itself."""

    notes: list[str] = dataclasses.field(default_factory=list[str])


@event
class Made(Base):
    """Has one of each kind."""

    name: str
    count: int = 3


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SlowBase:
    """The same, of the standard library alone."""

    notes: list[str] = dataclasses.field(default_factory=list[str])


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Slow(SlowBase):
    """The same."""

    name: str
    count: int = 3


@pytest.mark.parametrize(
    "given", [{"name": "a"}, {"name": "a", "count": 4}, {"name": "a", "notes": ["x"]}, {"name": None, "count": None}]
)
def test_it_has_the_values_that_a_dataclass_has(given: dict[str, Any]) -> None:
    assert dataclasses.asdict(Made(**given)) == dataclasses.asdict(Slow(**given))


def test_what_makes_itself_is_made_each_time() -> None:
    assert Made(name="a").notes is not Made(name="a").notes


@pytest.mark.parametrize("wrong", [{}, {"name": "a", "nme": "b"}, {"count": 1}])
def test_wrong_arguments_are_refused_in_the_same_words(wrong: dict[str, Any]) -> None:
    with pytest.raises(TypeError) as ours:
        Made(**wrong)
    with pytest.raises(TypeError) as theirs:
        Slow(**wrong)
    assert str(ours.value) == str(theirs.value).replace("Slow", "Made")
    with pytest.raises(TypeError):
        cast("Any", Made)("a")


def test_it_is_frozen_and_equal_by_value() -> None:
    made = Made(name="a", notes=["x"])
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.name = "b"  # type: ignore[misc]  # that is what is tested
    assert made == Made(name="a", notes=["x"])
    assert made != Made(name="b", notes=["x"])
    assert dataclasses.replace(made, count=9) == Made(name="a", count=9, notes=["x"])
    assert pickle.loads(pickle.dumps(made)) == made  # noqa: S301 - of this test
    assert copy.deepcopy(made) == made
    assert str(inspect.signature(Made)) == str(inspect.signature(Slow))


@pytest.mark.parametrize("kind", [*EVENT_TYPES, *CLIENT_EVENT_TYPES])
def test_every_event_is_made_of_its_fields(kind: type[Any]) -> None:
    needed = [one.name for one in dataclasses.fields(kind) if one.default is one.default_factory is dataclasses.MISSING]
    given = {name: VALUES.get(name, name) for name in needed}
    made = kind(**given)
    assert {name: getattr(made, name) for name in needed} == given
    assert hash(made) == hash(dataclasses.replace(made))
    assert not hasattr(made, "__dict__")
