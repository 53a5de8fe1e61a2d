"""Calls are values: what goes into the path, the query and the headers, and what is refused before any I/O."""

from __future__ import annotations

import dataclasses
from enum import Enum, StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conductor_core import Call, delete, get, patch, post, put
from conductor_core._call import NO_BODY
from conductor_core.errors import ConductorError, InvalidArgumentError
from conductor_core.http import URL


class Color(StrEnum):
    RED = "red one"


class Number(Enum):
    TWO = 2


@pytest.mark.parametrize(
    ("argument", "segment"),
    [
        ("plain-Id_1.0~", "plain-Id_1.0~"),
        ("a/b", "a%2Fb"),
        ("../..", "..%2F.."),
        ("a b", "a%20b"),
        ("a?b#c", "a%3Fb%23c"),
        ("100%", "100%25"),
        ("%2e%2e", "%252e%252e"),
        ("{}", "%7B%7D"),
        ("größe", "gr%C3%B6%C3%9Fe"),
        ("...", "..."),
        (7, "7"),
        (Color.RED, "red%20one"),
        (Number.TWO, "2"),
    ],
)
def test_path_arguments_are_quoted(argument: object, segment: str) -> None:
    assert get("/workflow/{}/x", argument).target == f"/workflow/{segment}/x"


@pytest.mark.parametrize("argument", ["", " ", "\t", ".", "..", None, True, 1.5, ["a"], b"a", "\ud800"])
def test_what_is_no_id_is_refused(argument: object) -> None:
    with pytest.raises(InvalidArgumentError, match=r"path argument 2 of '/a/\{\}/b/\{\}'"):
        get("/a/{}/b/{}", "fine", argument)


def test_the_number_of_path_arguments_must_fit() -> None:
    with pytest.raises(InvalidArgumentError, match="needs more"):
        get("/a/{}/{}", "x")
    with pytest.raises(InvalidArgumentError, match="takes fewer"):
        get("/a/{}", "x", "y")


def test_a_refusal_is_a_value_error_too() -> None:
    with pytest.raises(ValueError, match="is empty") as caught:
        get("/a/{}", "")
    assert isinstance(caught.value, ConductorError)


@given(st.text(min_size=1).filter(lambda text: text.strip() and text not in (".", "..")))
def test_no_argument_leaves_its_segment(argument: str) -> None:
    try:
        target = get("/before/{}/after", argument).target
    except InvalidArgumentError:
        assert any("\ud800" <= character <= "\udfff" for character in argument)
        return
    path = URL(f"http://server/api{target}").raw_path.decode()
    assert path.count("/") == 4
    assert path.startswith("/api/before/")
    assert path.endswith("/after")


def test_query_values_have_one_form() -> None:
    query: dict[str, Any] = {
        "none": None,
        "no": False,
        "yes": True,
        "number": 5,
        "enum": Color.RED,
        "list": ["a", 1, True],
        "tuple": (Number.TWO,),
        "empty": [],
        "text": "",
    }
    assert get("/x", query=query).query == (
        ("no", "false"),
        ("yes", "true"),
        ("number", "5"),
        ("enum", "red one"),
        ("list", "a"),
        ("list", "1"),
        ("list", "true"),
        ("tuple", "2"),
        ("text", ""),
    )


def test_headers_are_pairs_without_what_is_none() -> None:
    assert post("/x", headers={"X-Key": "k", "X-None": None}).headers == (("X-Key", "k"),)


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\x00", "\u2028", "ü"])
def test_a_header_cannot_smuggle(value: str) -> None:
    with pytest.raises(InvalidArgumentError, match="header X-Key may hold printable ASCII only"):
        get("/x", headers={"X-Key": value})


def test_a_query_value_that_is_no_text_is_refused() -> None:
    with pytest.raises(InvalidArgumentError, match="name is no valid text"):
        get("/x", query={"name": "\ud800"})


@pytest.mark.parametrize(
    ("call", "method", "repeatable"),
    [
        (get("/x"), "GET", True),
        (put("/x"), "PUT", True),
        (delete("/x"), "DELETE", True),
        (post("/x"), "POST", False),
        (patch("/x"), "PATCH", False),
        (post("/x", repeatable=True), "POST", True),
        (put("/x", repeatable=False), "PUT", False),
    ],
)
def test_verbs_know_whether_they_may_be_sent_twice(call: Call[None], method: str, repeatable: bool) -> None:  # noqa: FBT001
    assert (call.method, call.repeatable) == (method, repeatable)


def test_a_call_is_a_frozen_value() -> None:
    one, two = get("/x/{}", "a", query={"b": 1}), get("/x/{}", "a", query={"b": 1})
    assert one == two
    assert hash(one) == hash(two)
    assert one.template == "/x/{}"
    assert one.body is NO_BODY
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.method = "POST"  # type: ignore[misc]  # that is the point


def test_a_body_of_none_is_a_body() -> None:
    assert post("/x", body=None).body is None
    assert post("/x").body is NO_BODY


def test_a_flow_yields_a_call_and_gets_its_answer() -> None:
    def flow() -> Any:
        answer = yield from get("/x", returns=int)
        return answer + 1

    steps = flow()
    assert next(steps) == get("/x", returns=int)
    with pytest.raises(StopIteration) as stop:
        steps.send(41)
    assert stop.value.value == 42
