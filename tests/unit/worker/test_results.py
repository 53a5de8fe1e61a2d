"""What a worker returned or raised, by the tables."""

from __future__ import annotations

import asyncio
import collections
import dataclasses
import datetime as dt
import enum
import math
import uuid
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any, NamedTuple

import pydantic
import pytest

from conductor_core import NonRetryableException, TaskInProgress, TaskResult
from conductor_core.worker import PolledTask
from conductor_core.worker._body import encoded
from conductor_core.worker._context import ContextData
from conductor_core.worker._json import NonFiniteNumberError, to_json_value
from conductor_core.worker._results import given_back, raised, returned

TASK = PolledTask({"taskId": "t1", "workflowInstanceId": "w1", "taskType": "pay"})
NOTHING = ContextData()


def body(value: Any, context: Any = NOTHING) -> Any:
    return returned(value, context, TASK).document(TASK, "me")


class Colour(enum.Enum):
    RED = "red"


class Size(enum.IntEnum):
    BIG = 3


@dataclasses.dataclass
class Receipt:
    number: int
    colour: Colour


class Invoice(pydantic.BaseModel):
    invoice_number: int = pydantic.Field(alias="invoiceNumber")
    when: dt.date = dt.date(2026, 1, 2)


class Pair(NamedTuple):
    left: int
    right: str


@pytest.mark.parametrize(
    ("value", "output"),
    [  # pyright: ignore[reportUnknownArgumentType] - the untyped lambda or worker is the test's own
        ({"a": 1}, {"a": 1}),
        ({}, {}),
        (Receipt(1, Colour.RED), {"number": 1, "colour": "red"}),
        (Invoice(invoiceNumber=7), {"invoiceNumber": 7, "when": "2026-01-02"}),
        (Pair(1, "a"), {"left": 1, "right": "a"}),
        (collections.OrderedDict(a=1), {"a": 1}),
        ([1, "a"], {"result": [1, "a"]}),
        ((1, 2), {"result": [1, 2]}),
        ("text", {"result": "text"}),
        (5, {"result": 5}),
        (1.5, {"result": 1.5}),
        (True, {"result": True}),
        (None, {"result": None}),
        (b"caf\xc3\xa9", {"result": "café"}),
        (b"\xff\xfe", {"result": "//4="}),
        (Colour.RED, {"result": "red"}),
        (Decimal("1.10"), {"result": "1.10"}),
        ({"status": "IN_PROGRESS", "callbackAfterSeconds": 5}, {"status": "IN_PROGRESS", "callbackAfterSeconds": 5}),
    ],
)
def test_what_is_returned_becomes_completed_output(value: Any, output: Any) -> None:
    assert body(value) == {
        "taskId": "t1",
        "workflowInstanceId": "w1",
        "workerId": "me",
        "status": "COMPLETED",
        "outputData": output,
    }


@pytest.mark.parametrize(
    ("value", "json"),
    [
        (dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.UTC), "2026-01-02T03:04:00+00:00"),
        (dt.date(2026, 1, 2), "2026-01-02"),
        (dt.timedelta(minutes=1), 60.0),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        ({1}, [1]),
        (frozenset({"a"}), ["a"]),
        (collections.deque([1]), [1]),
        (PurePosixPath("a/b"), "a/b"),
        (Size.BIG, 3),
        ([Receipt(1, Colour.RED)], [{"number": 1, "colour": "red"}]),
        ({2: "a", None: "b", True: "c", Colour.RED: "d"}, {"2": "a", "true": "c", "null": "b", "red": "d"}),
        ({dt.date(2026, 1, 2): [b"x"]}, {"2026-01-02": ["x"]}),
        ("lone \ud800 surrogate", "lone ? surrogate"),
    ],
)
def test_nested_values_are_converted_too(value: Any, json: Any) -> None:
    assert body({"key": [value]})["outputData"] == {"key": [json]}


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_numbers_that_json_lacks_fail_the_task_with_a_clear_reason(number: Any) -> None:
    result = body({"a": {"b": [1.0, number]}})
    assert result["status"] == "FAILED"
    assert "a.b[1]" in result["reasonForIncompletion"]
    assert "JSON cannot express" in result["reasonForIncompletion"]
    with pytest.raises(NonFiniteNumberError):
        to_json_value(number)


class Measured(pydantic.BaseModel):
    value: float = 0.0
    more: dict[str, float] = {}


@pytest.mark.parametrize("model", [Measured(value=math.nan), Measured(more={"x": math.inf})])
def test_numbers_that_json_lacks_are_refused_in_models_too(model: Any) -> None:
    result = body({"model": model})
    assert result["status"] == "FAILED"
    assert "JSON cannot express" in result["reasonForIncompletion"]
    assert body(model)["status"] == "FAILED"


def test_attrs_objects_are_read_by_their_attributes() -> None:
    attrs = pytest.importorskip("attrs")
    made = attrs.make_class("Made", {"a": attrs.field(), "b": attrs.field(factory=list)})
    assert body(made(a=Colour.RED))["outputData"] == {"a": "red", "b": []}


class Odd:
    def __str__(self) -> str:
        return "an odd thing"


def test_a_value_without_json_form_is_described(caplog: pytest.LogCaptureFixture) -> None:
    output = body(Odd())["outputData"]
    assert output["result"] == "an odd thing"
    assert output["type"] == "Odd"
    assert "return a dict" in output["error"]
    assert "Odd" in caplog.text


def test_such_a_value_inside_a_dict_spoils_no_other_key(caplog: pytest.LogCaptureFixture) -> None:
    output = body({"good": 1, "odd": Odd()})["outputData"]
    assert output["good"] == 1
    assert output["odd"]["type"] == "Odd"


def test_a_value_that_holds_itself_is_described_and_not_followed_for_ever() -> None:
    loop: list[object] = []
    loop.append(loop)
    assert "holds itself" in body({"loop": loop})["outputData"]["loop"]["error"]


def test_in_progress_asks_to_be_called_again() -> None:
    result = body(TaskInProgress(callback_after_seconds=30, output={"done": 5}))
    assert (result["status"], result["callbackAfterSeconds"], result["outputData"]) == ("IN_PROGRESS", 30, {"done": 5})
    assert body(TaskInProgress())["callbackAfterSeconds"] == 60


def test_an_own_result_gets_ids_and_keeps_the_rest() -> None:
    own = TaskResult(
        status="FAILED",
        output_data={"a": dt.date(2026, 1, 2)},
        reason_for_incompletion="no",
        logs=[{"log": "l"}],  # type: ignore[list-item]  # that it is written so is what is tested
    )
    result = body(own)
    assert result["taskId"] == "t1"
    assert result["workflowInstanceId"] == "w1"
    assert result["workerId"] == "me"
    assert (result["status"], result["reasonForIncompletion"]) == ("FAILED", "no")
    assert result["outputData"] == {"a": "2026-01-02"}
    assert result["logs"] == [{"taskId": "t1", "log": "l"}]


def test_an_own_result_keeps_its_worker_id_and_unknown_fields() -> None:
    result = body(TaskResult(worker_id="other", externalOutputPayloadStoragePath="s3"))  # type: ignore[call-arg]  # that it is written so is what is tested
    assert (result["workerId"], result["externalOutputPayloadStoragePath"]) == ("other", "s3")


def test_an_own_result_that_cannot_be_sent_fails_the_task() -> None:
    result = body(TaskResult(output_data={"a": math.nan}))
    assert result["status"] == "FAILED"
    assert "a" in result["reasonForIncompletion"]


# Merging with the context.


def test_logs_of_the_context_follow_those_of_the_result() -> None:
    context = ContextData(logs=({"log": "context", "taskId": "t1", "createdTime": 1},))
    result = body(TaskResult(logs=[{"log": "own"}]), context)  # type: ignore[list-item]  # that it is written so is what is tested
    assert [entry["log"] for entry in result["logs"]] == ["own", "context"]


def test_the_callback_of_the_context_counts_only_when_the_result_has_none() -> None:
    assert body({"a": 1}, ContextData(callback_after_seconds=9))["callbackAfterSeconds"] == 9
    assert body(TaskInProgress(5), ContextData(callback_after_seconds=9))["callbackAfterSeconds"] == 5


def test_output_of_the_context_comes_first_and_the_result_wins_key_by_key() -> None:
    assert body({"b": 2}, ContextData(output={"a": 1, "b": 1}))["outputData"] == {"a": 1, "b": 2}


# Exceptions.


def throw(error: Any) -> None:
    raise error


def failure(error: Any, context: Any = NOTHING) -> Any:
    try:
        throw(error)
    except BaseException as caught:  # noqa: BLE001 - also SystemExit is a row of the table
        return raised(caught, context, TASK).document(TASK, "me")


class Terminal(NonRetryableException):
    pass


class BadTextError(Exception):
    def __str__(self) -> str:
        raise ValueError("no text")


@pytest.mark.parametrize(
    ("error", "status", "reason"),
    [
        (NonRetryableException("never"), "FAILED_WITH_TERMINAL_ERROR", "never"),
        (Terminal("never"), "FAILED_WITH_TERMINAL_ERROR", "never"),
        (Terminal(), "FAILED_WITH_TERMINAL_ERROR", "Terminal"),
        (ValueError("later"), "FAILED", "later"),
        (ValueError(), "FAILED", "ValueError"),
        (ValueError("   "), "FAILED", "ValueError"),
        (SystemExit(3), "FAILED", "3"),
        (KeyboardInterrupt(), "FAILED", "KeyboardInterrupt"),
        (BadTextError(), "FAILED", "BadTextError"),
    ],
)
def test_what_is_raised_becomes_a_failure(error: Any, status: Any, reason: str) -> None:
    result = failure(error)
    assert (result["status"], result["reasonForIncompletion"]) == (status, reason)
    assert result["outputData"] == {}
    (entry,) = result["logs"]
    assert "Traceback" in entry["log"]
    assert type(error).__name__ in entry["log"]
    assert entry["createdTime"] > 1_600_000_000_000
    assert entry["taskId"] == "t1"


@pytest.mark.parametrize(
    ("members", "status"),
    [
        ([Terminal("no"), NonRetryableException("never")], "FAILED_WITH_TERMINAL_ERROR"),
        ([Terminal("no"), ExceptionGroup("inner", [Terminal("never")])], "FAILED_WITH_TERMINAL_ERROR"),
        ([Terminal("no"), ValueError("never")], "FAILED"),
        ([Terminal("no"), ExceptionGroup("inner", [Terminal("x"), OSError("never")])], "FAILED"),
        ([Terminal("no"), asyncio.CancelledError("never")], "FAILED"),
    ],
)
def test_a_group_is_final_where_all_its_errors_are(members: list[BaseException], status: str) -> None:
    result = failure(BaseExceptionGroup("in parallel", members))
    assert result["status"] == status
    assert result["reasonForIncompletion"].startswith(f"in parallel ({len(members)} sub-exceptions): no; ")
    assert "never" in result["reasonForIncompletion"]


async def test_the_reason_of_a_task_group_is_what_its_tasks_raised() -> None:
    async def refuse() -> None:
        raise Terminal

    async def work() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(refuse())

    with pytest.raises(ExceptionGroup) as caught:
        await work()
    result = raised(caught.value, NOTHING, TASK).document(TASK, "me")
    assert result["status"] == "FAILED_WITH_TERMINAL_ERROR"
    assert result["reasonForIncompletion"] == "unhandled errors in a TaskGroup (1 sub-exception): Terminal"


def test_a_long_reason_is_cut_and_whole_in_the_log() -> None:
    text = "x" * 2000
    result = failure(ValueError(text))
    assert result["reasonForIncompletion"] == "x" * 500
    assert result["logs"][0]["log"] == text


def test_output_and_logs_of_the_context_survive_a_failure() -> None:
    result = failure(ValueError("no"), ContextData(logs=({"log": "before"},), output={"a": 1}))
    assert result["outputData"] == {"a": 1}
    assert result["logs"][0] == {"log": "before"}


LONE = "half \ud83d of a sign"


def test_an_error_text_that_no_body_can_carry_is_sent_without_what_cannot() -> None:
    document = raised(ValueError(LONE), NOTHING, TASK).document(TASK, "me")
    assert document["reasonForIncompletion"] == "half ? of a sign"
    assert b"half ? of a sign" in encoded(document)


class Numbers(pydantic.RootModel[list[int]]):
    pass


class Raw(pydantic.BaseModel):
    data: bytes
    parts: Numbers = Numbers([3])


@pytest.mark.parametrize(
    ("value", "output"),
    [
        (Numbers([1, 2]), {"result": [1, 2]}),
        (pydantic.RootModel[dict[str, int]]({"a": 1}), {"a": 1}),
        ({"numbers": Numbers([1])}, {"numbers": [1]}),
        ([Numbers([1])], {"result": [[1]]}),
        (Raw(data=b"\xff\xfe"), {"data": "//4=", "parts": [3]}),
        ({"raw": Raw(data=b"caf\xc3\xa9")}, {"raw": {"data": "café", "parts": [3]}}),
    ],
)
def test_models_of_lists_and_of_bytes_become_output(value: Any, output: Any) -> None:
    document = body(value)
    assert (document["status"], document["outputData"]) == ("COMPLETED", output)


def test_a_task_that_is_given_back_keeps_what_it_has_put_out_before() -> None:
    begun = PolledTask({"taskId": "t1", "workflowInstanceId": "w1", "outputData": {"page": 3}})
    assert given_back("later", begun).output == {"page": 3}
    assert given_back("later", TASK).output == {}


def test_an_own_result_without_a_status_is_completed() -> None:
    assert body(TaskResult(output_data={"a": 1}))["status"] == "COMPLETED"
