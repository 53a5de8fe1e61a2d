"""Expectations in `test_resolves_as_the_real_server` were observed on it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conductor_embedded._java_text import java_text
from conductor_embedded.expressions import expressions, is_valid_path, references, resolve

INPUT: dict[str, Any] = {
    "a": {"b": [1, 2, {"c": "x"}], "my-key": 5, "k e": 7, "l": "hello"},
    "f": 1.0,
    "g": 12345678.5,
    "h": 0.00012,
    "n": None,
    "t": True,
    "big": 12345678901234567890,
    "items": [{"id": 1, "p": 2.5}, {"id": 2, "p": 10}],
    "key": "b",
    "e": {},
    "el": [],
    "1": "one",
    "s": "a${x}b",
    "exp": 1e10,
    "nums": [3, 1, 2.5],
}
CONTEXT: dict[str, object] = {"workflow": {"input": INPUT, "status": "RUNNING"}, "t1": {"output": {"v": 9}}}

OBSERVED: list[tuple[object, object]] = [
    ("${workflow.input.a.b[0]}", 1),
    ("${workflow.input.a.b[-1].c}", "x"),
    ("${workflow.input.a.b[9]}", None),
    ("${workflow.input.a.b.length()}", 3),
    ("${workflow.input.a.length()}", 4),
    ("${workflow.input.a.l.length()}", None),
    ("${workflow.input.items[*].id}", [1, 2]),
    ("${workflow.input.items.id}", None),
    ("${workflow.input.items[?(@.id==2)]}", [{"id": 2, "p": 10}]),
    ("${workflow.input.items[?(@.id>5)]}", []),
    ("${workflow.input..id}", [1, 2]),
    ("${workflow.input.items[0:1]}", [{"id": 1, "p": 2.5}]),
    ("${workflow.input.a['my-key']}", 5),
    ("${workflow.input.a.my-key}", 5),
    ("${workflow.input.a['k','l']}", {"l": "hello"}),
    ("${workflow.input.items[0]['id','p']}", {"id": 1, "p": 2.5}),
    ("m ${workflow.input.a}", "m {b=[1, 2, {c=x}], my-key=5, k e=7, l=hello}"),
    ("${workflow.input.items} ${workflow.input.e} ${workflow.input.el}", "[{id=1, p=2.5}, {id=2, p=10}] {} []"),
    ("$${workflow.input.f}", "${workflow.input.f}"),
    ("a $${x} ${workflow.input.t}", "a ${x} true"),
    ("$$${workflow.input.t}", "$${workflow.input.t}"),
    ("$ ${workflow.input.t}$", "$ true$"),
    ("${workflow.input.a.${workflow.input.key}}", [1, 2, {"c": "x"}]),
    ("${workflow.input.1}", "one"),
    ("${workflow.input.s} z", "a${x}b z"),
    ("${workflow.input.s}", "a${x}b"),
    ("${workflow.input.nope.x}", None),
    ("z${workflow.input.nope}", "znull"),
    ("${workflow.input.items.sum()}", None),
    ("${workflow.input.items[*].p.sum()}", None),
    ("${workflow.input.nums.sum()}", 6.5),
    ("${workflow.input.nums.max()}", 3.0),
    ("${workflow.input.nums.min()}", 1.0),
    ("${workflow.input.nums.avg()}", 6.5 / 3),
    ("${workflow.input.items..id.length()}", [None, None]),
    ("${workflow.input.a.keys()}", ["b", "my-key", "k e", "l"]),
    ("${workflow.input.items.size()}", 2),
    ("${workflow.input.items.first()}", {"id": 1, "p": 2.5}),
    ("${workflow.input.items.last()}", {"id": 2, "p": 10}),
    ("${workflow.input.items[0,1].id}", [1, 2]),
    ("${workflow.input.a.*}", [[1, 2, {"c": "x"}], 5, 7, "hello"]),
    ("${workflow.input.items[1:].id}", [2]),
    ("${workflow.input.nope[*].x}", []),
    ("${workflow.input.items[?(@.id==1&&@.p<3)].p}", [2.5]),
    ("${workflow.input.items[*]}${workflow.input.t}", '[{"id":1,"p":2.5},{"id":2,"p":10}]true'),
    ("${workflow.input.t", "${workflow.input.t"),
    ("}${workflow.input.t}", "}true"),
    ("${workflow.input.exp}", 10000000000.0),
    ({"${workflow.input.t}": "${workflow.input.t}"}, {"${workflow.input.t}": True}),
    (["${workflow.input.t}", [1, "${workflow.input.n}"]], [True, [1, None]]),
    ("${workflow.input.a.b.c}", None),
    ("${workflow.input['a']['b'][1]}", 2),
    ('${workflow.input["1"]}', "one"),
    ("${workflow.status}", "RUNNING"),
    ("${t1.output.v}", 9),
]


@pytest.mark.parametrize(("template", "expected"), OBSERVED, ids=[json.dumps(case[0]) for case in OBSERVED])
def test_resolves_as_the_real_server(template: object, expected: object) -> None:
    assert resolve(template, CONTEXT) == expected


def test_texts_of_scalars() -> None:
    template = " ".join(f"${{workflow.input.{name}}}" for name in ("f", "g", "h", "n", "t", "big", "exp"))

    assert resolve(template, CONTEXT) == "1.0 1.23456785E7 1.2E-4 null true 12345678901234567890 1.0E10"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.0"),
        (-0.5, "-0.5"),
        (0.001, "0.001"),
        (9999999.0, "9999999.0"),
        (-12345678.0, "-1.2345678E7"),
        (1e22, "1.0E22"),
        (1.5e-9, "1.5E-9"),
        (float("nan"), "NaN"),
        (float("inf"), "Infinity"),
        (float("-inf"), "-Infinity"),
        ({"a": [None, False]}, "{a=[null, false]}"),
    ],
)
def test_java_text(value: object, text: str) -> None:
    assert java_text(value) == text


def test_a_dollar_prefix_is_the_document() -> None:
    assert resolve("${$.workflow.input.key}", CONTEXT) == "b"


def test_blank_expressions_are_empty_texts() -> None:
    assert resolve("${}", CONTEXT) == ""
    assert resolve("a${  }b", CONTEXT) == "ab"


def test_the_task_id_is_known_only_where_there_is_a_task() -> None:
    assert resolve("${CPEWF_TASK_ID}", CONTEXT) == "${CPEWF_TASK_ID}"
    assert resolve("id ${CPEWF_TASK_ID}", CONTEXT | {"CPEWF_TASK_ID": "42"}) == "id 42"


@pytest.mark.parametrize("path", ["workflow.input[?(@.x==1].p", "workflow.input[a]", "a[", "a..", "a.[0]"])
def test_what_is_no_path_gives_null(path: str) -> None:
    assert not is_valid_path(path)
    assert resolve(f"${{{path}}}", CONTEXT) is None


def test_an_unclosed_expression_is_text_and_hides_no_other() -> None:
    assert resolve("${a ${workflow.input.t}", CONTEXT) == "${a true"


def test_the_template_is_not_changed() -> None:
    template = {"x": ["${workflow.input.t}"], "y": {"z": "$${q}"}}

    resolved = resolve(template, CONTEXT)

    assert resolved == {"x": [True], "y": {"z": "${q}"}}
    assert template == {"x": ["${workflow.input.t}"], "y": {"z": "$${q}"}}


def test_references_are_root_names_inner_ones_included() -> None:
    template = {"a": "${t1.output.${t2.output.key}} and ${workflow.input.x}", "b": ["$${t9.x}", {"c": "${t3['q']}"}]}

    assert references(template) == {"t1", "t2", "t3", "workflow"}
    assert [expression.source for expression in expressions("x ${a.b} ${c.${d}}")] == ["a.b", "c.${d}"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(), children, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_a_whole_value_expression_keeps_type_and_value(value: object) -> None:
    resolved = resolve("${workflow.input.v}", {"workflow": {"input": {"v": value}}})

    assert resolved == value
    assert type(resolved) is type(value)


@given(st.text(), st.dictionaries(st.text(), JSON, max_size=2))
def test_no_text_makes_it_fail(text: str, context: dict[str, object]) -> None:
    for template in (text, f"${{{text}}}", f"a${{workflow.{text}}}"):
        resolve(template, context)


@given(st.text(alphabet=st.characters(exclude_characters="$")))
def test_a_text_without_dollar_is_itself(text: str) -> None:
    assert resolve(text, {}) == text
