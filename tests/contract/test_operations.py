"""Every method of every installed client against the server's OpenAPI document."""

from __future__ import annotations

import pytest

from conductor_core._call import NO_BODY
from tests.contract import _spec
from tests.contract._calls import Sent, all_sent, answer_of, clients, methods
from tests.contract._shapes import described_body, described_type, first_model

SENT = all_sent()
DOCUMENTED = [sent for sent in SENT if sent.key in _spec.operations()]
every_call = pytest.mark.parametrize("sent", SENT, ids=str)
every_call_with_a_model = pytest.mark.parametrize("sent", [s for s in DOCUMENTED if first_model(s.call.body)], ids=str)
every_documented_call = pytest.mark.parametrize("sent", DOCUMENTED, ids=str)

# Fields that the document lacks and servers know, by schema.
FIELDS_NOT_DOCUMENTED = {"ExtendedTaskDef": {"backoffJitterMs", "maxRetryDelaySeconds"}}
# Fields that the document requires and servers have a default for.
FIELDS_WITH_DEFAULT = {"ExtendedTaskDef": {"timeoutSeconds", "totalTimeoutSeconds"}}
LEAST_COVERED = 49


def test_every_method_sends_something() -> None:
    assert {(sent.client, sent.method) for sent in SENT} == set(methods())
    assert set(clients()) >= {"metadata", "tasks", "workflows"}


@every_call
def test_the_server_has_the_operation(sent: Sent) -> None:
    assert sent.key in _spec.operations() or _spec.served_by_open_source().get(sent.key)


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
    assert names <= operation.names("query")
    assert operation.names("query", required=True) <= names


@every_documented_call
def test_the_headers_are_the_documented_ones(sent: Sent) -> None:
    names = {name for name, _ in sent.call.headers}
    assert names <= _spec.operations()[sent.key].names("header")


@every_documented_call
def test_the_body_is_of_the_documented_schema(sent: Sent) -> None:
    expected = _spec.described(_spec.operations()[sent.key].body)
    if sent.key in _spec.TEXT_BODIES:
        assert sent.call.text is not None
    else:
        body = sent.call.body
        assert ("" if body is NO_BODY else described_body(body)) == expected
        assert sent.call.text is None


@every_call_with_a_model
def test_the_fields_of_the_body_are_documented(sent: Sent) -> None:
    model = first_model(sent.call.body)
    assert model is not None
    name = _spec.described(_spec.operations()[sent.key].body).removeprefix("list[").removesuffix("]")
    known = set(_spec.schema(name)["properties"]) | FIELDS_NOT_DOCUMENTED.get(name, set())
    aliases = {info.alias or field for field, info in type(model).model_fields.items()}
    assert aliases <= known
    required = set(_spec.schema(name).get("required", [])) - FIELDS_WITH_DEFAULT.get(name, set())
    assert required <= set(model.to_wire())


@every_documented_call
def test_the_answer_is_of_the_documented_schema(sent: Sent) -> None:
    expected = _spec.described(_spec.operations()[sent.key].answer)
    ours = described_type(sent.call.returns)
    if ours == "":
        assert expected in {"", "object"}
    else:
        assert expected in ours.split(" | ")


@every_documented_call
def test_an_answer_made_from_the_schema_can_be_read(sent: Sent) -> None:
    answer = answer_of(sent.call)
    assert (answer is None) == (sent.call.returns is None)


def test_the_coverage_of_the_document_does_not_shrink() -> None:
    assert len(_spec.operations()) == 272
    assert len({sent.key for sent in DOCUMENTED}) >= LEAST_COVERED
