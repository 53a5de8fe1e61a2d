"""Reads the `query`, `freeText` and `sort` parameters of searches."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from conductor_embedded.errors import InvalidRequest
from conductor_embedded.store import Condition, Query

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_SIZE: Final = 5000
_LONGEST_TEXT: Final = 1000
_AND: Final = re.compile(r"\s+AND\s+(?=(?:[^'\"]|'[^']*'|\"[^\"]*\")*$)", re.IGNORECASE)
_CONDITION: Final = re.compile(
    r"\s*(?P<field>\w+)\s*(?:(?P<many>NOT\s+IN|IN)\s*\((?P<list>.*)\)|(?P<operator><=|>=|!=|=|<|>)\s*(?P<value>.*?))\s*",
    re.IGNORECASE | re.DOTALL,
)
_ITEM: Final = re.compile(r"\s*(?:'([^']*)'|\"([^\"]*)\"|([^,]*?))\s*(?:,|$)")


def parse_query(columns: Mapping[str, str], query: str, free_text: str, start: int, size: int, sort: str) -> Query:
    """Turn the parameters of a search into a `Query`.

    Args:
        columns: The fields that may be asked for, with their columns.
        query: `field = value AND field IN (a, b)`, with or without quotes around values.
        free_text: A part of an id, a name or the document, in whatever case, with `*` for any text; nothing for all.
        start: How many hits to skip.
        size: How many hits to return, at most 5000.
        sort: `field:ASC,field:DESC`.

    Raises:
        InvalidRequest: The query cannot be read, or names a field that there is not.
    """
    if start < 0 or size < 0:
        raise InvalidRequest(f"start and size must not be negative: start={start}, size={size}")
    if len(free_text) > _LONGEST_TEXT:
        raise InvalidRequest(f"freeText must have at most {_LONGEST_TEXT} characters, not {len(free_text)}")
    return Query(
        conditions=tuple(_conditions(columns, query)),
        free_text=None if free_text.strip() in {"", "*"} else free_text.strip(),
        start=start,
        size=min(size, MAX_SIZE),
        sort=tuple(_sort(columns, sort)),
    )


def _conditions(columns: Mapping[str, str], query: str) -> Iterator[Condition]:
    if not query.strip():
        return
    for part in _AND.split(query.strip()):
        match = _CONDITION.fullmatch(part)
        if match is None:
            raise InvalidRequest(f"query: cannot read {part!r}; write field = value, field IN (a, b), joined by AND")
        column = _column(columns, match["field"])
        if match["many"]:
            operator = " ".join(match["many"].upper().split())
            yield Condition(column, operator, tuple(_items(match["list"])))
        else:
            yield Condition(column, match["operator"], (_unquote(match["value"]),))


def _column(columns: Mapping[str, str], name: str) -> str:
    column = columns.get(name)
    if column is None:
        raise InvalidRequest(f"query: there is no field {name!r}; the fields are {', '.join(columns)}")
    return column


def _items(text: str) -> Iterator[str]:
    position = 0
    while position < len(text):
        match = _ITEM.match(text, position)
        if match is None or match.end() == position:
            raise InvalidRequest(f"query: cannot read the list ({text})")
        position = match.end()
        quoted = match[1] if match[1] is not None else match[2]
        value = match[3] if quoted is None else quoted
        if value or quoted is not None:
            yield value


def _unquote(text: str) -> str:
    quotes = {"'", '"'}
    return text[1:-1] if len(text) > 1 and text[0] in quotes and text[-1] == text[0] else text


def _sort(columns: Mapping[str, str], sort: str) -> Iterator[tuple[str, bool]]:
    for part in filter(None, (item.strip() for item in sort.split(","))):
        name, _, direction = part.partition(":")
        yield _column(columns, name.strip()), direction.strip().upper() == "DESC"
