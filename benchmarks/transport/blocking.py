"""The ways to send a request from one thread, from a bare socket up to the client layer."""

from __future__ import annotations

import http.client
import socket
import time
from typing import TYPE_CHECKING

from conductor_core.http import URL, BaseTransport, ByteStream, Client, Headers, HTTPTransport, Request
from conductor_core.http1 import Http1Transport, Timeouts
from conductor_core.http1._request import header_block, origin_of

if TYPE_CHECKING:
    from collections.abc import Callable

TARGET = "/api/workflow/benchmark"
SECONDS = 30.0
TIMEOUT = {"connect": SECONDS, "read": SECONDS, "write": SECONDS, "pool": SECONDS}


def _headers(port: int) -> list[tuple[str, str]]:
    return [("Host", f"127.0.0.1:{port}"), ("Accept", "application/json"), ("X-Authorization", "t" * 300)]


def measure(send: Callable[[], object], requests: int) -> float:
    """Return microseconds of CPU for one request, of this whole process."""
    send()
    started = time.process_time()
    for _ in range(requests):
        send()
    return (time.process_time() - started) / requests * 1e6


def bare(port: int, requests: int) -> float:
    """Measure a socket that takes whatever comes as the answer."""
    block = header_block([(name.encode(), value.encode()) for name, value in _headers(port)])
    request = f"GET {TARGET} HTTP/1.1\r\n".encode() + block + b"\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def send() -> None:
            connection.sendall(request)
            connection.recv(65536)

        return measure(send, requests)


def standard_library(port: int, requests: int) -> float:
    """Measure http.client."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    headers = dict(_headers(port)[1:])

    def send() -> None:
        connection.request("GET", TARGET, headers=headers)
        connection.getresponse().read()

    try:
        return measure(send, requests)
    finally:
        connection.close()


def prebuilt(port: int, requests: int) -> float:
    """Measure the lean transport without httpx' types."""
    block = header_block([(name.encode(), value.encode()) for name, value in _headers(port)])
    origin, timeouts = origin_of(URL(f"http://127.0.0.1:{port}/")), Timeouts(SECONDS, SECONDS, SECONDS, SECONDS)
    with Http1Transport() as transport:
        return measure(lambda: transport.exchange(origin, b"GET", TARGET.encode(), block, timeouts=timeouts), requests)


def direct(transport: BaseTransport, port: int, requests: int) -> float:
    """Measure a transport called with a prebuilt URL and headers."""
    url, headers, extensions = URL(f"http://127.0.0.1:{port}{TARGET}"), Headers(_headers(port)), {"timeout": TIMEOUT}
    with transport:

        def send() -> None:
            request = Request("GET", url, headers=headers, stream=ByteStream(b""), extensions=extensions)
            transport.handle_request(request).read()

        return measure(send, requests)


def client(transport: BaseTransport, port: int, requests: int) -> float:
    """Measure the whole client layer above a transport."""
    url, headers = f"http://127.0.0.1:{port}{TARGET}", dict(_headers(port)[1:])
    with Client(transport=transport, timeout=SECONDS, trust_env=False) as http_client:
        return measure(lambda: http_client.get(url, headers=headers), requests)


def cases(port: int, requests: int) -> dict[str, Callable[[], float]]:
    """Return what is compared, the baseline first."""
    return {
        "http.client": lambda: standard_library(port, requests),
        "bare socket": lambda: bare(port, requests),
        "http1, prebuilt bytes": lambda: prebuilt(port, requests),
        "http1, transport direct": lambda: direct(Http1Transport(), port, requests),
        "http1, httpx.Client": lambda: client(Http1Transport(), port, requests // 2),
        "stock, transport direct": lambda: direct(HTTPTransport(), port, requests // 2),
        "stock, httpx.Client": lambda: client(HTTPTransport(), port, requests // 2),
    }
