"""Bodies of polls and results. The library that reads and writes them is loaded while the first poll is under way."""

from __future__ import annotations

import functools
import importlib
from typing import Any


def encoded(value: object) -> bytes:
    """Return a value of JSON's own types as bytes."""
    body: bytes = _library().to_json(value)
    return body


def decoded(body: bytes) -> Any:
    """Return what a body says.

    Raises:
        ValueError: it is no JSON.
    """
    return _library().from_json(body)


def jsonable(value: object) -> object:
    """Return what pydantic writes of a value of a class that it knows.

    Raises:
        ValueError: it knows no such class.
    """
    plain: object = _library().to_jsonable_python(value)
    return plain


def sendable(text: str) -> str:
    """Return a text without lone surrogates, which no body can carry; they come from names of files, for instance."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


@functools.cache
def _library() -> Any:
    return importlib.import_module("pydantic_core")
