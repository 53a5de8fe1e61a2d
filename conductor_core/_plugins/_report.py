"""What ``conductor plugins`` prints: the truth about each plugin, also about one that failed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal, TypeAlias

State: TypeAlias = Literal["available", "active", "disabled", "failed"]


@dataclass(frozen=True, slots=True)
class PluginInfo:
    """One plugin as this process sees it.

    Attributes:
        name: ``group:name``, for example ``auth:orkes``.
        distribution: what was installed, or an empty text for a plugin made in code.
        version: of the distribution.
        value: module or object behind the entry point.
        state: ``available`` is installed, allowed and not needed so far.
        reason: why it is disabled or failed.
        hooks: hooks it implements; known once it is loaded.
        load_ms: milliseconds that its import took, or None when it was not imported.
    """

    name: str
    distribution: str
    version: str
    value: str
    state: State
    reason: str = ""
    hooks: tuple[str, ...] = ()
    load_ms: float | None = None

    def to_dict(self) -> dict[str, object]:
        """Return the fields as plain data, for JSON output."""
        return asdict(self)
