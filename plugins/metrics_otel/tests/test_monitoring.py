"""The dashboard and the alert rules of docs/monitoring: metrics that exist, and queries that Prometheus understands."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conductor_metrics_otel import PrometheusMetrics
from conductor_metrics_otel import _names as names
from conductor_metrics_otel._scrape import Pages, collected
from tests._support.promtool import promtool

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parents[3] / "docs" / "monitoring"
WORD = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
GRAMMAR = {"histogram_quantile", "label_values"}
OUTBOX = {"results": 1, "bytes": 1, "oldest_seconds": 1.0, "dead_letters": 0}


def queries() -> Iterator[str]:
    document: dict[str, Any] = json.loads((FOLDER / "dashboard.json").read_text(encoding="utf-8"))
    for panel in document["panels"]:
        for target in panel["targets"]:
            yield target["expr"]


def served() -> set[str]:
    """Names of all samples that the page can have."""
    metrics = PrometheusMetrics()
    for metric in names.METRICS:
        metrics.record(metric, 1, tuple("x" for _ in metric.labels))
    text = Pages().page([collected(metrics)], {"outbox": OUTBOX}).body.decode()
    return {re.split(r"[{ ]", line)[0] for line in text.splitlines() if not line.startswith("#")}


def named(text: str) -> set[str]:
    without_strings = re.sub(r'"[^"]*"|\$\w+', "", text)
    return set(WORD.findall(without_strings)) - GRAMMAR


def test_the_dashboard_shows_metrics_that_are_served() -> None:
    shown = {name for query in queries() for name in named(query)}
    assert len(shown) > 15
    assert shown - served() == set()


def test_the_alerts_look_at_metrics_that_are_served() -> None:
    lines = (FOLDER / "alerts.yml").read_text(encoding="utf-8")
    looked_at = {name for name in named(lines) if name.startswith(("task_", "workflow_", "worker_"))}
    assert len(looked_at) > 5
    assert looked_at - served() == set()


def test_prometheus_understands_the_alerts() -> None:
    done = subprocess.run(
        [promtool(), "check", "rules", FOLDER / "alerts.yml"], capture_output=True, timeout=60, check=False
    )
    assert (done.returncode, b"7 rules found" in done.stdout) == (0, True), done.stderr


def test_prometheus_understands_every_query_of_the_dashboard(tmp_path: Path) -> None:
    ready = [re.sub(r"\$__(rate_interval|range)", "5m", query) for query in queries()]
    rules = [{"record": f"panel:{number}", "expr": query} for number, query in enumerate(ready)]
    file = tmp_path / "panels.yml"
    file.write_text(json.dumps({"groups": [{"name": "panels", "rules": rules}]}), encoding="utf-8")
    done = subprocess.run([promtool(), "check", "rules", file], capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("chosen", ["canonical", "both"])
def test_promtool_finds_no_fault_with_the_page_but_the_labels_that_dashboards_expect(chosen: Any) -> None:
    metrics = PrometheusMetrics(names=chosen)
    for metric in names.METRICS:
        metrics.record(metric, 1, tuple("x" for _ in metric.labels))
    page = Pages().page([collected(metrics)], {"outbox": OUTBOX}).body
    done = subprocess.run([promtool(), "check", "metrics"], input=page, capture_output=True, check=False, timeout=60)
    complaints = (done.stdout + done.stderr).decode().splitlines()
    assert [line for line in complaints if line and "camelCase" not in line] == []
