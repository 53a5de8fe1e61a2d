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
