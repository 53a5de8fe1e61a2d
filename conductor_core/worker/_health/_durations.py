"""Durations in buckets of growing width: cheap to record, and buckets of several processes add up."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

# Neighbouring buckets differ by this factor, so a percentile is off by a tenth at most.
_RATIO: Final = 1.2
_LOG_RATIO: Final = math.log(_RATIO)
_SMALLEST_MS: Final = 0.001

Buckets = dict[int, int]


class Durations:
    """Counts durations in milliseconds; one thread records, any thread may read."""

    __slots__ = ("buckets", "count")

    def __init__(self) -> None:
        self.count = 0
        self.buckets: Buckets = {}

    def add(self, milliseconds: float) -> None:
        """Record one."""
        index = int(math.log(milliseconds / _SMALLEST_MS) / _LOG_RATIO) + 1 if milliseconds > _SMALLEST_MS else 0
        self.buckets[index] = self.buckets.get(index, 0) + 1
        self.count += 1


def percentile(buckets: Mapping[int, int], share: float) -> float | None:
    """Return the duration in milliseconds that this share of all stays below; None without any.

    Args:
        buckets: counts by bucket.
        share: from 0 to 1.
    """
    total = sum(buckets.values())
    if not total:
        return None
    wanted, seen = share * total, 0
    for index in sorted(buckets):
        seen += buckets[index]
        if seen >= wanted:
            return _middle(index)
    return _middle(max(buckets))


def difference(later: Mapping[int, int], earlier: Mapping[int, int]) -> Buckets:
    """Return what was recorded between two copies of one set of buckets."""
    grown = {index: count - earlier.get(index, 0) for index, count in later.items()}
    return {index: count for index, count in grown.items() if count > 0}


def added(one: Mapping[int, int], other: Mapping[int, int]) -> Buckets:
    """Return the sum of two sets of buckets."""
    return {index: one.get(index, 0) + other.get(index, 0) for index in {*one, *other}}


def _middle(index: int) -> float:
    return round(_SMALLEST_MS * _RATIO ** (index - 0.5), 4) if index else _SMALLEST_MS
