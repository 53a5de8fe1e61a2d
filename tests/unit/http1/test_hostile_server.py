"""What a server may do to a client, on both faces."""

from __future__ import annotations

import asyncio
import gzip
from typing import Any, cast

import pytest

from conductor_core.http import (
    ConnectError,
    LocalProtocolError,
    ReadError,
    ReadTimeout,
    RemoteProtocolError,
    Timeout,
    TransportError,
    UnsupportedProtocol,
    WriteTimeout,
)
from tests._support.hostile_server import OK, HostileServer, Peer, always_ok, answers

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def split(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


async def until(condition: Any, seconds: float = 2.0) -> None:
    for _ in range(int(seconds / 0.005)):
        if condition():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it did not happen in time")


async def test_a_plain_answer_arrives_as_it_was_sent(face: Any) -> None:
    answer = b"HTTP/1.1 201 Made\r\nX-One: 1\r\nX-one: 2\r\nContent-Length: 5\r\n\r\n\xff\x00abc"
    with HostileServer(answers(answer)) as server:
        response = await face.request("POST", f"{server.url}/a%20b?c=d", content=b"body")
    assert (response.status_code, response.reason_phrase, response.content) == (201, "Made", b"\xff\x00abc")
    assert response.headers.raw == [(b"X-One", b"1"), (b"X-one", b"2"), (b"Content-Length", b"5")]
    assert response.http_version == "HTTP/1.1"
    assert response.elapsed.total_seconds() > 0
    (received,) = server.received
    assert received.start == b"POST /a%20b?c=d HTTP/1.1"
    assert received.body == b"body"


@pytest.mark.parametrize("size", [1, 2, 7])
async def test_packets_may_be_split_anywhere(face: Any, size: Any) -> None:
    answer = CHUNKED.replace(b"OK", b"Fine indeed") + b"3;a=b\r\nabc\r\n1\r\nd\r\n0\r\nX-Trailer: 1\r\n\r\n"

    async def handler(peer: Peer) -> None:
        await peer.request()
        await peer.send(*split(answer, size), pause=0.0001)
        await always_ok(peer)

    with HostileServer(handler) as server:
        first = await face.request("GET", server.url)
        second = await face.request("GET", server.url)
    assert (first.text, first.reason_phrase) == ("abcd", "Fine indeed")
    assert "x-trailer" not in first.headers
    assert second.text == "ok"
    assert server.connections == 1


async def test_all_of_an_answer_may_come_in_one_packet(face: Any) -> None:
    merged = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\n" + OK
    with HostileServer(answers(merged, OK)) as server:
        response = await face.request("GET", server.url)
        assert (response.status_code, response.text, "link" in response.headers) == (200, "ok", False)
        assert (await face.request("GET", server.url)).text == "ok"
    assert server.connections == 1


async def test_interim_answers_without_end_are_refused(face: Any) -> None:
    async def handler(peer: Peer) -> None:
        await peer.request()
        for _ in range(100):
            await peer.send(b"HTTP/1.1 102 Processing\r\n\r\n" * 1000)
            await asyncio.sleep(0)

    with (
        HostileServer(handler) as server,
        pytest.raises(RemoteProtocolError, match="headers are above the limit of 65536 bytes"),
    ):
        await face.request("GET", server.url)
    assert face.open_connections() == 0


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70_000 + b"\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X-Name: value\r\n" * 6_000 + b"Content-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 " + b"a" * 70_000,
        CHUNKED + b"1\r\na\r\n0\r\n" + b"X-Trailer: value\r\n" * 6_000 + b"\r\n",
    ],
    ids=["one header", "many headers", "reason", "trailers"],
)
async def test_headers_above_the_limit_are_refused(face: Any, answer: Any) -> None:
    with (
        HostileServer(answers(answer)) as server,
        pytest.raises(RemoteProtocolError, match="headers are above the limit of 65536 bytes"),
    ):
        await face.request("GET", server.url)
    assert face.open_connections() == 0


async def test_headers_just_below_the_limit_pass_with_a_large_body(face: Any) -> None:
    answer = b"HTTP/1.1 200 OK\r\nX: " + b"a" * 60_000 + b"\r\nContent-Length: 300000\r\n\r\n" + b"b" * 300_000
    with HostileServer(answers(answer)) as server:
        response = await face.request("GET", server.url)
    assert len(response.content) == 300_000


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n" + b"a" * 1001,
        CHUNKED + b"65\r\n" + b"a" * 101 + b"\r\n" + (b"65\r\n" + b"a" * 101 + b"\r\n") * 10,
        b"HTTP/1.1 200 OK\r\n\r\n" + b"a" * 1001,
    ],
    ids=["length", "chunks", "until close"],
)
async def test_an_oversized_body_is_refused(faces: Any, answer: Any) -> None:
    face = faces(max_body_bytes=1000)
    with (
        HostileServer(answers(answer)) as server,
        pytest.raises(RemoteProtocolError, match="body is above the limit of 1000 bytes"),
    ):
        await face.request("GET", server.url)
    assert face.open_connections() == 0


async def test_a_body_of_exactly_the_limit_passes(faces: Any) -> None:
    with HostileServer(answers(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"a" * 1000)) as server:
        assert len((await faces(max_body_bytes=1000).request("GET", server.url)).content) == 1000


@pytest.mark.parametrize(
    "garbage",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 99 Odd\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
        CHUNKED + b"xyz\r\n",
        CHUNKED + b"2\r\nabc\r\n0\r\n\r\n",
        b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nabc",
        b"HTTP/1.1 101 Switching\r\n\r\nabc",
    ],
)
async def test_garbage_is_an_error_of_the_server(face: Any, garbage: Any) -> None:
    with HostileServer(answers(garbage)) as server, pytest.raises(RemoteProtocolError, match="the server"):
        await face.request("POST", server.url, content=b"x")
    assert face.open_connections() == 0


@pytest.mark.parametrize(
    ("begun", "where"),
    [
        (b"", "without an answer"),
        (b"HTTP/1.1 200 OK\r\nX: ", "in the middle of the headers"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", "after 3 bytes of the body"),
        (CHUNKED + b"3\r\nabc\r\n", "after 3 bytes of the body"),
    ],
)
async def test_an_early_close_says_how_far_the_answer_came(face: Any, begun: Any, where: Any) -> None:
    with HostileServer(answers(begun)) as server, pytest.raises(RemoteProtocolError, match=where):
        await face.request("POST", server.url)
    assert server.connections == 1
    assert face.open_connections() == 0


async def test_a_reset_in_the_middle_of_an_answer_is_a_read_error(face: Any) -> None:
    async def handler(peer: Peer) -> None:
        await peer.request()
        await peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
        await asyncio.sleep(0.02)
        peer.writer.get_extra_info("socket").setsockopt(1, 13, b"\1\0\0\0\0\0\0\0")  # SO_LINGER 0: close with a reset
        peer.reset()

    with HostileServer(handler) as server, pytest.raises(ReadError, match="connection was lost"):
        await face.request("GET", server.url)


async def test_a_body_may_last_until_the_connection_closes(face: Any) -> None:
    with HostileServer(answers(b"HTTP/1.0 200 OK\r\n\r\nall of it")) as server:
        response = await face.request("GET", server.url)
        assert (response.text, response.http_version) == ("all of it", "HTTP/1.0")
        assert (await face.request("GET", server.url)).text == "all of it"
    assert server.connections == 2


@pytest.mark.parametrize(
    ("method", "answer"),
    [
        ("HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"),
        ("HEAD", CHUNKED),
        ("GET", b"HTTP/1.1 204 No Content\r\n\r\n"),
        ("GET", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 1000\r\n\r\n"),
    ],
)
async def test_some_answers_have_no_body_whatever_they_say(face: Any, method: Any, answer: Any) -> None:
    async def handler(peer: Peer) -> None:
        await peer.request()
        await peer.send(answer if peer.received[0] is peer.received[-1] else OK)
        await always_ok(peer)

    with HostileServer(handler) as server:
        assert (await face.request(method, server.url)).content == b""
        assert (await face.request("POST", server.url)).text == "ok"


@pytest.mark.parametrize(
    ("answer", "connections"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", 1),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 1),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 1),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\n", 2),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", 2),
    ],
    ids=["length", "chunked", "empty", "close", "body"],
)
async def test_a_connection_is_kept_after_head_when_its_answer_ended_there(
    face: Any, answer: bytes, connections: int
) -> None:
    async def handler(peer: Peer) -> None:
        while True:
            received = await peer.request()
            await peer.send(answer if received.start.startswith(b"HEAD") else OK)

    with HostileServer(handler) as server:
        for _ in range(2):
            assert (await face.request("HEAD", server.url)).content == b""
            assert (await face.request("POST", server.url, content=b"x")).text == "ok"
        expected = connections if connections == 1 else 3
        assert server.connections == expected


async def test_a_kept_connection_is_used_again(face: Any) -> None:
    with HostileServer() as server:
        for number in range(5):
            assert (await face.request("POST", server.url, content=b"x" * number)).text == "ok"
    assert server.connections == 1
    assert [len(received.body) for received in server.received] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        OK + b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil",
        OK + b"evil",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nokevil",
    ],
    ids=["close", "HTTP/1.0", "second answer", "extra bytes", "extra bytes after close"],
)
async def test_a_connection_that_is_not_clean_is_not_used_again(face: Any, answer: Any) -> None:
    async def handler(peer: Peer) -> None:
        while True:
            await peer.request()
            await peer.send(answer)

    with HostileServer(handler) as server:
        for _ in range(3):
            assert (await face.request("POST", server.url)).text == "ok"
            assert face.open_connections() == 0
    assert server.connections == 3


async def test_an_answer_that_nobody_asked_for_is_never_taken_for_one(face: Any) -> None:
    async def handler(peer: Peer) -> None:
        await peer.request()
        await peer.send(OK, b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", pause=0.02)
        await always_ok(peer)

    with HostileServer(handler) as server:
        assert (await face.request("POST", server.url)).text == "ok"
        await asyncio.sleep(0.06)
        assert (await face.request("POST", server.url)).text == "ok"
    assert server.connections == 2


async def test_a_close_while_idle_is_noticed_before_the_next_request(face: Any) -> None:
    with HostileServer(answers(OK)) as server:
        for _ in range(3):
            assert (await face.request("POST", server.url)).text == "ok"
            await until(lambda: server.open == 0)
            await asyncio.sleep(0.01)
    assert server.connections == 3
    assert len(server.received) == 3


async def close_at_second_request(peer: Peer) -> None:
    await peer.request()
    await peer.send(OK)
    if peer.number == 1:
        await peer.request()
        return
    await always_ok(peer)


async def test_a_safe_request_is_repeated_once_when_a_kept_connection_closes_without_an_answer(face: Any) -> None:
    with HostileServer(close_at_second_request) as server:
        assert (await face.request("GET", server.url)).text == "ok"
        assert (await face.request("GET", server.url)).text == "ok"
    assert server.connections == 2
    assert len(server.received) == 3
    assert face.open_connections() == 1


async def test_another_request_is_not_repeated_since_the_server_may_have_acted_on_it(face: Any) -> None:
    with HostileServer(close_at_second_request) as server:
        assert (await face.request("POST", server.url)).text == "ok"
        with pytest.raises(RemoteProtocolError, match="without an answer"):
            await face.request("POST", server.url)
        assert (await face.request("POST", server.url)).text == "ok"
    assert len(server.received) == 3


async def test_nothing_is_repeated_once_an_answer_began(face: Any) -> None:
    async def handler(peer: Peer) -> None:
        await peer.request()
        await peer.send(OK)
        await peer.request()
        await peer.send(b"H")

    with HostileServer(handler) as server:
        await face.request("GET", server.url)
        with pytest.raises(RemoteProtocolError, match="middle of the headers"):
            await face.request("GET", server.url)
    assert len(server.received) == 2


async def test_a_request_is_repeated_only_once(face: Any) -> None:
    async def handler(peer: Peer) -> None:
        await peer.request()
        if peer.number == 1:
            await peer.send(OK)
            await peer.request()

    with HostileServer(handler) as server:
        assert (await face.request("GET", server.url)).text == "ok"
        with pytest.raises(RemoteProtocolError, match="without an answer"):
            await face.request("GET", server.url)
    assert (server.connections, len(server.received)) == (2, 3)
    assert face.open_connections() == 0


async def silence(peer: Peer) -> None:
    await peer.request()
    await asyncio.sleep(10)


async def test_a_silent_server_is_a_read_timeout(face: Any, stopwatch: Any) -> None:
    with HostileServer(silence) as server:
        with pytest.raises(ReadTimeout):
            await face.request("GET", server.url, timeout=0.05)
        assert 0.05 <= stopwatch.seconds < 2
        assert face.open_connections() == 0


@pytest.mark.parametrize("begun", [b"HTTP/1.1 200 OK\r\nX: ", CHUNKED + b"ffff\r\n", b"HTTP/1.1 200 OK\r\n\r\n"])
async def test_a_trickle_of_bytes_does_not_outlive_the_read_timeout(face: Any, stopwatch: Any, begun: Any) -> None:
    async def handler(peer: Peer) -> None:
        await peer.request()
        await peer.send(begun)
        for _ in range(200):
            await peer.send(b"a")
            await asyncio.sleep(0.01)

    with HostileServer(handler) as server:
        with pytest.raises(ReadTimeout):
            await face.request("GET", server.url, timeout=0.1)
        assert stopwatch.seconds < 1.5


async def test_a_large_body_may_take_longer_than_the_read_timeout_while_it_keeps_coming(
    face: Any, stopwatch: Any
) -> None:
    piece = b"a" * 70_000

    async def handler(peer: Peer) -> None:
        await peer.request()
        await peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 420000\r\n\r\n")
        await peer.send(*[piece] * 6, pause=0.06)

    with HostileServer(handler) as server:
        response = await face.request("GET", server.url, timeout=0.2)
    assert len(response.content) == 420_000
    assert stopwatch.seconds > 0.2


async def test_a_server_that_does_not_read_is_a_write_timeout(face: Any, stopwatch: Any) -> None:
    async def handler(peer: Peer) -> None:
        cast("asyncio.Transport", peer.writer.transport).pause_reading()
        await asyncio.sleep(10)

    with HostileServer(handler) as server:
        with pytest.raises(WriteTimeout):
            await face.request("POST", server.url, content=b"x" * 30_000_000, timeout=Timeout(5.0, write=0.1))
        assert stopwatch.seconds < 3
        assert face.open_connections() == 0


async def test_the_answer_to_a_body_that_was_refused_halfway_is_returned(face: Any) -> None:
    refusal = b"HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nno!"

    async def handler(peer: Peer) -> None:
        await peer.reader.readuntil(b"\r\n\r\n")
        await peer.send(refusal)
        await asyncio.sleep(0.2)

    with HostileServer(handler) as server:
        response = await face.request("POST", server.url, content=face.body(b"x" * 1000 for _ in range(100_000)))
        assert (response.status_code, response.text) == (413, "no!")
        assert face.open_connections() == 0


async def test_a_streamed_body_goes_in_chunks_or_with_its_length(face: Any) -> None:
    with HostileServer() as server:
        await face.request("POST", server.url, content=face.body([b"ab", b"", b"c"]))
        await face.request("POST", server.url, content=face.body([b"ab", b"", b"c"]), headers={"Content-Length": "3"})
        await face.request("POST", server.url, content=b"abc", headers={"Transfer-Encoding": "chunked"})
    assert [received.body for received in server.received] == [b"abc"] * 3
    assert [b"chunked" in received.head for received in server.received] == [True, False, True]
    assert server.connections == 1


@pytest.mark.parametrize("length", ["2", "9", "x", "-3", "3\r\nX-Evil: 1"])
async def test_a_body_that_is_not_as_long_as_it_says_is_not_sent_on(face: Any, length: Any) -> None:
    with HostileServer() as server:
        with pytest.raises((LocalProtocolError, TransportError)):
            await face.request("POST", server.url, content=face.body([b"ab", b"c"]), headers={"Content-Length": length})
        assert face.open_connections() == 0
        with pytest.raises(LocalProtocolError):
            await face.request("POST", server.url, content=b"abc", headers={"Content-Length": length})


@pytest.mark.parametrize(
    "headers",
    [
        {"X-A": "1\r\nX-Evil: 1"},
        {"X-A": "1\nX-Evil: 1"},
        {"X-A": "\0"},
        {"X A": "1"},
        {"X-A:": "1"},
        {"": "1"},
        [("Host", "a"), ("Host", "b")],
    ],
)
async def test_headers_cannot_be_injected(face: Any, headers: Any) -> None:
    with HostileServer() as server:
        with pytest.raises(LocalProtocolError):
            await face.request("GET", server.url, headers=headers)
        with pytest.raises(LocalProtocolError):
            await face.request("GET\r\nX: 1", server.url)
    assert server.received == []


async def test_a_refused_connection_is_a_connect_error(face: Any) -> None:
    with HostileServer() as server:
        pass
    with pytest.raises(ConnectError, match=f"127.0.0.1:{server.port}"):
        await face.request("GET", server.url)
    with pytest.raises(ConnectError, match="a" * 70):
        await face.request("GET", f"http://{'a' * 70}.invalid/")
    with pytest.raises(UnsupportedProtocol):
        await face.request("GET", "ftp://127.0.0.1/")
    assert face.open_connections() == 0


async def test_a_compressed_body_is_unpacked_as_by_any_transport(face: Any) -> None:
    packed = gzip.compress(b"hello")
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    with HostileServer(answers(head + packed)) as server:
        assert (await face.request("GET", server.url)).text == "hello"


async def test_an_old_connection_is_replaced(faces: Any) -> None:
    face = faces(keepalive_seconds=0.03)
    with HostileServer() as server:
        await face.request("GET", server.url)
        await asyncio.sleep(0.05)
        await face.request("GET", server.url)
    assert server.connections == 2
    assert face.open_connections() == 1
