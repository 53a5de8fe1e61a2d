"""How big a file and a function may be."""

from __future__ import annotations

import statistics

from tests._support.sources import FunctionNode, all_sources, product_sources

LONGEST_FILE = 500
MEDIAN_FILE = 150
LONGEST_FUNCTION = 60
USUAL_FUNCTION = 25
USUAL_SHARE = 0.9


def _lines(node: FunctionNode) -> int:
    """Lines of a function without its docstring: documentation is no reason to split."""
    first = node.body[0]
    body = node.body[1:] if _is_docstring(first) else node.body
    docstring = (first.end_lineno or first.lineno) - first.lineno + 1 if body is not node.body else 0
    return (node.end_lineno or node.lineno) - node.lineno + 1 - docstring


def _is_docstring(node: object) -> bool:
    value = getattr(node, "value", None)
    return isinstance(getattr(value, "value", None), str)


def test_no_file_is_longer_than_500_lines() -> None:
    lengths = {source.name: source.text.count("\n") for source in all_sources()}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_the_usual_file_is_short() -> None:
    lengths = [source.text.count("\n") for source in product_sources()]
    assert statistics.median(lengths) <= MEDIAN_FILE


def test_no_function_is_longer_than_60_lines() -> None:
    found = {
        f"{source.name}:{node.lineno} {node.name}": _lines(node)
        for source in all_sources()
        for node in source.functions()
        if _lines(node) > LONGEST_FUNCTION
    }
    assert found == {}


def test_nine_of_ten_functions_are_short() -> None:
    lengths = [_lines(node) for source in product_sources() for node in source.functions()]
    assert sum(length <= USUAL_FUNCTION for length in lengths) / len(lengths) >= USUAL_SHARE
