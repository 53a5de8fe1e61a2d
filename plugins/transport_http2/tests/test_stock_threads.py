"""The stock transport lent to one request at a time: nothing is shared, nothing is lost, nobody waits for ever."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from conductor_core.http import BaseTransport, ConnectError, PoolTimeout, Request, Response, SyncByteStream
from conductor_transport_http2._stock_threads import StockHttp2Transport

if TYPE_CHECKING:
    from collections.abc import Iterator

REQUEST = Request("GET", "http://localhost/api/x", extensions={"timeout": {"pool": 0.01}})
PATIENT = Request("GET", "http://localhost/api/x")


class Body(SyncByteStream):
    """A body that tells whether it was closed."""

    def __init__(self) -> None:
        self.closed = False

    def __iter__(self) -> Iterator[bytes]:
        yield b"one"
        yield b"two"

    def close(self) -> None:
        self.closed = True


@dataclass
class Stock(BaseTransport):
    """A transport that fails when two requests meet in it."""

    gate: threading.Barrier | None = None
    error: Exception | None = None
    closed: bool = False
    bodies: list[Body] = field(default_factory=list[Body])
    _busy: threading.Lock = field(default_factory=threading.Lock)

    def handle_request(self, request: Request) -> Response:
        assert self._busy.acquire(blocking=False), "two requests at once"
        try:
            if self.gate is not None:
                self.gate.wait(20)
            if self.error is not None:
                raise self.error
            self.bodies.append(Body())
            return Response(200, headers={"x-a": "b"}, stream=self.bodies[-1], extensions={"http_version": b"HTTP/2"})
        finally:
            self._busy.release()

    def close(self) -> None:
        self.closed = True


@dataclass
class Maker:
    """Makes stock transports, and remembers them."""

    gate: threading.Barrier | None = None
    made: list[Stock] = field(default_factory=list[Stock])

    def __call__(self) -> Stock:
        self.made.append(Stock(self.gate))
        return self.made[-1]


def test_requests_one_after_the_other_share_one_connection() -> None:
    maker = Maker()
    with StockHttp2Transport(maker, 5) as transport:
        for _ in range(3):
            answer = transport.handle_request(PATIENT)
            assert (answer.status_code, answer.headers["x-a"], answer.extensions["http_version"]) == (
                200,
                "b",
                b"HTTP/2",
            )
            assert answer.read() == b"onetwo"
            answer.close()
        assert [len(stock.bodies) for stock in maker.made] == [3]
        assert all(body.closed for body in maker.made[0].bodies)
    assert maker.made[0].closed


def test_threads_get_a_connection_each_and_come_back_to_it() -> None:
    maker = Maker(threading.Barrier(8))

    def ask(_: int) -> bytes:
        answer = transport.handle_request(PATIENT)
        try:
            return answer.read()
        finally:
            answer.close()

    with StockHttp2Transport(maker, 8) as transport, ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(32))) == [b"onetwo"] * 32
    assert len(maker.made) == 8
    assert all(stock.closed for stock in maker.made)


def test_a_connection_is_not_lent_again_before_its_answer_is_closed() -> None:
    maker = Maker()
    with StockHttp2Transport(maker, 2) as transport:
        first, second = transport.handle_request(PATIENT), transport.handle_request(PATIENT)
        assert len(maker.made) == 2
        with pytest.raises(PoolTimeout, match="all connections were at work"):
            transport.handle_request(REQUEST)
        first.close()
        first.close()
        transport.handle_request(REQUEST).close()
        second.close()
    assert len(maker.made) == 2


def test_what_fails_gives_its_place_back() -> None:
    maker = Maker()
    with StockHttp2Transport(maker, 1) as transport:
        maker.made[0].error = ConnectError("nobody there")
        for _ in range(3):
            with pytest.raises(ConnectError):
                transport.handle_request(REQUEST)
        maker.made[0].error = None
        transport.handle_request(REQUEST).close()


def test_a_place_is_given_back_when_no_transport_can_be_made() -> None:
    made = [Stock()]

    def make() -> Stock:
        if not made:
            raise OSError("no more files")
        return made.pop()

    with StockHttp2Transport(make, 2) as transport:
        answer = transport.handle_request(REQUEST)
        for _ in range(3):
            with pytest.raises(OSError, match="no more files"):
                transport.handle_request(REQUEST)
        answer.close()
        transport.handle_request(REQUEST).close()


def test_a_connection_that_is_at_work_when_all_are_closed_is_closed_after_its_answer() -> None:
    maker = Maker()
    transport = StockHttp2Transport(maker, 5)
    answer = transport.handle_request(PATIENT)
    transport.close()
    assert not maker.made[0].closed
    answer.close()
    assert maker.made[0].closed
