"""What ``conductor plugins`` prints: the truth about each plugin, also about one that failed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from conductor_core._plugins import _known
from conductor_core._plugins._filter import refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conductor_core._plugins._catalog import Offer
    from conductor_core._plugins._registry import Registry

State: TypeAlias = Literal["available", "active", "disabled", "failed", "missing"]


@dataclass(frozen=True, slots=True)
class PluginInfo:
    """One plugin as this process sees it.

    Attributes:
        name: ``group:name``, for example ``auth:orkes``.
        distribution: what was installed, or an empty text for a plugin made in code.
        version: of the distribution.
        value: module or object behind the entry point.
        state: ``available`` is installed, allowed and not needed so far; ``missing`` is needed and not installed.
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


class Problem(NamedTuple):
    """What was wrong with a plugin that settings need."""

    state: State
    reason: str


def report_of(registry: Registry, problems: Mapping[str, Problem]) -> list[PluginInfo]:
    """Return one row for each plugin on offer, each made in code, and each that is needed and not there."""
    rows = [_info(registry, offer, problems) for group in _known.GROUPS for offer in registry.catalog.group(group)]
    listed = {row.name for row in rows}
    for name, made in registry.in_code.items():
        rows.append(PluginInfo(name, "", "", "", "active", hooks=made.hooks))
    for name, problem in problems.items():
        if name not in listed and problem.state == "missing":
            rows.append(PluginInfo(name, "", "", "", problem.state, problem.reason))
    return rows


def _info(registry: Registry, offer: Offer, problems: Mapping[str, Problem]) -> PluginInfo:
    distribution, version = registry.catalog.distribution_of(offer)
    made = registry.states.get(offer)
    state, reason = problems.get(offer.plugin_name) or _state(registry, offer)
    hooks, load_ms = (made.hooks, made.load_ms) if made else ((), None)
    return PluginInfo(offer.plugin_name, distribution, version, offer.value, state, reason, hooks, load_ms)


def _state(registry: Registry, offer: Offer) -> Problem:
    refused = refusal(offer, registry.settings, registry.catalog)
    if refused:
        return Problem("disabled", refused)
    duplicate = registry.catalog.duplicates(registry.allowed(offer.group)).get(offer.name)
    if duplicate:
        return Problem("failed", duplicate)
    made = registry.states.get(offer)
    if made is None:
        return Problem("available", "")
    return Problem("active", "") if made.plugin is not None else Problem("failed", made.reason)
