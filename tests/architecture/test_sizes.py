"""How big a file and a function may be."""

from __future__ import annotations

import statistics

from tests._support.sources import all_sources, product_sources

LONGEST_FILE = 500
MEDIAN_FILE = 150
LONGEST_FUNCTION = 60
USUAL_FUNCTION = 25
USUAL_SHARE = 0.9


def test_no_file_is_longer_than_500_lines() -> None:
    lengths = {source.name: source.text.count("\n") for source in all_sources()}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_the_usual_file_is_short() -> None:
    lengths = [source.text.count("\n") for source in product_sources()]
    assert statistics.median(lengths) <= MEDIAN_FILE


def test_no_function_is_longer_than_60_lines() -> None:
    found = {
        f"{source.name}:{function.line} {function.name}": function.length
        for source in all_sources()
        for function in source.functions
        if function.length > LONGEST_FUNCTION
    }
    assert found == {}


def test_nine_of_ten_functions_are_short() -> None:
    lengths = [function.length for source in product_sources() for function in source.functions]
    assert sum(length <= USUAL_FUNCTION for length in lengths) / len(lengths) >= USUAL_SHARE
