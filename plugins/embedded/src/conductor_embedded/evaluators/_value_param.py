"""The evaluator `value-param`: the expression names an input parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def evaluate_value_param(expression: str, data: Mapping[str, object]) -> object:
    """Return the input parameter of that name, None when there is none."""
    return data.get(expression)
