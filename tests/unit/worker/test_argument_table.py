"""One table of annotations: a valid value, a missing one, a wrong one, and the same with annotations that are text."""

from __future__ import annotations

import abc
import collections
import collections.abc
import dataclasses
import datetime as dt
import enum
import ipaddress
import pathlib
import sys
import uuid
from decimal import Decimal
from typing import (
    Annotated,
    Any,
    Generic,
    Literal,
    LiteralString,
    NamedTuple,
    NewType,
    NoReturn,
    NotRequired,
    Optional,
    Protocol,
    Self,
    TypedDict,
    TypeVar,
    Union,
)

import attrs
import pydantic
import pydantic.dataclasses
import pytest
import typing_extensions

from conductor_core import Task
from conductor_core.errors import NonRetryableException, WorkerError
from conductor_core.worker import InvalidInputError, PolledTask
from conductor_core.worker._binding import Binder
from conductor_core.worker._signature import analyse

T = TypeVar("T")


class Colour(enum.Enum):
    RED = "red"


class Level(enum.IntEnum):
    HIGH = 3


@dataclasses.dataclass
class Item:
    name: str
    price: Decimal = Decimal(0)


@dataclasses.dataclass
class Order:
    items: list[Item]
    placed: dt.date | None = None


class Address(pydantic.BaseModel):
    street: str
    zip_code: str = pydantic.Field(alias="zipCode", default="")


class Point(TypedDict):
    x: int
    y: int


class Partial(TypedDict, total=False):
    x: int


class Pair(NamedTuple):
    left: int
    right: str


class Box(pydantic.BaseModel, Generic[T]):
    content: T


class Plain:
    """A class pydantic knows nothing about: its constructor is called."""

    def __init__(self, amount: Decimal, note: str = "") -> None:
        self.amount = amount
        self.note = note

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Plain) and (self.amount, self.note) == (other.amount, other.note)

    __hash__ = None  # type: ignore[assignment]  # that it is written so is what is tested


class Sku(str):
    """A text of one form."""

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        if not text.startswith("a"):
            raise TypeError("no such form")
        return super().__new__(cls, text)


class Cents(int):
    pass


class Days(list[dt.date]):
    pass


class Prices(dict[str, Decimal]):
    pass


class Anything:
    def __init__(self, size: int = 0, **others: int) -> None:
        self.size = size
        self.others = others

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Anything) and (self.size, self.others) == (other.size, other.others)

    __hash__ = None  # type: ignore[assignment]  # that it is written so is what is tested


UserId = NewType("UserId", int)
PlainId = NewType("PlainId", Plain)
Amounts = typing_extensions.TypeAliasType("Amounts", list[Decimal])
Plains = typing_extensions.TypeAliasType("Plains", list[Plain])
Named = typing_extensions.TypeAliasType("Named", dict[str, T], type_params=(T,))


class Part(TypedDict):
    x: Plain
    y: NotRequired[int]


class Slot(TypedDict, Generic[T]):
    content: T


class Dated(NamedTuple):
    day: dt.date
    plain: Plain


@dataclasses.dataclass
class Crate(Generic[T]):
    content: T


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    name: str
    children: "list[Node]" = dataclasses.field(default_factory=list)  # noqa: UP037  # pyright: ignore[reportUnknownVariableType] - text inside text


@pydantic.dataclasses.dataclass
class Checked:
    a: int


@attrs.define
class Parcel:
    weight: Decimal
    _hidden: int = 0
    label: str = attrs.field(default="", alias="tag")


@attrs.frozen
class Bag(Generic[T]):
    content: T


class Refusing:
    def __init__(self, a: int) -> None:
        raise KeyError(a)


MISSING = object()

# annotation, a valid JSON value, what the function gets, a value that is wrong (MISSING: everything is accepted)
TABLE: list[tuple[Any, Any, Any, Any]] = [
    (str, "a", "a", 5),
    (int, "5", 5, "five"),
    (int, 5, 5, 5.5),
    (float, "1.5", 1.5, "x"),
    (bool, "true", True, "maybe"),
    (dt.datetime, "2026-01-02T03:04:05Z", dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC), "soon"),
    (dt.date, "2026-01-02", dt.date(2026, 1, 2), "today"),
    (dt.time, "03:04", dt.time(3, 4), "noon"),
    (dt.timedelta, "PT90S", dt.timedelta(seconds=90), "long"),
    (uuid.UUID, "12345678-1234-5678-1234-567812345678", uuid.UUID("12345678-1234-5678-1234-567812345678"), "12"),
    (Decimal, "1.10", Decimal("1.10"), "one"),
    (Decimal, 2, Decimal(2), []),
    (bytes, "text", b"text", 5),
    (Colour, "red", Colour.RED, "blue"),
    (Level, 3, Level.HIGH, 4),
    (Literal["a", "b"], "a", "a", "c"),
    (list[int], ["1", 2], [1, 2], [1, "x"]),
    (list, [1, "a"], [1, "a"], "text"),
    (set[int], [1, 1, 2], {1, 2}, ["x"]),
    (tuple[int, str], [1, "a"], (1, "a"), [1]),
    (dict[str, int], {"a": "1"}, {"a": 1}, {"a": "x"}),
    (dict, {"a": 1}, {"a": 1}, [1]),
    (dict[str, list[Item]], {"a": [{"name": "n", "price": "1"}]}, {"a": [Item("n", Decimal(1))]}, {"a": [{}]}),
    (Item, {"name": "n"}, Item("n"), {"price": 1}),
    (Order, {"items": [{"name": "n"}], "placed": "2026-01-02"}, Order([Item("n")], dt.date(2026, 1, 2)), {"items": 1}),
    (Address, {"street": "s", "zipCode": "1"}, Address(street="s", zipCode="1"), {}),
    (Box[int], {"content": "1"}, Box[int](content=1), {"content": "x"}),
    (Point, {"x": "1", "y": 2}, {"x": 1, "y": 2}, {"x": 1}),
    (Partial, {}, {}, {"x": "a"}),
    (list[Point], [{"x": 1, "y": 2}], [{"x": 1, "y": 2}], [{"x": 1}]),
    (Pair, [1, "a"], Pair(1, "a"), [1]),
    (Pair, {"left": "1", "right": "a"}, Pair(1, "a"), {"left": 1}),
    (Optional[int], None, None, "x"),  # noqa: UP045 - this form is what is tested
    (int | None, "5", 5, "x"),
    (Union[int, Item], {"name": "n"}, Item("n"), "x"),  # noqa: UP007 - this form is what is tested
    (int | str, "a", "a", []),
    (Annotated[int, pydantic.Field(gt=0)], 1, 1, 0),
    (Plain, {"amount": "1.5"}, Plain(Decimal("1.5")), {"amount": "x"}),
    (list[Plain], [{"amount": 1, "note": "n"}], [Plain(Decimal(1), "n")], [{"unknown": 1}]),
    (Plain | None, {"amount": 2}, Plain(Decimal(2)), 7),
    (UserId, "5", 5, "x"),
    (PlainId, {"amount": 1}, Plain(Decimal(1)), {"amount": "x"}),
    (Amounts, ["1"], [Decimal(1)], ["x"]),
    (Plains, [{"amount": 1}], [Plain(Decimal(1))], {"amount": 1}),
    (Named[int], {"a": "1"}, {"a": 1}, {"a": "x"}),
    (Named[Plain], {"a": {"amount": 1}}, {"a": Plain(Decimal(1))}, {"a": 1}),
    (Part, {"x": {"amount": 1}}, {"x": Plain(Decimal(1))}, {"y": 1}),
    (Part, {"x": {"amount": 1}, "y": "2"}, {"x": Plain(Decimal(1)), "y": 2}, {"x": {"amount": 1}, "y": "z"}),
    (Slot[int], {"content": "1"}, {"content": 1}, {}),
    (Dated, ["2026-01-02", {"amount": 1}], Dated(dt.date(2026, 1, 2), Plain(Decimal(1))), ["2026-01-02", {}, 3]),
    (Dated, {"day": "2026-01-02", "plain": {"amount": 1}}, Dated(dt.date(2026, 1, 2), Plain(Decimal(1))), {"day": 1}),
    (Crate[Item], {"content": {"name": "n"}}, Crate(Item("n")), {"content": 1}),
    (Node, {"name": "a", "children": [{"name": "b"}]}, Node(name="a", children=[Node(name="b")]), {"children": [{}]}),
    (Checked, {"a": "1"}, Checked(1), {}),
    (Parcel, {"weight": "1", "hidden": "2", "tag": "t"}, Parcel(Decimal(1), 2, "t"), {"weight": "heavy"}),
    (Parcel, {"weight": 1}, Parcel(Decimal(1)), {"label": "the alias is tag"}),
    (Bag[int], {"content": "1"}, Bag(1), {"content": "x"}),
    (Bag[Plain], {"content": {"amount": 1}}, Bag(Plain(Decimal(1))), {}),
    (enum.StrEnum("Switch", ["ON"]), "on", MISSING, "off"),
    (enum.IntFlag("Rights", ["READ", "WRITE"]), 3, MISSING, "all"),
    (frozenset[int], ["1"], frozenset({1}), 5),
    (collections.abc.Sequence[int], ["1"], [1], 5),
    (collections.abc.Mapping[str, Plain], {"a": {"amount": 1}}, {"a": Plain(Decimal(1))}, []),
    (collections.abc.Iterable[int], ["1"], [1], ["x"]),
    (collections.abc.Collection[int], ["1"], [1], ["x"]),
    (collections.abc.Container[Plain], [{"amount": 1}], [Plain(Decimal(1))], [{}]),
    (collections.deque[int], ["1"], collections.deque([1]), ["x"]),
    (tuple[int, ...], ["1", 2], (1, 2), ["x"]),
    (dict[Colour, int], {"red": 1}, {Colour.RED: 1}, {"blue": 1}),
    (pathlib.PurePosixPath, "/tmp/a", pathlib.PurePosixPath("/tmp/a"), 5),  # noqa: S108 - a path that is not opened
    (ipaddress.IPv4Address, "10.0.0.1", ipaddress.IPv4Address("10.0.0.1"), "10"),
    (bytearray, "a", bytearray(b"a"), 5),
    (LiteralString, "a", "a", 5),
    (list[Plain | None], [None, {"amount": 1}], [None, Plain(Decimal(1))], [5]),
    (Sku, "a-1", Sku("a-1"), "b-1"),
    (Sku | None, "a-1", Sku("a-1"), 5),
    (Cents, "5", Cents(5), "x"),
    (Days, ["2026-01-02"], Days([dt.date(2026, 1, 2)]), ["today"]),
    (Prices, {"a": "1.5"}, Prices(a=Decimal("1.5")), {"a": "x"}),
    (Anything, {"size": "3", "more": "4"}, Anything(3, more=4), {"more": "x"}),
    (Any, {"as": "it is"}, {"as": "it is"}, MISSING),
    (object, [1], [1], MISSING),
]
IDS = [f"{index}-{getattr(row[0], '__name__', row[0])}" for index, row in enumerate(TABLE)]
OPTIONAL = {Optional[int], int | None, Plain | None, Sku | None}  # noqa: UP045 - the same as above


def task(**input_data: Any) -> PolledTask:
    return PolledTask({"taskId": "t", "workflowInstanceId": "w", "taskType": "x", "inputData": input_data})


def binder(function: Any, **options: Any) -> Binder:
    return Binder(analyse(function), **options)


def taking(annotation: Any) -> Any:
    """Return a function with one typed parameter beside another, so that neither is the whole task."""

    def work(value, other=1):  # type: ignore[no-untyped-def]  # that it is written so is what is tested
        return value  # pyright: ignore[reportUnknownVariableType] - the untyped lambda or worker is the test's own

    work.__annotations__ = {"value": annotation, "other": int}
    return work  # pyright: ignore[reportUnknownVariableType] - the untyped lambda or worker is the test's own


@pytest.mark.parametrize(("annotation", "given", "expected", "wrong"), TABLE, ids=IDS)
def test_a_valid_value_is_converted(annotation: Any, given: Any, expected: Any, wrong: Any) -> None:
    bound = binder(taking(annotation)).bind(task(value=given))
    wanted = annotation(given) if expected is MISSING else expected
    assert bound.args == (wanted, 1)
    assert type(bound.args[0]) is type(wanted)
    assert bound.kwargs == {}


@pytest.mark.parametrize("index", range(len(TABLE)), ids=IDS)
def test_an_annotation_that_is_text_means_the_same(index: int) -> None:
    annotation, given, expected, _ = TABLE[index]
    wanted = annotation(given) if expected is MISSING else expected
    assert binder(taking(f"TABLE[{index}][0]")).bind(task(value=given)).args == (wanted, 1)


@pytest.mark.parametrize(("annotation", "given", "expected", "wrong"), TABLE, ids=IDS)
def test_a_missing_value_fails_for_good_and_names_the_parameter(
    annotation: Any, given: Any, expected: Any, wrong: Any
) -> None:
    if annotation in OPTIONAL:
        assert binder(taking(annotation)).bind(task()).args == (None, 1)
        return
    with pytest.raises(InvalidInputError, match=r"parameter 'value' of .*work is required"):
        binder(taking(annotation)).bind(task(other=2))
    assert binder(taking(annotation), missing_as_none=True).bind(task()).args == (None, 1)


@pytest.mark.parametrize(("annotation", "given", "expected", "wrong"), TABLE, ids=IDS)
def test_a_wrong_value_fails_for_good_and_names_parameter_and_types(
    annotation: Any, given: Any, expected: Any, wrong: Any
) -> None:
    if wrong is MISSING:
        assert binder(taking(annotation)).bind(task(value="anything")).args[0] == "anything"
        return
    with pytest.raises(InvalidInputError) as caught:
        binder(taking(annotation)).bind(task(value=wrong))
    text = str(caught.value)
    assert "parameter 'value'" in text
    assert f"got {type(wrong).__name__}" in text
    assert "expected " in text
    assert isinstance(caught.value, NonRetryableException)
    assert caught.value.path == "value"


def test_the_value_itself_is_not_in_the_message() -> None:
    with pytest.raises(InvalidInputError) as caught:
        binder(taking(Order)).bind(task(value={"items": [{"name": {"secret": "s3cret"}}]}))
    assert "s3cret" not in str(caught.value)
    assert "items.0.name" in str(caught.value)


def test_a_value_inside_a_plain_class_is_not_in_the_message_either() -> None:
    with pytest.raises(InvalidInputError) as caught:
        binder(taking(Plain)).bind(task(value={"amount": "s3cret"}))
    assert "s3cret" not in str(caught.value)


class Shape(Protocol):
    sides: int


class Draft(abc.ABC):
    @abc.abstractmethod
    def finish(self) -> None: ...


class Endless(TypedDict):
    plain: Plain
    more: list[Endless]


@pytest.mark.parametrize("annotation", [Shape, Draft, list[Shape], NoReturn, Endless], ids=str)
def test_what_can_never_be_made_of_a_value_is_refused_at_start(annotation: Any) -> None:
    with pytest.raises(WorkerError, match=r"parameter 'value' of worker function .*: values cannot be converted to"):
        binder(taking(annotation))


def test_whatever_a_constructor_raises_is_bad_input() -> None:
    with pytest.raises(InvalidInputError, match=r"parameter 'value' .* expected Refusing, got dict: .*KeyError"):
        binder(taking(Refusing)).bind(task(value={"a": 1}))


Job = NewType("Job", Task)
MaybeJob = typing_extensions.TypeAliasType("MaybeJob", Task | None)


@pytest.mark.parametrize("alias", [Job, MaybeJob], ids=["new", "alias"])
def test_a_task_by_another_name_is_the_task(alias: Any) -> None:
    assert isinstance(binder(taking(alias)).bind(task()).args[0], Task)


MaybeNumber = typing_extensions.TypeAliasType("MaybeNumber", int | None)


def test_an_alias_of_an_optional_type_is_optional() -> None:
    assert binder(taking(MaybeNumber)).bind(task()).args == (None, 1)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the statement is new in Python 3.12")
def test_types_made_by_a_type_statement() -> None:
    names: dict[str, Any] = {"Plain": Plain}
    exec(  # noqa: S102 - older versions cannot read it
        "type Amounts = list[int]\ntype Named[T] = dict[str, T]\ntype Tree = dict[str, Tree | int]\ntype Plains = list[Plain]",
        names,
    )
    given = task(value=["1"])
    assert binder(taking(names["Amounts"])).bind(given).args[0] == [1]
    assert binder(taking(names["Named"][Plain])).bind(task(value={"a": {"amount": 1}})).args[0] == {
        "a": Plain(Decimal(1))
    }
    assert binder(taking(names["Tree"])).bind(task(value={"a": {"b": "1"}})).args[0] == {"a": {"b": 1}}
    assert binder(taking(names["Plains"])).bind(task(value=[{"amount": 1}])).args[0] == [Plain(Decimal(1))]
    with pytest.raises(InvalidInputError, match="expected Amounts, got list"):
        binder(taking(names["Amounts"])).bind(task(value=["x"]))
