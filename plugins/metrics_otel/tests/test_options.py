"""What the plugin can be told, where from, and what a wrong value is answered with."""

from __future__ import annotations

from typing import Any

import pytest

from conductor_core import Settings
from conductor_core.errors import ConfigurationError
from conductor_metrics_otel._options import OtelOptions


def options(environ: dict[str, str] | None = None, **section: Any) -> OtelOptions:
    return OtelOptions.of(Settings(options={"otel": section}), environ or {})


def test_the_defaults() -> None:
    expected = OtelOptions(mode="all", ratio=1.0, propagate=False, prometheus=False, measure_payloads=True, setup=False)
    assert options() == expected


def test_the_section_and_the_environment_which_is_stronger() -> None:
    found = options({"CONDUCTOR_OTEL": "metrics", "CONDUCTOR_OTEL_PROPAGATE": "yes"}, mode="off", ratio=0.5)
    assert (found.mode, found.ratio, found.propagate) == ("metrics", 0.5, True)
    assert (found.traces, found.metrics) == (False, True)


@pytest.mark.parametrize(
    ("environ", "ratio"),
    [
        ({"OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.25"}, 0.25),
        ({"OTEL_TRACES_SAMPLER": "always_on", "OTEL_TRACES_SAMPLER_ARG": "0.25"}, 1.0),
        ({"OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.25", "CONDUCTOR_OTEL_RATIO": "0"}, 0.0),
    ],
)
def test_the_ratio_may_be_that_of_opentelemetrys_sampler(environ: dict[str, str], ratio: float) -> None:
    assert options(environ).ratio == ratio


@pytest.mark.parametrize(
    ("environ", "section", "message"),
    [
        ({"CONDUCTOR_OTEL": "loud"}, {}, "CONDUCTOR_OTEL must be off, metrics or all, got 'loud'"),
        ({"CONDUCTOR_OTEL_RATIO": "2"}, {}, "CONDUCTOR_OTEL_RATIO must be from 0 to 1, got '2'"),
        ({}, {"ratio": "much"}, "otel.ratio (argument options) must be a number, got str"),
        ({}, {"propagate": "perhaps"}, "otel.propagate (argument options) must be true or false, got str"),
        ({}, {"mode": "loud"}, "otel.mode (argument options) must be off, metrics or all, got 'loud'"),
        ({}, {"ration": 1}, "unknown option otel.ration (argument options); did you mean 'ratio'?"),
    ],
)
def test_a_wrong_value_is_refused(environ: dict[str, str], section: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        options(environ, **section)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("environ", "section", "names"),
    [
        ({}, {}, "canonical"),
        ({"WORKER_CANONICAL_METRICS": "true"}, {}, "canonical"),
        ({"WORKER_CANONICAL_METRICS": "false"}, {}, "older"),
        ({"WORKER_CANONICAL_METRICS": "false", "CONDUCTOR_OTEL_NAMES": "both"}, {}, "both"),
        ({}, {"names": "older"}, "older"),
    ],
)
def test_the_names_of_metrics_may_be_the_older_ones(
    environ: dict[str, str], section: dict[str, Any], names: str
) -> None:
    assert options(environ, **section).names == names


def test_names_that_do_not_exist_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="CONDUCTOR_OTEL_NAMES must be canonical, older or both, got 'new'"):
        options({"CONDUCTOR_OTEL_NAMES": "new"})
