"""The OTLP collector over gRPC: the same receiver, on the HTTP/2 server of the tests."""

from __future__ import annotations

import contextlib
import gzip
from typing import TYPE_CHECKING

from tests._support.http2_server import Http2Server
from tests._support.otlp_receiver import OtlpReceiver

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests._support.http2_server import Http2Peer

_SERVICES = {
    b"/opentelemetry.proto.collector.trace.v1.TraceService/Export": "/v1/traces",
    b"/opentelemetry.proto.collector.metrics.v1.MetricsService/Export": "/v1/metrics",
}
_PREFIX = 5
_EMPTY_MESSAGE = bytes(_PREFIX)


def message_of(body: bytes) -> bytes:
    """Return the one message of a request: a byte that says whether it is compressed, four for its length, and itself."""
    length = int.from_bytes(body[1:_PREFIX], "big")
    assert len(body) == _PREFIX + length, "one call brings one message"
    return gzip.decompress(body[_PREFIX:]) if body[0] else body[_PREFIX:]


@contextlib.contextmanager
def otlp_grpc_receiver() -> Generator[OtlpReceiver]:
    """Listen until the block ends."""
    receiver = OtlpReceiver()

    async def answer(peer: Http2Peer) -> None:
        while True:
            asked = await peer.request()
            receiver.take(_SERVICES[asked.headers[b":path"]], message_of(asked.body))
            peer.h2.send_headers(asked.stream, [(b":status", b"200"), (b"content-type", b"application/grpc")])
            peer.h2.send_data(asked.stream, _EMPTY_MESSAGE)
            peer.h2.send_headers(asked.stream, [(b"grpc-status", b"0")], end_stream=True)
            await peer.flush()

    with Http2Server(answer) as server:
        receiver.port = server.port
        yield receiver
