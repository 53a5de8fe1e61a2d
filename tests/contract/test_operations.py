"""Every method of every installed client against the server's OpenAPI document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest
from pydantic import BaseModel

from conductor_core._call import NO_BODY
from tests.contract import _spec
from tests.contract._calls import Sent, all_sent, answer_of, clients, methods
from tests.contract._corrections import PARTS, corrections
from tests.contract._coverage import OWNERS, missing
from tests.contract._examples import misfits

if TYPE_CHECKING:
    from collections.abc import Iterator

SENT = all_sent()
DOCUMENTED = [sent for sent in SENT if sent.key in _spec.operations()]
every_call = pytest.mark.parametrize("sent", SENT, ids=str)
every_documented_call = pytest.mark.parametrize("sent", DOCUMENTED, ids=str)


def test_every_method_sends_something() -> None:
    assert {(sent.client, sent.method) for sent in SENT} == set(methods())
    assert set(clients()) >= {"metadata", "tasks", "workflows"}


@every_call
def test_the_server_has_the_operation(sent: Sent) -> None:
    known = sent.key in _spec.operations() or _spec.served_by_open_source().get(sent.key)
    assert known or sent.key in _spec.undocumented()


@every_call
def test_a_hint_says_what_to_use_where_the_open_source_server_lacks_it(sent: Sent) -> None:
    if not _spec.served_by_open_source()[sent.key]:
        assert sent.call.hint


@every_call
def test_what_the_open_source_server_would_take_for_another_operation_says_so(sent: Sent) -> None:
    assert sent.call.orkes_only == (sent.key in _spec.taken_for_another())


@every_documented_call
def test_the_query_is_the_documented_one(sent: Sent) -> None:
    operation = _spec.operations()[sent.key]
    names = {name for name, _ in sent.call.query}
    assert operation.is_free("query") or names <= operation.names("query")
    assert operation.names("query", required=True) <= names


@every_documented_call
def test_the_headers_are_the_documented_ones(sent: Sent) -> None:
    operation = _spec.operations()[sent.key]
    names = {name for name, _ in sent.call.headers}
    assert operation.names("header", required=True) <= names
    assert operation.is_free("headers") or names <= operation.names("header")


@every_documented_call
def test_the_body_fits_the_documented_schema(sent: Sent) -> None:
    expected = _spec.operations()[sent.key].body
    kind = (expected or {}).get("x-content")
    assert (sent.call.content is not None) == (kind == "bytes")
    assert (sent.call.text is not None) == (kind == "text")
    assert (sent.call.body is not NO_BODY) == (expected is not None and kind is None)
    assert list(misfits(sent.document, expected)) == []


@every_documented_call
def test_an_answer_made_from_the_schema_is_read_without_a_field_left_over(sent: Sent) -> None:
    expected = _spec.operations()[sent.key].answer
    if sent.call.returns is None:
        plain = _spec.resolved(expected)
        assert plain.get("type") in {None, "object"}
        assert not plain.get("properties")
    else:
        assert expected is not None
        assert list(_left_over(answer_of(sent.call))) == []


def _left_over(value: Any, path: str = "answer") -> Iterator[str]:
    """Name the fields of an answer that its models do not have."""
    if isinstance(value, BaseModel):
        yield from (f"{path}.{name}" for name in value.model_extra or {})
        for name in type(value).model_fields:
            yield from _left_over(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, list | dict):
        inner = cast("list[Any] | dict[str, Any]", value)
        for item in inner.values() if isinstance(inner, dict) else inner:
            yield from _left_over(item, f"{path}[]")


def test_every_operation_of_the_documents_has_a_client() -> None:
    paths = (_spec.document()["paths"], _spec.open_source_document()["paths"])
    assert [sum(len(verbs) for verbs in part.values()) for part in paths] == [272, 49]
    assert {operation.tag for operation in _spec.operations().values()} == set(OWNERS)
    assert [f"{operation.key[0]} {operation.path}" for operation in missing()] == []


def test_every_correction_is_about_something_and_says_why() -> None:
    paths = {(key[0], operation.path) for key, operation in _spec.operations().items()}
    for row in corrections():
        assert row.part in PARTS
        assert row.reason
        if row.part in {"field", "optional"}:
            schema, _, field = row.name.partition(".")
            documented = _spec.documented_schema(schema)
            known = field in documented["properties"]
            assert field in documented.get("required", []) if row.part == "optional" else True
            assert not (row.part == "field" and known and documented["properties"][field] == row.value)
        else:
            assert ((row.method, row.path) in paths) == (row.part not in {"operation", "other_route"})
