"""Spans of what is over: the short way to the processors gives what the tracer gives, and is left where it would not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.trace import SpanLimits, SpanProcessor, SynchronousMultiSpanProcessor, TracerProvider, sampling
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import NonRecordingSpan, NoOpTracer, SpanContext, SpanKind, TraceFlags, TraceState

from conductor_metrics_otel._direct import MOST_ATTRIBUTES, DirectWay, direct_way
from conductor_metrics_otel._finished import FinishedSpans

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from opentelemetry.sdk.trace import ReadableSpan, Span

ATTRIBUTES: dict[str, str | int] = {"messaging.system": "conductor", "server.port": 8080}
PARENT = SpanContext(0xABC, 0xDEF, is_remote=False, trace_flags=TraceFlags(1), trace_state=TraceState([("shop", "7")]))
UNDER_IT = trace.set_span_in_context(NonRecordingSpan(PARENT))


class Providers:
    """Makes tracer providers with an exporter in memory, and shuts them down."""

    def __init__(self) -> None:
        self.made: list[TracerProvider] = []

    def __call__(self, exporter: InMemorySpanExporter | None = None, **how: Any) -> TracerProvider:
        provider = TracerProvider(shutdown_on_exit=False, **how)
        provider.add_span_processor(SimpleSpanProcessor(exporter or InMemorySpanExporter()))
        self.made.append(provider)
        return provider


@pytest.fixture
def providers() -> Iterator[Providers]:
    """Providers that are shut down afterwards."""
    made = Providers()
    yield made
    for provider in made.made:
        provider.shutdown()


class Stamp(SpanProcessor):
    """Writes something on each span that begins, as the processors for baggage do."""

    def on_start(self, span: Span, parent_context: Any = None) -> None:
        span.set_attribute("tenant", "7")


class Counter(SpanProcessor):
    """Looks at spans that are over only."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def on_end(self, span: ReadableSpan) -> None:
        self.names.append(span.name)


class Picky(sampling.Sampler):
    """Leaves out what is called pay, and writes on what it keeps."""

    def should_sample(self, parent_context: Any, trace_id: int, name: str, *rest: Any, **more: Any) -> Any:
        if name == "settle pay":
            return sampling.SamplingResult(sampling.Decision.DROP)
        return sampling.SamplingResult(sampling.Decision.RECORD_AND_SAMPLE, {"kept": name})

    def get_description(self) -> str:
        return "picky"


def add(spans: FinishedSpans, name: str = "settle ship") -> None:
    spans.add(name, UNDER_IT, ATTRIBUTES, 1_000, 3_000)


def way(provider: TracerProvider) -> DirectWay | None:
    return direct_way(provider.get_tracer("conductor"))


def takes(found: DirectWay | None) -> bool:
    return found is not None and found.add("settle ship", UNDER_IT, ATTRIBUTES, 1_000, 3_000)


def test_the_short_way_gives_the_span_that_the_tracer_gives(providers: Providers) -> None:
    exported = InMemorySpanExporter()
    tracer = providers(exported).get_tracer("conductor")
    short = direct_way(tracer)
    assert takes(short), "this SDK has other parts than the short way asks for: it costs more, but nothing is wrong"
    tracer.start_span("settle ship", UNDER_IT, SpanKind.CLIENT, ATTRIBUTES, start_time=1_000).end(3_000)
    ours, theirs = exported.get_finished_spans()
    assert _without_own_id(ours) == _without_own_id(theirs)
    assert ours.get_span_context() != theirs.get_span_context()
    encoded = encode_spans([ours, theirs]).resource_spans
    (one, other) = [span for resource in encoded for scope in resource.scope_spans for span in scope.spans]
    other.span_id = one.span_id
    assert one == other


def _without_own_id(span: ReadableSpan) -> dict[str, Any]:
    found = json.loads(span.to_json())
    del found["context"]["span_id"]
    dropped = span.dropped_attributes, span.dropped_events, span.dropped_links
    return {**found, "scope": span.instrumentation_scope, "resource": span.resource, "dropped": dropped}


@pytest.mark.parametrize(
    "sampler", [sampling.DEFAULT_ON, sampling.ALWAYS_ON, sampling.ParentBasedTraceIdRatio(0.0), None]
)
def test_it_is_taken_with_the_samplers_that_keep_children(sampler: Any, providers: Providers) -> None:
    assert takes(way(providers(sampler=sampler)))


def test_it_is_taken_with_processors_that_look_at_ends_only(providers: Providers) -> None:
    provider, counter = providers(), Counter()
    provider.add_span_processor(counter)
    batches = BatchSpanProcessor(InMemorySpanExporter())
    provider.add_span_processor(batches)
    found = way(provider)
    assert takes(found)
    assert takes(found)
    assert counter.names == ["settle ship", "settle ship"]


def test_a_processor_that_looks_at_starts_closes_it_when_it_comes(providers: Providers) -> None:
    exported = InMemorySpanExporter()
    provider = providers(exported)
    spans = FinishedSpans(provider.get_tracer("conductor"))
    add(spans)
    provider.add_span_processor(Stamp())
    add(spans)
    first, second = exported.get_finished_spans()
    assert dict(first.attributes or {}) == ATTRIBUTES
    assert dict(second.attributes or {}) == {**ATTRIBUTES, "tenant": "7"}


def test_processors_within_processors_close_it(providers: Providers) -> None:
    provider = providers()
    several = SynchronousMultiSpanProcessor()  # type: ignore[no-untyped-call]  # the SDK leaves it untyped
    several.add_span_processor(Stamp())
    provider.add_span_processor(several)
    assert not takes(way(provider))


def test_a_sampler_of_the_programs_own_is_asked(providers: Providers) -> None:
    exported = InMemorySpanExporter()
    spans = FinishedSpans(providers(exported, sampler=Picky()).get_tracer("conductor"))
    add(spans, "settle pay")
    add(spans, "settle ship")
    (kept,) = exported.get_finished_spans()
    assert (kept.name, dict(kept.attributes or {})) == ("settle ship", {"kept": "settle ship"})


@pytest.mark.parametrize(
    "limits",
    [SpanLimits(max_span_attribute_length=3), SpanLimits(max_span_attributes=1), SpanLimits(max_attribute_length=3)],
)
def test_limits_are_kept(limits: SpanLimits, providers: Providers) -> None:
    exported = InMemorySpanExporter()
    add(FinishedSpans(providers(exported, span_limits=limits).get_tracer("conductor")))
    (span,) = exported.get_finished_spans()
    assert dict(span.attributes or {}) in ({"messaging.system": "con", "server.port": 8080}, {"server.port": 8080})


def test_limits_that_no_span_reaches_close_nothing(providers: Providers) -> None:
    assert takes(way(providers(span_limits=SpanLimits(max_span_attributes=MOST_ATTRIBUTES))))
    assert takes(way(providers(span_limits=SpanLimits(max_span_attributes=SpanLimits.UNSET))))


def test_the_sdks_own_metrics_count_every_span(providers: Providers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_PYTHON_SDK_INTERNAL_METRICS_ENABLED", "true")
    assert way(providers()) is None


def test_a_tracer_that_is_switched_off_makes_nothing(providers: Providers, monkeypatch: pytest.MonkeyPatch) -> None:
    exported = InMemorySpanExporter()
    tracer = providers(exported).get_tracer("conductor")
    monkeypatch.setattr(tracer, "_is_enabled", lambda: False)
    add(FinishedSpans(tracer))
    assert exported.get_finished_spans() == ()


def _without(name: str) -> Callable[[Any], None]:
    return lambda tracer: delattr(tracer, name)


def _without_processors(tracer: Any) -> None:
    tracer.span_processor = Counter()


@pytest.mark.parametrize(
    "change",
    [_without("_span_limits"), _without("_instrumentation_scope"), _without_processors],
    ids=["limits", "scope", "processors"],
)
def test_an_sdk_with_other_parts_is_left_alone(change: Callable[[Any], None], providers: Providers) -> None:
    tracer = providers().get_tracer("conductor")
    change(tracer)
    assert not takes(direct_way(tracer))


def test_other_tracers_make_their_spans_themselves() -> None:
    assert direct_way(NoOpTracer()) is None
