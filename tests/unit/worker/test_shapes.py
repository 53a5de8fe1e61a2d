"""Shapes of worker functions and of their values that people write, and what they expect of them."""

from __future__ import annotations

import array
import asyncio
import collections
import collections.abc
import enum
import fractions
import functools
import inspect
import ipaddress
import logging
import re
import sys
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

import pydantic
import pytest
from pydantic_core import core_schema

from conductor_core import Task
from conductor_core.errors import WorkerError
from conductor_core.worker import InvalidInputError, PolledTask, define_worker
from conductor_core.worker._binding import Binder
from conductor_core.worker._context import ContextData
from conductor_core.worker._results import returned

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
ModelT = TypeVar("ModelT", bound=pydantic.BaseModel)


def polled(given: dict[str, Any]) -> PolledTask:
    return PolledTask({"taskId": "t", "workflowInstanceId": "w", "taskType": "x", "inputData": given})


def call(function: Any, **given: Any) -> Any:
    definition = define_worker("x", function)
    arguments = Binder(definition.signature).bind(polled(given))
    return definition.function(*arguments.args, **arguments.kwargs)


def converted(annotation: Any, value: Any) -> Any:
    def work(value: Any, other: int = 1) -> Any:
        return value, other

    work.__annotations__["value"] = annotation
    return call(work, value=value)[0]


def output(value: Any) -> Any:
    outcome = returned(value, ContextData(), polled({}))
    assert outcome.status == "COMPLETED", outcome.reason
    return outcome.output


class Order(pydantic.BaseModel):
    amount: int


# What only JSON spells so.


class Kind(enum.Enum):
    CARD = "card"
    CASH = "cash"


class Code:
    """A foreign class that says to pydantic how JSON spells it, and takes only instances from Python."""

    def __init__(self, text: str) -> None:
        self.text = text

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: Any) -> Any:
        from_text = core_schema.no_info_after_validator_function(cls, core_schema.str_schema())
        return core_schema.json_or_python_schema(from_text, core_schema.is_instance_schema(cls))


def test_a_literal_of_enumeration_members_takes_their_values() -> None:
    assert converted(Literal[Kind.CARD], "card") is Kind.CARD
    assert converted(list[Literal[Kind.CARD, "other"]] | None, ["card", "other"]) == [Kind.CARD, "other"]
    with pytest.raises(InvalidInputError, match="expected Literal"):
        converted(Literal[Kind.CARD], "cash")


def test_a_class_that_says_how_json_spells_it_is_made_so() -> None:
    assert converted(Code, "abc").text == "abc"
    assert converted(dict[str, list[Code]], {"a": ["b"]})["a"][0].text == "b"
    with pytest.raises(InvalidInputError, match="expected Code, got int"):
        converted(Code, 5)


def test_a_plain_defaultdict_is_one_without_a_default() -> None:
    found = converted(collections.defaultdict, {"a": 1})
    assert type(found) is collections.defaultdict
    assert found == {"a": 1}


@pytest.mark.parametrize(
    "annotation", [pydantic.BaseModel, ModelT, range, slice, collections.abc.Callable[[int], int], type[int]]
)
def test_what_no_value_is_ever_converted_to_is_refused_at_start(annotation: Any) -> None:
    with pytest.raises(WorkerError, match=r"parameter 'value' .* values cannot be converted to"):
        converted(annotation, {})


# Functions.


def test_the_only_parameter_may_be_taken_by_keyword() -> None:
    def work(*, job):  # type: ignore[no-untyped-def]  # that it is written so is what is tested
        return job  # pyright: ignore[reportUnknownVariableType] - the same

    assert isinstance(call(work), Task)


def with_connection(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def around(order: Any) -> Any:
        return function("connection", order)

    return around


def traced(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def around(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return around


def by_another_name(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def around(argument: Any) -> Any:
        return function(argument)

    return around


@with_connection
def injected(connection: str, order: Order) -> Any:
    return connection, order


@traced
@with_connection
@traced
def injected_and_traced(connection: str, order: Order) -> Any:
    return connection, order


@by_another_name
def renamed(order: Order) -> Any:
    return order


@pytest.mark.parametrize("function", [injected, injected_and_traced])
def test_a_decorator_may_hand_further_arguments_to_the_function(function: Any) -> None:
    assert call(function, order={"amount": "5"}) == ("connection", Order(amount=5))


def test_a_decorator_that_only_names_its_argument_differently_changes_nothing() -> None:
    assert call(renamed, order={"amount": "5"}) == Order(amount=5)


class Handler(Generic[T]):
    def handle(self, order: T, more: list[T] | None = None) -> Any:
        return order, more

    def __call__(self, order: T, *, rush: bool = False) -> Any:
        return order, rush


class OrderHandler(Handler[Order]):
    pass


class Between(Handler[list[T]], Generic[T]):
    pass


class ListHandler(Between[Order]):
    pass


def test_methods_of_generic_classes_know_what_their_class_was_made_for() -> None:
    given = {"amount": "5"}
    assert call(OrderHandler().handle, order=given, more=[given]) == (Order(amount=5), [Order(amount=5)])
    assert call(OrderHandler(), order=given) == (Order(amount=5), False)
    assert call(ListHandler().handle, order=[given]) == ([Order(amount=5)], None)
    assert call(Handler[Order]().handle, order=given) == (Order(amount=5), None)
    assert call(Handler().handle, order=given) == (given, None)  # pyright: ignore[reportUnknownMemberType] - it has no argument


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the syntax is new in Python 3.12")
def test_methods_of_generic_classes_in_their_newer_form() -> None:
    names: dict[str, Any] = {"Order": Order}
    exec(  # noqa: S102 - the syntax would not compile elsewhere
        "class Handler[T]:\n    def handle(self, order: T) -> T:\n        return order\n"
        "class Orders(Handler[Order]): ...\n"
        "def bound[M: Order](order: M, other: int = 1) -> M:\n    return order\n",
        names,
    )
    assert call(names["Orders"]().handle, order={"amount": "5"}) == Order(amount=5)
    assert call(names["bound"], order={"amount": "5"}) == Order(amount=5)


class Executes:
    def execute(self, order: Order) -> Any:
        return order


class Called:
    def __call__(self, order: Order) -> Any:
        return order


@pytest.mark.parametrize("kind", [Executes, Called])
def test_a_class_in_place_of_its_instance_is_refused(kind: Any) -> None:
    with pytest.raises(WorkerError, match=rf"{kind.__name__} is a class, .*: pass one, {kind.__name__}\(\)"):
        define_worker("x", kind)


# Results.


class Raw(collections.UserList[int]):
    pass


class Numbers:
    """As arrays of numerical libraries look."""

    def tolist(self) -> list[float]:
        return [1.5, 2.0]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": 1}.values(), [1]),
        ({"a": 1}.keys(), ["a"]),
        (Raw([1]), [1]),
        (collections.UserString("text"), "text"),
        (array.array("i", [1, 2]), [1, 2]),
        (range(3), [0, 1, 2]),
        (Numbers(), [1.5, 2.0]),
        (ipaddress.ip_address("10.0.0.1"), "10.0.0.1"),
        (fractions.Fraction(1, 3), "1/3"),
        (re.compile("a+"), "a+"),
        (pydantic.AnyUrl("http://example.org/"), "http://example.org/"),
        (pydantic.SecretStr("hidden"), "**********"),
    ],
)
def test_values_that_have_a_plain_form_are_sent_in_it(value: Any, expected: Any, caplog: Any) -> None:
    assert output(value) == {"result": expected}
    assert output({"inside": [value]}) == {"inside": [expected]}
    assert not caplog.records


@pytest.mark.parametrize("value", [iter([1]), (one for one in [1]), map(int, ["1"]), range(10**9)])
def test_what_may_have_no_end_is_described_and_not_read(value: Any) -> None:
    assert output(value)["type"] == type(value).__name__


async def price() -> int:
    return 5


@pytest.mark.parametrize("is_inside", [False, True])
async def test_a_forgotten_await_fails_the_task_and_is_named(*, is_inside: bool) -> None:
    def nest(value: object) -> object:
        return {"total": [value]} if is_inside else value

    outcome = returned(nest(price()), ContextData(), polled({}))
    where = r"(the top|total\[0\])"
    assert outcome.status == "FAILED"
    assert re.fullmatch(
        rf"the output holds the coroutine 'price' at {where}, which was never awaited: await it first",
        str(outcome.reason),
    )
    later = returned(nest(asyncio.get_running_loop().create_future()), ContextData(), polled({}))
    assert re.match(rf"the output holds the Future at {where}", str(later.reason))


def test_bytes_as_keys_are_text_as_they_are_as_values() -> None:
    assert output({b"name": b"value"}) == {"name": "value"}


@pytest.mark.parametrize("value", [{1: "a", "1": "b"}, {"deep": [{None: 1, "null": 2}]}])
def test_keys_that_json_cannot_tell_apart_fail_the_task_and_lose_no_value(value: Any) -> None:
    outcome = returned(value, ContextData(), polled({}))
    assert outcome.status == "FAILED"
    assert re.match(
        r"the output has several keys at (the top|deep\[0\]) that JSON writes as '(1|null)'", str(outcome.reason)
    )


class Login(pydantic.BaseModel):
    user: str
    password: pydantic.SecretStr


def test_a_secret_is_in_no_error_no_log_and_no_output(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        login = converted(Login, {"user": "u", "password": "hidden"})
        assert login.password.get_secret_value() == "hidden"
        assert output(login) == {"user": "u", "password": "**********"}
        assert output({"login": login, "plain": login.password}) == {
            "login": {"user": "u", "password": "**********"},
            "plain": "**********",
        }
        for wrong in ({"password": "hidden"}, {"user": "u", "password": ["hidden"]}, {"user": 1, "password": "hidden"}):
            with pytest.raises(InvalidInputError) as caught:
                converted(Login, wrong)
            assert "hidden" not in str(caught.value)
    assert "hidden" not in caplog.text


def test_a_signature_stays_readable_for_who_asks_for_it() -> None:
    assert list(inspect.signature(define_worker("x", injected).function).parameters) == ["connection", "order"]
