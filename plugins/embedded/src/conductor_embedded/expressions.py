"""Expressions: replaces `${...}` in any JSON template by values of an execution. Pure.

An expression is a JSONPath over one document that holds `workflow` and every task by its reference name. What is
missing becomes null. A text that is one expression keeps the value's type, any other text gets the value's text form.
`$${x}` stands for the text `${x}`, an expression may stand inside another, and keys are never replaced.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from conductor_embedded._java_text import java_text
from conductor_embedded._json import is_list, is_object
from conductor_embedded._json_path import InvalidPathError, compile_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TASK_ID_NAME = "CPEWF_TASK_ID"
"""`${CPEWF_TASK_ID}` is the task's own id: the context holds it under this key, where there is a task."""

_DEFERRED = "workflow.secrets."


@dataclass(frozen=True, slots=True)
class Expression:
    """What stands between `${` and `}`: texts and inner expressions."""

    parts: tuple[str | Expression, ...]

    @property
    def source(self) -> str:
        """The text as it was written."""
        return "".join(part if isinstance(part, str) else f"${{{part.source}}}" for part in self.parts)


_Parts: TypeAlias = tuple[str | Expression, ...]


def resolve(template: object, context: Mapping[str, object]) -> object:
    """Return the template with all its expressions replaced.

    Args:
        template: Any JSON value. It is not changed; values found in the context are used as they are, not copied.
        context: `{"workflow": {...}, "<ref>": {"input": ..., "output": ...}}`, and `CPEWF_TASK_ID` where it is known.
    """
    if isinstance(template, str):
        return _resolve_text(template, context) if "$" in template else template
    if is_object(template):
        return {key: resolve(value, context) for key, value in template.items()}
    if is_list(template):
        return [resolve(item, context) for item in template]
    return template


def expressions(template: object) -> Iterator[Expression]:
    """Yield every outermost expression of a template."""
    if isinstance(template, str):
        yield from (part for part in _parse(template) if isinstance(part, Expression))
    elif is_object(template):
        for value in template.values():
            yield from expressions(value)
    elif is_list(template):
        for item in template:
            yield from expressions(item)


def references(template: object) -> set[str]:
    """Return the root names of all expressions, inner ones included: `workflow` or reference names of tasks."""
    return {root for expression in expressions(template) for root in _roots(expression)}


def is_valid_path(path: str) -> bool:
    """Tell whether a text can stand between `${` and `}`."""
    try:
        compile_path(path)
    except InvalidPathError:
        return False
    return bool(path.strip())


def _roots(expression: Expression) -> Iterator[str]:
    first = expression.parts[0] if expression.parts else ""
    if isinstance(first, str):
        yield first.partition(".")[0].partition("[")[0]
    for part in expression.parts:
        if isinstance(part, Expression):
            yield from _roots(part)


def _resolve_text(text: str, context: Mapping[str, object]) -> object:
    parts = _parse(text)
    if len(parts) == 1 and isinstance(parts[0], Expression):
        return _value(parts[0], context)
    return "".join(_text(part, context) for part in parts)


def _text(part: str | Expression, context: Mapping[str, object]) -> str:
    if isinstance(part, str):
        return part
    path = _path_of(part, context)
    value = _read(path, context)
    # The real server keeps the matches of an indefinite path in a list of its own kind, which prints as JSON.
    if is_list(value) and not compile_path(path).definite:
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return java_text(value)


def _value(expression: Expression, context: Mapping[str, object]) -> object:
    return _read(_path_of(expression, context), context)


def _path_of(expression: Expression, context: Mapping[str, object]) -> str:
    return "".join(_text(part, context) for part in expression.parts)


def _read(path: str, context: Mapping[str, object]) -> object:
    if not path.strip():
        return ""
    if path.startswith(_DEFERRED):
        return f"${{{path}}}"  # it stays as it is until the task is handed out
    if path == TASK_ID_NAME:
        return context.get(TASK_ID_NAME, f"${{{TASK_ID_NAME}}}")
    try:
        return compile_path(path).read(context)
    except InvalidPathError:
        return None


@lru_cache(maxsize=4096)
def _parse(text: str) -> _Parts:
    """Split a text into literal parts, with `$${` already turned into `${`, and expressions."""
    parts: list[str | Expression] = []
    literal_from = position = 0
    while (start := text.find("${", position)) >= 0:
        end = _closing_brace(text, start + 2)
        position = start + 2
        if end is None or text[:start].endswith("$"):
            continue
        position = end + 1
        parts.append(text[literal_from:start].replace("$${", "${"))
        parts.append(Expression(_parse(text[start + 2 : end])))
        literal_from = position
    parts.append(text[literal_from:].replace("$${", "${"))
    return tuple(part for part in parts if part != "")


def _closing_brace(text: str, position: int) -> int | None:
    depth = 1
    for index in range(position, len(text)):
        if text[index] == "{":
            depth += 1
        elif text[index] == "}":
            depth -= 1
            if depth == 0:
                return index
    return None
