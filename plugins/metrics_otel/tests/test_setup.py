"""The SDK set up from the standard variables: what is read, what is refused, and that what is left gets out."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from conductor_core.errors import ConfigurationError
from conductor_metrics_otel import set_up_from_environment
from tests._support.otlp_grpc import otlp_grpc_receiver
from tests._support.otlp_receiver import otlp_receiver

PROGRAM = """
from opentelemetry import metrics, trace
from conductor_metrics_otel import set_up_from_environment
end = set_up_from_environment("shop")
with trace.get_tracer("x").start_as_current_span("one"):
    metrics.get_meter("x").create_counter("sold").add(2)
again = set_up_from_environment("other")
again()
"""


def run(end: str, **environment: str) -> str:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM + end],
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize("end", ["end(); end()", ""], ids=["ended by the program", "left to the end of the process"])
def test_spans_and_metrics_reach_the_collector(end: str) -> None:
    with otlp_receiver() as receiver:
        run(end, OTEL_EXPORTER_OTLP_ENDPOINT=receiver.url, OTEL_RESOURCE_ATTRIBUTES="team=a")
    (span,) = receiver.spans
    assert (span.name, span.resource["service.name"], span.resource["team"]) == ("one", "shop", "a")
    assert receiver.metrics == {"sold": 1}


def test_spans_and_metrics_reach_a_collector_over_grpc() -> None:
    with otlp_grpc_receiver() as receiver:
        run("end()", OTEL_EXPORTER_OTLP_ENDPOINT=receiver.url, OTEL_EXPORTER_OTLP_PROTOCOL="grpc")
    assert [span.name for span in receiver.spans] == ["one"]
    assert receiver.metrics == {"sold": 1}


@pytest.mark.parametrize(("protocol", "extra"), [("http/protobuf", "otlp"), ("grpc", "otlp-grpc")])
def test_an_exporter_that_is_missing_is_named_with_its_extra(
    protocol: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = f"opentelemetry.exporter.otlp.proto.{protocol.removesuffix('/protobuf')}.trace_exporter"
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(ConfigurationError, match=rf"is not installed: pip install 'conductor-metrics-otel\[{extra}\]'"):
        set_up_from_environment(environ={"OTEL_EXPORTER_OTLP_PROTOCOL": protocol})


def test_the_exporters_are_those_of_the_variables() -> None:
    printed = run("", OTEL_TRACES_EXPORTER="console", OTEL_METRICS_EXPORTER="none")
    assert '"name": "one"' in printed
    assert "sold" not in printed
    assert '"name": "sold"' in run("", OTEL_TRACES_EXPORTER="none", OTEL_METRICS_EXPORTER="console")
    assert run("end()", OTEL_SDK_DISABLED="true") == ""


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({"OTEL_TRACES_EXPORTER": "zipkin"}, "OTEL_TRACES_EXPORTER must be otlp, console or none, got 'zipkin'"),
        ({"OTEL_EXPORTER_OTLP_PROTOCOL": "smtp"}, "OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf or grpc"),
    ],
)
def test_what_cannot_be_used_is_refused(environ: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        set_up_from_environment(environ=environ)
    assert message in str(caught.value)
