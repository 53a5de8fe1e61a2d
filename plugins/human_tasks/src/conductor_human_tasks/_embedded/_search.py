"""Searches of people's tasks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from conductor_embedded.routing import InvalidRequest
from conductor_human_tasks._embedded._work import Document, as_items, as_object, as_objects

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PAGE: Final = 15
LARGEST_PAGE: Final = 1000
_ENDED: Final = frozenset({"COMPLETED", "TIMED_OUT", "DELETED"})
_LISTS: Final = {
    "states": "state",
    "definitionNames": "definitionName",
    "displayNames": "displayName",
    "taskRefNames": "taskRefName",
    "workflowIds": "workflowId",
    "workflowNames": "workflowName",
}


def search(entries: Iterable[Document], wanted: Mapping[str, object]) -> Document:
    """Return a HumanTaskSearchResult document.

    Raises:
        InvalidRequest: the page is not one, or is too large.
    """
    start, size = _number(wanted, "start", 0), _number(wanted, "size", PAGE)
    if start < 0 or not 0 <= size <= LARGEST_PAGE:
        raise InvalidRequest(f"start must be 0 or more and size from 0 to {LARGEST_PAGE}, got {start} and {size}")
    found = matching(entries, wanted)
    page = found[start : start + size]
    return {
        "start": start,
        "pageSizeLimit": LARGEST_PAGE,
        "hits": len(page),
        "totalHits": len(found),
        "results": page,
    }


def matching(entries: Iterable[Document], wanted: Mapping[str, object]) -> list[Document]:
    """Return the entries that fit a search, without regard to its page."""
    return [entry for entry in entries if _fits(entry, wanted)]


def _fits(entry: Document, wanted: Mapping[str, object]) -> bool:
    if wanted.get("searchType") == "INBOX" and not wanted.get("states") and entry["state"] in _ENDED:
        return False
    return (
        all(_is_in(entry.get(field), wanted.get(name)) for name, field in _LISTS.items())
        and _is_one_of(entry.get("assignee"), as_objects(wanted.get("assignees")))
        and _is_one_of(entry.get("claimant"), as_objects(wanted.get("claimants")))
        and _is_between(entry, wanted)
        and _holds(as_object(entry.get("input")), wanted.get("taskInputQuery"))
        and _holds(as_object(entry.get("output")), wanted.get("taskOutputQuery"))
        and _holds(entry, wanted.get("fullTextQuery"))
    )


def _is_in(value: object, allowed: object) -> bool:
    return not as_items(allowed) or value in as_items(allowed)


def _is_one_of(user: object, wanted: list[Document]) -> bool:
    mine = as_object(user)
    return not wanted or any(
        mine and one.get("user") in (None, mine.get("user")) and one.get("userType") in (None, mine.get("userType"))
        for one in wanted
    )


def _is_between(entry: Document, wanted: Mapping[str, object]) -> bool:
    changed = _number(entry, "updatedOn", 0)
    end = _number(wanted, "updateEndTime", 0)
    return changed >= _number(wanted, "updateStartTime", 0) and (not end or changed <= end)


def _holds(document: Document, query: object) -> bool:
    """Tell whether every word of a query is in a document; ``key:value`` asks for one field of it."""
    if not isinstance(query, str) or query.strip() in ("", "*"):
        return True
    text = json.dumps(document, ensure_ascii=False).casefold()
    for word in query.casefold().split():
        key, colon, value = word.partition(":")
        if word == "and" or (colon and value in _values(document, key)):
            continue
        if colon or word not in text:
            return False
    return True


def _values(document: Document, path: str) -> set[str]:
    found: object = document
    for name in path.split("."):
        found = {key.casefold(): value for key, value in as_object(found).items()}.get(name)
    items = as_items(found) or [found]
    return {(item if isinstance(item, str) else json.dumps(item)).casefold() for item in items}


def _number(document: Mapping[str, object], name: str, default: int) -> int:
    value = document.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidRequest(f"{name} must be a whole number, got {type(value).__name__}")
    return value
