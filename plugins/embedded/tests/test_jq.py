"""The evaluator `jq`: what it may do, and what ends it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from conductor_embedded.evaluators import EvaluationError, Evaluators, ScriptTimeoutError
from conductor_embedded.evaluators._jq import PROGRAM, Jq

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

if sys.platform == "win32":
    pytest.skip("the library jq has no wheels for Windows", allow_module_level=True)


@pytest.fixture
def evaluate() -> Iterator[Jq]:
    """An evaluator that is closed at the end."""
    jq = Jq(query_seconds=5)
    yield jq
    jq.close()


def test_a_query_gives_all_its_results(evaluate: Jq) -> None:
    assert evaluate(".list[]", {"list": [1, None, "ü"]}) == [1, None, "ü"]
    assert evaluate("empty", {}) == []


def test_one_process_serves_many_queries(evaluate: Jq) -> None:
    evaluate(".", {})
    first = evaluate.pid
    with pytest.raises(EvaluationError, match="compile error"):
        evaluate(".a |||", {})
    with pytest.raises(EvaluationError, match="has no keys"):
        evaluate(".a | keys", {"a": "text"})
    assert evaluate("[.n, .n]", {"n": 2}) == [[2, 2]]
    assert evaluate.pid == first is not None


def test_an_endless_query_is_ended_and_the_next_one_works() -> None:
    jq = Jq(query_seconds=5)
    assert jq(".", {"n": 1}) == [{"n": 1}]
    jq.query_seconds = 0.3
    with pytest.raises(ScriptTimeoutError, match=r"not evaluated within 0\.3 seconds"):
        jq("last(range(infinite))", {})
    assert jq.pid is None
    assert jq(".n", {"n": 1}) == [1]
    jq.close()


def test_a_query_sees_no_environment(evaluate: Jq, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "hidden")
    assert "hidden" not in str(evaluate("[env, $ENV]", {}))


@pytest.mark.parametrize(
    "query",
    [
        'import "secret" as $s; $s',
        'include "secret"; .',
        '# words\n\n  import "secret" as $s; $s',
        'module {}; import "secret" as $s; $s',
    ],
)
def test_a_query_reads_no_files(query: str, evaluate: Jq, tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_text('"hidden"')
    with pytest.raises(EvaluationError, match="import and include are not allowed"):
        evaluate(query, {})
    assert evaluate('"import this, include that"', {}) == ["import this, include that"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds the memory of a process")
def test_a_query_that_needs_too_much_memory_is_ended(evaluate: Jq) -> None:
    evaluate(".", {})
    with pytest.raises(EvaluationError):
        evaluate('reduce range(40) as $n ("0123456789abcdef"; . + .) | length', {})
    assert evaluate(".n", {"n": 1}) == [1]


def test_without_the_library_the_message_says_what_to_install(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    run = f"runpy.run_path({str(PROGRAM)!r}, run_name='__main__')"
    program.write_text(f"import runpy, sys\nsys.modules['jq'] = None\n{run}\n")
    jq = Jq(program=program)
    for _ in range(2):
        with pytest.raises(EvaluationError, match=r"pip install 'conductor-embedded\[jq\]'"):
            jq(".", {})
    jq.close()


def test_the_standard_set_has_it_and_closes_it() -> None:
    evaluators = Evaluators()
    assert "jq" in evaluators.names
    assert evaluators.evaluate("jq", ".a", {"a": 1}) == [1]
    evaluators.close()
    Evaluators({}).close()
