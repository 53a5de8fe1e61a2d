"""Keeps the values that pydantic quotes in its errors out of what is sent, logged or shown."""

from __future__ import annotations

import re
from typing import Final

_QUOTED: Final = re.compile(r"(?<=, )input_value=.*, (?=input_type=\w+\])")
"""One line of a pydantic error, up to the type: a value's text has no line breaks, but may have anything else."""


def without_inputs(text: str) -> str:
    """Return a text without the values that pydantic quotes: they are a task's input, and may be secret.

    Where and why a value does not fit, and its type, stay. A text is looked at wherever it comes from, since workers wrap
    errors in others, and tracebacks show them too.
    """
    return _QUOTED.sub("", text) if "input_value=" in text else text
