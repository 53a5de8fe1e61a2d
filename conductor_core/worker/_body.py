"""Bodies of polls and results. The library that reads and writes them is loaded while the first poll is under way."""

from __future__ import annotations

from typing import Any


def encoded(value: object) -> bytes:
    """Return a value of JSON's own types as bytes."""
    from pydantic_core import to_json  # noqa: PLC0415 - heavy, and the first poll has no body

    return to_json(value)


def decoded(body: bytes) -> Any:
    """Return what a body says.

    Raises:
        ValueError: it is no JSON.
    """
    from pydantic_core import from_json  # noqa: PLC0415 - the same

    return from_json(body)
