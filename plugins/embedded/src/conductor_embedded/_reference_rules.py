"""The rule of expressions in a definition: `${ref...}` names `workflow` or a task of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from conductor_embedded._json import is_list, is_object
from conductor_embedded.expressions import TASK_ID_NAME, Expression, expressions, is_valid_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

_ENVIRONMENT = frozenset({TASK_ID_NAME, "NETFLIX_ENV", "NETFLIX_STACK"})

_BRACKETS: Final = re.compile(r"\[[^\]]*\]")
"""Filters and quoted names, which may hold spaces."""


def reference_errors(tasks: Sequence[Mapping[str, object]], references: AbstractSet[str]) -> Iterator[str]:
    """Yield a message for each expression that cannot be resolved; as on the real server, of outer tasks only."""
    for task in tasks:
        for key, text in _texts("inputParameters", task.get("inputParameters")):
            for expression in expressions(text):
                yield from _messages(expression, key, text, str(task.get("name")), references)


def _texts(key: str, value: object) -> Iterator[tuple[str, str]]:
    """Yield every text of a template with the key that it belongs to."""
    if isinstance(value, str):
        yield key, value
    elif is_object(value):
        for name, item in value.items():
            yield from _texts(name, item)
    elif is_list(value):
        for item in value:
            yield from _texts(key, item)


def _messages(
    expression: Expression, key: str, text: str, task_name: str, references: AbstractSet[str]
) -> Iterator[str]:
    for inner in expression.parts:
        if isinstance(inner, Expression):
            yield from _messages(inner, key, text, task_name, references)
    source = expression.source
    root = source.split(".")[0]
    if root in _ENVIRONMENT or root.startswith("${"):
        return
    is_plain = all(isinstance(part, str) for part in expression.parts)
    if (
        not source
        or any(map(str.isspace, _BRACKETS.sub("", source)))
        or (root == "workflow" and is_plain and not is_valid_path(source))
    ):
        yield f"key: {key} input parameter value: {source} is not valid"
    elif root != "workflow" and root not in references:
        yield (
            f"taskReferenceName: {root} for given task: {task_name} input value: {key} of input parameter: {text} "
            "is not defined in workflow definition."
        )
