"""Arguments of worker functions: annotations by the table, valid, missing and wrong values."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec, Required, TypedDict, TypeVar, Unpack

import pydantic
import pytest

from conductor_core import Task, TaskContext
from conductor_core.errors import WorkerError
from conductor_core.worker import InvalidInputError, PolledTask
from conductor_core.worker._binding import Binder
from conductor_core.worker._context import activate, deactivate
from conductor_core.worker._signature import analyse

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
P = ParamSpec("P")


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


# The whole task.


def test_one_parameter_annotated_as_task_gets_it() -> None:
    def work(job: Task) -> None: ...

    (given,) = binder(work).bind(task(a=1)).args
    assert isinstance(given, Task)
    assert given.input_data == {"a": 1}


def test_one_parameter_without_annotation_gets_the_task() -> None:
    def work(job): ...  # type: ignore[no-untyped-def]  # that it is written so is what is tested

    assert isinstance(binder(work).bind(task()).args[0], Task)


def test_one_parameter_annotated_as_object_gets_the_task() -> None:
    def work(job: object) -> None: ...

    assert isinstance(binder(work).bind(task()).args[0], Task)


def test_one_parameter_of_another_type_gets_its_value() -> None:
    def work(job: dict[str, Any]) -> None: ...

    assert binder(work).bind(task(job={"a": 1})).args == ({"a": 1},)


@pytest.mark.parametrize("annotation", [Task, Task | None, Annotated[Task, "note"], "Task"])
def test_a_task_parameter_gets_the_task_at_any_position(annotation: Any) -> None:
    def work(first, job, *, last): ...  # type: ignore[no-untyped-def]  # that it is written so is what is tested

    work.__annotations__ = {"first": int, "job": annotation, "last": int}
    bound = binder(work).bind(task(first="1", last="2"))
    assert bound.args[0] == 1
    assert isinstance(bound.args[1], Task)
    assert bound.kwargs == {"last": 2}


def test_the_slim_task_is_given_where_it_is_asked_for() -> None:
    def work(job: PolledTask, x: int) -> None: ...

    given = task(x=1)
    assert binder(work).bind(given).args == (given, 1)


def test_unannotated_parameters_get_the_raw_value() -> None:
    def work(a, b): ...  # type: ignore[no-untyped-def]  # that it is written so is what is tested

    assert binder(work).bind(task(a="1", b={"c": 2})).args == ("1", {"c": 2})


# The rest.


def test_keywords_get_the_remaining_input() -> None:
    def work(a: int, **rest: int) -> None: ...

    bound = binder(work).bind(task(a="1", b="2", c=3))
    assert (bound.args, bound.kwargs) == ((1,), {"b": 2, "c": 3})


def test_keywords_alone_get_the_whole_input() -> None:
    def work(**rest): ...  # type: ignore[no-untyped-def]  # that it is written so is what is tested

    assert binder(work).bind(task(a=1, b="x")).kwargs == {"a": 1, "b": "x"}


def test_a_star_gets_the_remaining_values_in_order() -> None:
    def work(a, *rest: int): ...  # type: ignore[no-untyped-def]  # that it is written so is what is tested

    assert binder(work).bind(task(b="2", a=1, c=3)).args == (1, 2, 3)


def test_with_both_stars_the_named_one_takes_the_rest() -> None:
    def work(*args, **kwargs): ...  # type: ignore[no-untyped-def]  # that it is written so is what is tested

    bound = binder(work).bind(task(a=1))
    assert (bound.args, bound.kwargs) == ((), {"a": 1})


def test_unknown_keys_are_ignored() -> None:
    def work(a: int, b: int = 2) -> None: ...

    assert binder(work).bind(task(a=1, zzz=5)).args == (1, 2)


def test_a_default_is_used_as_it_is() -> None:
    def work(a: Decimal = "unchecked", b: int = 0) -> None: ...  # type: ignore[assignment]

    assert binder(work).bind(task()).args == ("unchecked", 0)


def test_null_is_a_value_and_not_an_absent_key() -> None:
    with pytest.raises(InvalidInputError, match="expected int, got NoneType"):
        binder(taking(int)).bind(task(value=None))


def test_positional_only_and_keyword_only_parameters() -> None:
    def work(a: int, /, b: int, *, c: int = 3) -> None: ...

    bound = binder(work).bind(task(a="1", b="2"))
    assert (bound.args, bound.kwargs) == ((1, 2), {"c": 3})


# Kinds of callables.


class Service:
    def work(self, a: int, b: Decimal) -> None: ...

    def __call__(self, a: int, b: Decimal) -> None: ...

    @staticmethod
    def static(a: int, b: Decimal) -> None: ...

    @classmethod
    def of_class(cls, a: int, b: Decimal) -> None: ...


def with_prefix(prefix: str, a: int, b: Decimal) -> None: ...


def traced(function: Any) -> Any:
    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return wrapper


@traced
def decorated(a: int, b: Decimal) -> None: ...


@pytest.mark.parametrize(
    "function",
    [
        Service().work,
        Service(),
        Service.static,
        Service.of_class,
        functools.partial(with_prefix, "p"),
        decorated,
    ],
    ids=["method", "object", "static", "class", "partial", "wrapped"],
)
def test_methods_objects_partials_and_wrapped_functions(function: Any) -> None:
    assert binder(function).bind(task(a="1", b="2.5")).args == (1, Decimal("2.5"))


def test_a_closure_and_a_lambda() -> None:
    offset = 5

    def closure(a: int) -> int:
        return a + offset

    assert closure(*binder(closure).bind(task(a="1")).args) == 6
    assert binder(lambda a, b: (a, b)).bind(task(a=1, b=2)).args == (1, 2)  # pyright: ignore[reportUnknownLambdaType] - the untyped lambda or worker is the test's own


def test_text_annotations_find_classes_of_the_enclosing_function() -> None:
    class Local(pydantic.BaseModel):
        a: int

    def work(value: Local, other: int) -> None: ...

    made = Binder(analyse(work, {"Local": Local, "unrelated": object()}))
    assert made.bind(task(value={"a": "1"}, other=1)).args == (Local(a=1), 1)
    assert set(analyse(work, {"Local": Local, "unrelated": object()}).names) == {"Local"}


def test_an_undefined_name_is_refused_at_start_and_named() -> None:
    def work(value: Unknown, other: int) -> None: ...  # type: ignore[name-defined]  # noqa: F821 - the point

    with pytest.raises(WorkerError, match=r"work: the name 'Unknown' .* is not defined"):
        binder(work)


def test_what_cannot_be_called_is_refused() -> None:
    with pytest.raises(WorkerError, match="got int"):
        analyse(5)  # type: ignore[arg-type]


def test_a_plain_container_is_a_copy_so_that_the_task_stays_as_it_came() -> None:
    given = task(value=[1])
    binder(taking(list)).bind(given).args[0].append(2)
    assert given.input_data == {"value": [1]}


# Strict.


def test_strict_refuses_unknown_keys_by_name() -> None:
    def work(a: int, b: int = 0) -> None: ...

    with pytest.raises(InvalidInputError, match="'extra'") as caught:
        binder(work, strict=True).bind(task(a=1, extra=2))
    assert caught.value.path == "extra"


@pytest.mark.parametrize(
    ("annotation", "accepted", "refused"),
    [(int, 5, "5"), (float, 1.5, "1.5"), (bool, True, "true"), (str, "a", 1), (list[int], [1], ["1"])],
)
def test_strict_takes_no_json_type_for_another(annotation: Any, accepted: Any, refused: Any) -> None:
    strict = binder(taking(annotation), strict=True)
    assert strict.bind(task(value=accepted)).args[0] == accepted
    with pytest.raises(InvalidInputError):
        strict.bind(task(value=refused))


def test_strict_still_reads_what_json_has_no_type_for() -> None:
    strict = binder(taking(dt.date), strict=True)
    assert strict.bind(task(value="2026-01-02")).args[0] == dt.date(2026, 1, 2)


def test_a_key_with_the_name_of_a_task_parameter_is_no_second_value() -> None:
    def work(job: Task, **rest: Any) -> Any:
        return job, rest

    arguments = binder(work).bind(task(job=1, a=2))
    assert arguments.kwargs == {"a": 2}
    assert work(*arguments.args, **arguments.kwargs)[0].task_id == "t"


def test_a_key_with_the_name_of_a_positional_task_parameter_is_among_the_rest() -> None:
    def work(job: Task, /, **rest: Any) -> Any:
        return job, rest

    assert binder(work).bind(task(job=1)).kwargs == {"job": 1}


def test_a_parameter_that_defaults_to_none_takes_null() -> None:
    def work(amount: int = None, note: Annotated[str, pydantic.Field(min_length=2)] = None) -> Any:  # type: ignore[assignment]  # noqa: RUF013 - that people write it so is what is tested
        return amount, note

    assert binder(work).bind(task(amount=None, note=None)).args == (None, None)
    assert binder(work).bind(task(amount="5")).args == (5, None)
    with pytest.raises(InvalidInputError, match="note"):
        binder(work).bind(task(note="x"))


def test_a_parameter_for_the_context_gets_it() -> None:
    def alone(ctx: TaskContext) -> Any:
        return ctx

    def among_others(amount: int, ctx: TaskContext | None = None) -> Any:
        return amount, ctx

    polled = task(amount=3)
    context = TaskContext(polled)
    token = activate(context)
    try:
        assert binder(alone).bind(polled).args == (context,)
        assert binder(among_others).bind(polled).args == (3, context)
    finally:
        deactivate(token)
    assert [name for name, _, _ in binder(among_others).inputs] == ["amount"]


def _yields() -> Any:
    yield 1


async def _yields_later() -> Any:
    yield 1


class Yielding:
    def __call__(self, amount: int) -> Any:
        yield amount


@pytest.mark.parametrize("function", [_yields, _yields_later, functools.partial(_yields), Yielding()])
def test_a_generator_is_refused_since_calling_it_runs_nothing(function: Any) -> None:
    with pytest.raises(WorkerError, match=r"(_yields|Yielding).* is a generator"):
        analyse(function)


def test_null_is_none_where_none_stands_for_what_is_missing() -> None:
    def work(amount: int, note: str = "x") -> Any:
        return amount, note

    assert binder(work, missing_as_none=True).bind(task(amount=None, note=None)).args == (None, None)


def test_text_annotations_find_local_classes_inside_others() -> None:
    class Local(pydantic.BaseModel):
        amount: int

    def work(items: list[Local], other: int = 1) -> Any:
        return items, other

    work.__annotations__["items"] = "list[Local]"
    bound = Binder(analyse(work, {"Local": Local})).bind(task(items=[{"amount": "3"}]))
    assert bound.args[0] == [Local(amount=3)]


class Options(TypedDict, total=False):
    day: dt.date
    note: Required[str]


def test_unpacked_keywords_are_converted_each_by_its_own_type() -> None:
    def work(amount: int, **options: Unpack[Options]) -> Any:
        return amount, options

    bound = binder(work)
    assert bound.bind(task(amount="1", note="x", day="2024-05-06", more=1)).kwargs == {
        "note": "x",
        "day": dt.date(2024, 5, 6),
    }
    assert bound.bind(task(amount="1", note="x")).kwargs == {"note": "x"}
    with pytest.raises(InvalidInputError, match=r"'note' .* is required"):
        bound.bind(task(amount=1))
    with pytest.raises(InvalidInputError, match=r"'day' .* expected date"):
        bound.bind(task(amount=1, note="x", day="soon"))
    assert [(name, required) for name, _, required in bound.inputs] == [
        ("amount", True),
        ("day", False),
        ("note", True),
    ]


def test_a_wrapper_of_any_function_takes_everything() -> None:
    def decorate(function: Callable[P, Any]) -> Callable[P, Any]:
        def around(*args: P.args, **kwargs: P.kwargs) -> Any:
            return function(*args, **kwargs)

        return around

    def takes(a: int, b: str) -> Any:
        return a, b

    assert binder(decorate(takes)).bind(task(a=1, b="x")).kwargs == {"a": 1, "b": "x"}


def test_a_name_that_only_a_member_lacks_is_told_at_start() -> None:
    @dataclasses.dataclass
    class Order:
        item: "Nowhere"  # type: ignore[name-defined]  # noqa: F821, UP037  # pyright: ignore[reportUndefinedVariable] - that it is undefined is what is tested

    with pytest.raises(WorkerError, match=r"parameter 'value' .*Nowhere"):
        binder(taking(Order))


def test_what_is_no_type_at_all_is_told_at_start() -> None:
    with pytest.raises(WorkerError, match=r"parameter 'value' .* values cannot be converted to \{"):
        binder(taking({"amount": int}))
