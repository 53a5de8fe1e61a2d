"""What ``conductor plugins`` prints: the truth about each plugin, also about one that failed."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from conductor_core._plugins import _known
from conductor_core._plugins._filter import refusal
from conductor_core._settings_fields import suggestion
from conductor_core.errors import PluginError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conductor_core._plugins._catalog import Offer
    from conductor_core._plugins._order import Order
    from conductor_core._plugins._registry import Registry

State: TypeAlias = Literal["available", "active", "shared", "disabled", "failed", "missing"]
InOrder: TypeAlias = "Callable[[str], list[tuple[str, Order]]]"


@dataclass(frozen=True, slots=True)
class PluginInfo:
    """One plugin as this process sees it.

    Attributes:
        name: ``group:name``, for example ``auth:orkes``.
        distribution: what was installed, or an empty text for a plugin made in code.
        version: of the distribution.
        value: module, object or file behind the plugin.
        state: ``available`` is installed, allowed and not needed so far; ``shared`` is active under another name;
            ``missing`` is needed and not installed.
        reason: why it is disabled or failed, or what else there is to know.
        hooks: hooks it implements; known once it is loaded.
        load_ms: milliseconds that its import took, or None when it was not imported.
        source: ``built-in``, ``installed``, ``folder`` (a file of ``plugins_dir``) or ``code``; empty when it is missing.
        order: its place in each hook that several plugins may implement, 1 for the first.
        declared: what it says about its order.
    """

    name: str
    distribution: str
    version: str
    value: str
    state: State
    reason: str = ""
    hooks: tuple[str, ...] = ()
    load_ms: float | None = None
    source: str = ""
    order: Mapping[str, int] = field(default_factory=dict[str, int])
    declared: str = ""

    def to_dict(self) -> dict[str, object]:
        """Return the fields as plain data, for JSON output."""
        return asdict(self)


class Problem(NamedTuple):
    """What was wrong with a plugin that settings need."""

    state: State
    reason: str


def report_of(registry: Registry, problems: Mapping[str, Problem], in_order: InOrder) -> list[PluginInfo]:
    """Return one row for each plugin on offer, each made in code, and each that is needed and not there.

    Args:
        registry: what was loaded.
        problems: what else is known to be wrong, by plugin name.
        in_order: returns names and declarations of those that implement a hook, in order.
    """
    rows = _Rows(registry, problems, in_order)
    groups = [group for group in registry.catalog.groups() if group not in _known.NO_PLUGINS]
    found = [rows.of(offer) for group in groups for offer in registry.catalog.group(group)]
    found += [rows.made(name) for name in registry.in_code]
    listed = {row.name for row in found}
    missing = ((name, problem) for name, problem in problems.items() if name not in listed)
    return found + [PluginInfo(name, "", "", "", problem.state, problem.reason) for name, problem in missing]


class _Rows:
    """Makes rows, and works out each order once."""

    def __init__(self, registry: Registry, problems: Mapping[str, Problem], in_order: InOrder) -> None:
        self._registry = registry
        self._problems = problems
        self._in_order = in_order
        self._orders: dict[str, list[tuple[str, Order]]] = {}

    def of(self, offer: Offer) -> PluginInfo:
        """Return the row of an offer."""
        distribution, version = self._registry.catalog.distribution_of(offer)
        made = self._registry.states.get(offer)
        name = offer.plugin_name
        hooks, load_ms = (made.hooks, made.load_ms) if made else ((), None)
        own = tuple(hook for hook in hooks if self._registry.applied_as(offer, hook) == name)
        order, declared = self._place(name, own)
        state, reason = self._problems.get(name) or self._state(offer, hooks, own)
        if order.contradiction and state == "active":
            state, reason = "failed", order.contradiction
        return PluginInfo(
            name, distribution, version, offer.value, state, reason, own, load_ms, offer.source, order.places, declared
        )

    def made(self, name: str) -> PluginInfo:
        """Return the row of a plugin made in code."""
        hooks = self._registry.in_code[name].hooks
        order, declared = self._place(name, hooks)
        state: State = "failed" if order.contradiction else "active"
        return PluginInfo(
            name, "", "", "", state, order.contradiction, hooks, source="code", order=order.places, declared=declared
        )

    def _state(self, offer: Offer, hooks: tuple[str, ...], own: tuple[str, ...]) -> Problem:
        registry = self._registry
        if offer.group not in _known.GROUPS:
            text = (
                f"nothing of this framework reads {offer.group}{suggestion(offer.group, _known.GROUPS, otherwise='')}"
            )
            return Problem("available", text)
        refused = refusal(offer, registry.settings, registry.catalog)
        if refused:
            return Problem("disabled", refused)
        duplicate = registry.catalog.duplicates(registry.allowed(offer.group)).get(offer.name)
        if duplicate and offer.group != _known.WORKERS:
            return Problem("failed", duplicate)
        made = registry.states.get(offer)
        if made is None:
            return Problem("available", "")
        if made.plugin is None:
            return Problem("failed", made.reason)
        others = sorted({str(registry.applied_as(offer, hook)) for hook in hooks})
        return Problem("active", "") if own or not hooks else Problem("shared", f"applied once, as {', '.join(others)}")

    def _place(self, name: str, hooks: tuple[str, ...]) -> tuple[_Place, str]:
        places: dict[str, int] = {}
        declared: dict[str, None] = {}
        for hook in hooks:
            if hook in _known.REGISTER_HOOKS.values():
                continue
            try:
                row = self._ordered(hook)
            except PluginError as error:
                return _Place({}, str(error)), ""
            for place, (other, order) in enumerate(row, 1):
                if other == name:
                    places.setdefault(hook, place)
                    declared.setdefault(str(order))
        return _Place(places, ""), " / ".join(filter(None, declared))

    def _ordered(self, hook: str) -> list[tuple[str, Order]]:
        if hook not in self._orders:
            self._orders[hook] = self._in_order(hook)
        return self._orders[hook]


class _Place(NamedTuple):
    places: dict[str, int]
    contradiction: str
