"""From kept metrics, of one process or of several added up, to the families of the Prometheus client."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from prometheus_client.metrics_core import Metric as Family

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    Labels: TypeAlias = tuple[str, ...]
    Described: TypeAlias = Mapping[str, Any]

QUANTILES: Final = (0.5, 0.75, 0.9, 0.95, 0.99)
_TYPES: Final = {
    "counter": "counter",
    "gauge": "gauge",
    "last": "gauge",
    "histogram": "histogram",
    "summary": "summary",
}


def families(processes: Iterable[Sequence[Described]]) -> Iterator[Family]:
    """Yield one family for each metric; equal labels of several processes are added up.

    Args:
        processes: what ``Store.data`` returned in each process.
    """
    described: dict[str, Described] = {}
    cells: dict[str, dict[Labels, list[Any]]] = {}
    for process in processes:
        for metric in process:
            described.setdefault(metric["name"], metric)
            of_metric = cells.setdefault(metric["name"], {})
            for labels, data in metric["cells"]:
                of_metric.setdefault(tuple(labels), []).append(data)
    for name, metric in described.items():
        yield _family(metric, cells[name])


def added(kind: str, parts: Sequence[Any]) -> Any:
    """Return the data of several cells of one metric as one: sums, or the latest where adding makes no sense."""
    if kind == "last":
        return parts[-1]
    if kind == "histogram":
        counts = [sum(column) for column in zip(*(part["counts"] for part in parts), strict=True)]
        return {"counts": counts, "sum": sum(part["sum"] for part in parts)}
    if kind == "summary":
        window = [value for part in parts for value in part["window"]]
        return {
            "window": window,
            "count": sum(part["count"] for part in parts),
            "sum": sum(part["sum"] for part in parts),
        }
    return sum(parts)


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return a quantile of sorted observations, between two of them where it falls there."""
    at = share * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (at - low) * (ordered[high] - ordered[low])


def _family(metric: Described, cells: Mapping[Labels, Sequence[Any]]) -> Family:
    kind, name = str(metric["kind"]), str(metric["name"])
    base = name.removesuffix("_total") if kind == "counter" else name
    family = Family(base, metric["help"], _TYPES[kind])
    for values, parts in cells.items():
        labels = dict(zip(cast("list[str]", metric["labels"]), values, strict=True))
        data = added(kind, parts)
        if kind == "histogram":
            _histogram(family, labels, data, metric["buckets"])
        elif kind == "summary":
            _summary(family, labels, data)
        else:
            family.add_sample(name, labels, data)
    return family


def _histogram(family: Family, labels: dict[str, str], data: Mapping[str, Any], buckets: Sequence[float]) -> None:
    bounds = [*(str(float(bound)) for bound in buckets), "+Inf"]
    counts = list(accumulate(cast("list[int]", data["counts"])))
    for bound, count in zip(bounds, counts, strict=True):
        family.add_sample(f"{family.name}_bucket", {**labels, "le": bound}, count)
    family.add_sample(f"{family.name}_count", labels, counts[-1])
    family.add_sample(f"{family.name}_sum", labels, data["sum"])


def _summary(family: Family, labels: dict[str, str], data: Mapping[str, Any]) -> None:
    ordered = sorted(cast("list[float]", data["window"]))
    for share in QUANTILES if ordered else ():
        family.add_sample(family.name, {**labels, "quantile": str(share)}, quantile(ordered, share))
    family.add_sample(f"{family.name}_count", labels, data["count"])
    family.add_sample(f"{family.name}_sum", labels, data["sum"])
