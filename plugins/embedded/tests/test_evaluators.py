"""Values and reasons in the first two tables were observed on the real server."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

import pytest

from conductor_embedded.evaluators import EvaluationError, Evaluators, ScriptTimeoutError, UnknownEvaluatorError
from conductor_embedded.evaluators._javascript import JavaScript

if TYPE_CHECKING:
    from collections.abc import Mapping

DATA: dict[str, object] = {"a": {"b": [1, 2]}, "n": 3, "f": 2.5, "z": None, "s": "str", "ä": "ö\u2028\U0001f600"}


def evaluate(expression: str, evaluator_type: str = "javascript", data: Mapping[str, object] = DATA) -> object:
    return Evaluators().evaluate(evaluator_type, expression, data)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("1+1", 2),
        ("$.a.b[1]", 2),
        ("$.f*2", 5),
        ("$.f", 2.5),
        ("$.z", None),
        ("$.nope", None),
        ("undefined", None),
        ("NaN", "NaN"),
        ("1/0", "Infinity"),
        ("'x'", "x"),
        ("true", True),
        ("[1,2.0,NaN,undefined]", [1, 2, "NaN", None]),
        ("({a:1,b:undefined,c:NaN,d:[1.0]})", {"a": 1, "b": None, "c": "NaN", "d": [1]}),
        ("(function(){return {r:$.n+1};})()", {"r": 4}),
        ("function e(){ return $.n+$.f; } e();", 5.5),
        ("var q=1;", None),
        ("if($.n>2){'y'}else{'n'}", "y"),
        ("1n", 1),
        ("Symbol('x')", {}),
        ("(function(){})", {}),
        ("new Map([[1,2]])", {"1": 2}),
        ("9007199254740993", 9007199254740992),
        ("$.s+1", "str1"),
        ("1e21", 1e21),
        ("0.1+0.2", 0.1 + 0.2),
        ("3000000000", 3000000000),
        ("({x:$.a})", {"x": {"b": [1, 2]}}),
        ("let y=4; y", 4),
        ("[1,[2,{z:3}]]", [1, [2, {"z": 3}]]),
        ("''", ""),
    ],
)
def test_value_of_a_script(script: str, expected: object) -> None:
    value = evaluate(script)

    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("x", "Error evaluating the script `ReferenceError: x is not defined` at line 1"),
        ("throw 'boom'", "Error evaluating the script `boom` at line 1"),
        ("throw new Error('bad')", "Error evaluating the script `Error: bad`"),
        ("\n\nfoo()", "Error evaluating the script `ReferenceError: foo is not defined` at line 3"),
        ("console.log(1)", "Error evaluating the script `ReferenceError: console is not defined` at line 1"),
        (
            "Java.type('java.lang.System')",
            "Error evaluating the script `ReferenceError: Java is not defined` at line 1",
        ),
    ],
)
def test_reason_of_a_failing_script(script: str, reason: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        evaluate(script)

    assert caught.value.message == reason
    assert caught.value.terminal


@pytest.mark.parametrize(
    "script", ["return 5", "1 +", "null.x", "throw null", "var a={};a.a=a;a", "function f(){return f()} f()"]
)
def test_other_failures_are_evaluation_errors(script: str) -> None:
    with pytest.raises(EvaluationError, match="Error evaluating the script"):
        evaluate(script)


def test_inputs_are_plain_values_not_those_of_another_language() -> None:
    assert evaluate("Object.keys($.a)") == ["b"]
    assert evaluate("JSON.stringify($.a)") == '{"b":[1,2]}'
    assert evaluate("$.ä") == "ö\u2028\U0001f600"


@pytest.mark.parametrize("script", ["while(true){}", "/(a+)+$/.test('a'.repeat(40)+'b')"])
def test_a_script_that_does_not_end_is_stopped(script: str) -> None:
    began = time.monotonic()

    with pytest.raises(ScriptTimeoutError, match=r"Script not evaluated within 0\.1 seconds, interrupted") as caught:
        JavaScript(time_limit=0.1)(script, {})

    assert time.monotonic() - began < 2
    assert not caught.value.terminal


@pytest.mark.parametrize(
    "script", ["var a=[];while(true)a.push('x'.repeat(1000))", "'x'.repeat(2**29)", "new Array(1e9).fill(1)"]
)
def test_a_script_that_takes_too_much_memory_is_stopped(script: str) -> None:
    # With no memory left there is sometimes none for the error either: the engine throws null then.
    with pytest.raises(EvaluationError, match=r"out of memory|`null`"):
        JavaScript()(script, {})


def test_each_script_starts_afresh() -> None:
    evaluators = Evaluators()
    evaluators.evaluate("javascript", "globalThis.left = 1; JSON.stringify = null; $.n = 7", DATA)

    assert evaluators.evaluate("javascript", "[typeof left, typeof JSON.stringify, $.n]", DATA) == [
        "undefined",
        "function",
        3,
    ]
    assert DATA["n"] == 3


@pytest.mark.parametrize("name", ["require", "process", "std", "os", "fetch", "setTimeout", "scriptArgs", "Worker"])
def test_nothing_outside_can_be_reached(name: str) -> None:
    assert evaluate(f"typeof {name}") == "undefined"


def test_an_import_loads_nothing() -> None:
    assert evaluate("let seen = 'no'; import('/etc/hostname').then(() => { seen = 'yes' }, () => {}); seen") == "no"


def test_a_value_nested_too_deeply_is_refused() -> None:
    with pytest.raises(EvaluationError):
        evaluate("let a=[]; for (let i=0;i<200000;i++) a=[a]; a")


@pytest.mark.parametrize("script", ["let a=[]; for (let i=0;i<300;i++) a=[a]; a", "['\\ud800']"])
def test_a_value_that_cannot_be_kept_is_refused(script: str) -> None:
    with pytest.raises(EvaluationError, match="The script's value cannot be used"):
        evaluate(script)


def test_input_that_is_no_json_is_refused() -> None:
    with pytest.raises(EvaluationError):
        evaluate("$.x", data={"x": math.nan})


def test_graaljs_is_javascript() -> None:
    assert evaluate("$.n + 1", "graaljs") == 4


def test_value_param_names_an_input() -> None:
    assert evaluate("a", "value-param") == {"b": [1, 2]}
    assert evaluate("zz", "value-param") is None


def test_an_unknown_evaluator_is_named() -> None:
    with pytest.raises(UnknownEvaluatorError, match="Unknown evaluator 'nope'"):
        evaluate("1", "nope")


def test_other_evaluators_can_be_given() -> None:
    evaluators = Evaluators({"shout": lambda expression, data: f"{data[expression]}!"})

    assert evaluators.names == {"shout"}
    assert evaluators.evaluate("shout", "s", DATA) == "str!"
