"""Whether a pipeline goes on after one of its agents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from conductor_agents._dsl._checks import check_text


@dataclass(frozen=True, slots=True)
class TextGate:
    """Ends the pipeline when the answer contains a text; the server decides.

    Args:
        text: what to look for.
        case_sensitive: whether upper and lower case differ.
    """

    text: str
    case_sensitive: bool = True

    def __post_init__(self) -> None:
        check_text("text of TextGate", self.text)

    def document(self) -> dict[str, Any]:
        """Return the gate as the server compiles it."""
        return {"type": "text_contains", "text": self.text, "caseSensitive": self.case_sensitive}


Gate: TypeAlias = TextGate | Callable[[str], bool]
"""A text, or a function that takes the answer and says whether the pipeline goes on."""
