"""A small OTLP collector: takes spans and metrics over HTTP with protobuf bodies, and keeps them."""

from __future__ import annotations

import contextlib
import gzip
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable


@dataclass(frozen=True, slots=True)
class Received:
    """One span as it arrived; ids are bytes in hexadecimal, an empty parent is none."""

    name: str
    trace_id: str
    span_id: str
    parent_id: str
    kind: int
    status: int
    attributes: dict[str, Any]
    links: list[tuple[str, str]]
    resource: dict[str, Any]


@dataclass
class OtlpReceiver:
    """What has arrived; a GET of any other path answers the request's ``traceparent``.

    Attributes:
        port: where it listens on 127.0.0.1.
        spans: in order of arrival.
        metrics: names of the metrics that arrived, with the number of their data points.
        requests: path and ``traceparent`` of each GET.
    """

    port: int = 0
    spans: list[Received] = field(default_factory=list[Received])
    metrics: dict[str, int] = field(default_factory=dict[str, int])
    requests: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    @property
    def url(self) -> str:
        """The value of ``OTEL_EXPORTER_OTLP_ENDPOINT``."""
        return f"http://127.0.0.1:{self.port}"

    def environment(self, service: str) -> dict[str, str]:
        """The standard variables of a process that exports to it, often and in small batches."""
        return {
            "OTEL_EXPORTER_OTLP_ENDPOINT": self.url,
            "OTEL_SERVICE_NAME": service,
            "OTEL_BSP_SCHEDULE_DELAY": "100",
            "OTEL_METRIC_EXPORT_INTERVAL": "500",
        }

    def named(self, name: str) -> list[Received]:
        """All spans of one name."""
        return [span for span in self.spans if span.name == name]

    def take(self, path: str, body: bytes) -> None:
        """Keep what a request brought."""
        if path == "/v1/traces":
            self._take_spans(ExportTraceServiceRequest.FromString(body))
        elif path == "/v1/metrics":
            for group in ExportMetricsServiceRequest.FromString(body).resource_metrics:
                for scope in group.scope_metrics:
                    for metric in scope.metrics:
                        points = getattr(metric, metric.WhichOneof("data") or "gauge").data_points
                        self.metrics[metric.name] = len(points)

    def _take_spans(self, request: ExportTraceServiceRequest) -> None:
        for group in request.resource_spans:
            resource = _attributes(group.resource.attributes)
            for scope in group.scope_spans:
                for span in scope.spans:
                    self.spans.append(
                        Received(
                            span.name,
                            span.trace_id.hex(),
                            span.span_id.hex(),
                            span.parent_span_id.hex(),
                            span.kind,
                            span.status.code,
                            _attributes(span.attributes),
                            [(link.trace_id.hex(), link.span_id.hex()) for link in span.links],
                            resource,
                        )
                    )


def _attributes(found: Iterable[Any]) -> dict[str, Any]:
    return {one.key: getattr(one.value, one.value.WhichOneof("value") or "string_value") for one in found}


@contextlib.contextmanager
def otlp_receiver() -> Generator[OtlpReceiver]:
    """Listen until the block ends."""
    receiver = OtlpReceiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            receiver.take(self.path, body)
            self._answer(b"")

        def do_GET(self) -> None:
            traceparent = self.headers.get("traceparent", "")
            receiver.requests.append((self.path, traceparent))
            self._answer(traceparent.encode())

        def _answer(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
