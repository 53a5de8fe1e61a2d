"""What a server may do at any time: refuse, reset, say goodbye, hold back, and be wrong."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from h2.errors import ErrorCodes
from h2.settings import SettingCodes

from conductor_core.http import (
    ConnectError,
    ConnectTimeout,
    LocalProtocolError,
    PoolTimeout,
    ReadError,
    ReadTimeout,
    RemoteProtocolError,
    WriteTimeout,
)
from tests._support.hostile_server import HostileServer, Peer
from tests._support.http2_server import Http2Peer, Http2Server

LARGE = 3_000_000


async def test_a_request_arrives_as_it_was_meant(face: Any) -> None:
    headers = {"X-Authorization": "token", "Accept": "application/json", "Connection": "keep-alive"}
    with Http2Server() as server:
        response = await face.request("POST", f"{server.url}/api/x?a=b%20c", content=b"{}", headers=headers)
    assert (response.status_code, response.text, response.http_version) == (200, "ok", "HTTP/2")
    (asked,) = server.asked
    assert asked.body == b"{}"
    wanted = {
        b":method": b"POST",
        b":scheme": b"http",
        b":path": b"/api/x?a=b%20c",
        b":authority": f"127.0.0.1:{server.port}".encode(),
        b"x-authorization": b"token",
        b"content-length": b"2",
    }
    assert wanted.items() <= asked.headers.items()
    assert b"connection" not in asked.headers
    assert b"host" not in asked.headers


async def test_a_hundred_requests_share_one_connection(face: Any) -> None:
    with Http2Server() as server:
        answers = await asyncio.gather(*[face.request("GET", f"{server.url}/{number}") for number in range(100)])
    assert {answer.text for answer in answers} == {"ok"}
    assert server.connections == 1
    assert sorted(asked.headers[b":path"] for asked in server.asked) == sorted(b"/%d" % n for n in range(100))


async def test_answers_come_in_any_order(face: Any) -> None:
    async def backwards(peer: Http2Peer) -> None:
        asked = [await peer.request() for _ in range(5)]
        for one in reversed(asked):
            await peer.answer(one, one.headers[b":path"])
        await peer.serve()

    with Http2Server(backwards) as server:
        answers = await asyncio.gather(*[face.request("GET", f"{server.url}/{number}") for number in range(5)])
    assert [answer.text for answer in answers] == [f"/{number}" for number in range(5)]


async def test_large_bodies_pass_the_windows_both_ways(face: Any) -> None:
    async def echo(peer: Http2Peer) -> None:
        asked = await peer.request()
        await peer.answer(asked, asked.body)
        await peer.serve()

    body = bytes(range(256)) * (LARGE // 256)
    with Http2Server(echo) as server:
        assert (await face.request("POST", f"{server.url}/", content=body)).content == body
        assert (await face.request("GET", f"{server.url}/")).text == "ok"
    assert server.connections == 1


async def test_a_large_body_holds_up_no_small_one(faces: Any, until: Any) -> None:
    async def slow(peer: Http2Peer) -> None:
        peer.acknowledge = False
        small = await peer.request()
        await peer.answer(small, b"small")
        peer.acknowledge = True
        peer.h2.acknowledge_received_data(65535, 1)
        await peer.flush()
        await peer.answer(await peer.request(), b"large")
        await peer.serve()

    face = faces()
    with Http2Server(slow) as server:
        large = asyncio.create_task(face.request("POST", server.url, content=b"x" * LARGE))
        await until(lambda: server.peers)
        assert (await face.request("GET", server.url)).text == "small"
        assert (await large).text == "large"


async def test_a_body_in_pieces(face: Any) -> None:
    pieces = [b"a" * 70_000, b"", b"b" * 10]
    with Http2Server() as server:
        assert (await face.request("POST", server.url, content=face.body(pieces))).text == "ok"
        length = {"Content-Length": "5"}
        with pytest.raises(LocalProtocolError, match=r"has 3 bytes|is not the 3"):
            await face.request("POST", server.url, content=face.body([b"abc"]), headers=length)
        assert (await face.request("GET", server.url)).text == "ok"
    assert server.asked[0].body == b"".join(pieces)
    assert server.connections == 1


async def test_an_answer_before_the_end_of_the_body_is_taken(face: Any) -> None:
    async def refusing(peer: Http2Peer) -> None:
        peer.acknowledge = False
        while 1 not in peer.h2.streams:
            await peer.read()
        await peer.answer(1, b"no", b"413")
        while 1 not in peer.resets:
            await peer.read()
        await peer.serve()

    with Http2Server(refusing) as server:
        response = await face.request("POST", server.url, content=b"x" * LARGE)
        assert (response.status_code, response.text) == (413, "no")
        assert (await face.request("GET", server.url)).text == "ok"
    assert server.connections == 1


async def test_what_a_farewell_leaves_out_is_sent_again_and_what_it_accepted_goes_on(face: Any) -> None:
    async def leaving(peer: Http2Peer) -> None:
        if peer.number > 1:
            await peer.serve()
        asked = [await peer.request() for _ in range(4)]
        peer.h2.close_connection(last_stream_id=asked[1].stream)
        goodbye = peer.h2.data_to_send()
        peer.h2.state_machine.state = peer.h2.state_machine.state.SERVER_OPEN
        await peer.peer.send(goodbye)
        for one in asked[:2]:
            await peer.answer(one, b"old")
        while True:
            await peer.read()

    with Http2Server(leaving) as server:
        answers = await asyncio.gather(*[face.request("POST", server.url, content=b"x") for _ in range(4)])
    assert sorted(answer.text for answer in answers) == ["ok", "ok", "old", "old"]
    assert server.connections == 2


async def test_a_refused_stream_is_sent_again(face: Any) -> None:
    async def busy(peer: Http2Peer) -> None:
        for _ in range(3):
            asked = await peer.request()
            peer.h2.reset_stream(asked.stream, ErrorCodes.REFUSED_STREAM)
            await peer.flush()
        await peer.serve()

    with Http2Server(busy) as server:
        assert (await face.request("POST", server.url, content=b"x")).text == "ok"
    assert len(server.asked) == 4
    assert server.connections == 1


async def test_a_server_that_refuses_for_ever_is_a_failure_to_connect(face: Any) -> None:
    async def closed(peer: Http2Peer) -> None:
        while True:
            asked = await peer.request()
            peer.h2.reset_stream(asked.stream, ErrorCodes.REFUSED_STREAM)
            await peer.flush()

    with Http2Server(closed) as server, pytest.raises(ConnectError, match="refused the stream"):
        await face.request("POST", server.url, content=b"x")
    assert len(server.asked) == 8


async def test_another_reset_is_an_error_and_nothing_is_sent_twice(face: Any) -> None:
    async def broken(peer: Http2Peer) -> None:
        asked = await peer.request()
        peer.h2.reset_stream(asked.stream, ErrorCodes.INTERNAL_ERROR)
        await peer.flush()
        await peer.serve()

    with Http2Server(broken) as server:
        with pytest.raises(RemoteProtocolError, match="reset the stream: INTERNAL_ERROR"):
            await face.request("GET", server.url)
        assert (await face.request("GET", server.url)).text == "ok"
    assert server.connections == 1


async def test_a_lost_connection_is_replaced_for_harmless_requests_only(face: Any) -> None:
    async def dying(peer: Http2Peer) -> None:
        await peer.answer(await peer.request())
        await peer.request()
        peer.peer.reset()

    for method, retried in (("GET", True), ("POST", False)):
        with Http2Server(dying) as server:
            await face.request("GET", server.url)
            if retried:
                assert (await face.request(method, server.url)).text == "ok"
                continue
            with pytest.raises((ReadError, RemoteProtocolError)):
                await face.request(method, server.url, content=b"x")
            assert len(server.asked) == 2


async def test_a_close_while_idle_is_noticed(face: Any, until: Any) -> None:
    async def once(peer: Http2Peer) -> None:
        await peer.answer(await peer.request())

    with Http2Server(once) as server:
        for _ in range(3):
            assert (await face.request("POST", server.url, content=b"x")).text == "ok"
            await until(lambda: not face.connections)
    assert server.connections == 3


async def test_the_servers_limit_of_streams_is_kept_and_more_connections_are_opened_up_to_the_limit(faces: Any) -> None:
    face = faces(max_connections=2)
    at_once: dict[int, int] = {}

    async def narrow(peer: Http2Peer) -> None:
        while True:
            asked = [await peer.request()]
            await asyncio.sleep(0.02)
            open_ = sum(1 for stream in peer.h2.streams.values() if stream.open)
            at_once[peer.number] = max(at_once.get(peer.number, 0), open_)
            for one in asked:
                await peer.answer(one)

    with Http2Server(narrow, settings={SettingCodes.MAX_CONCURRENT_STREAMS: 3}) as server:
        answers = await asyncio.gather(*[face.request("GET", server.url) for _ in range(12)])
    assert {answer.text for answer in answers} == {"ok"}
    assert server.connections == 2
    assert max(at_once.values()) <= 3


async def test_patience_for_a_place_ends(faces: Any, until: Any) -> None:
    face = faces(max_connections=1, max_streams=1)
    released = threading.Event()

    async def slow(peer: Http2Peer) -> None:
        asked = await peer.request()
        await until(released.is_set)
        await peer.answer(asked)
        await peer.serve()

    with Http2Server(slow) as server:
        first = asyncio.create_task(face.request("GET", server.url))
        await until(lambda: server.asked)
        with pytest.raises(PoolTimeout):
            await face.request("GET", server.url, extensions={"timeout": {"pool": 0.1}})
        released.set()
        assert (await first).text == "ok"


async def test_patience_for_an_answer_ends_and_its_stream_is_reset(face: Any, until: Any) -> None:
    async def silent(peer: Http2Peer) -> None:
        while True:
            await peer.read()

    with Http2Server(silent) as server:
        with pytest.raises(ReadTimeout):
            await face.request("GET", server.url, extensions={"timeout": {"read": 0.1}})
        await until(lambda: server.peers[0].resets)
    assert server.peers[0].resets == {1: ErrorCodes.CANCEL}


async def test_who_has_little_patience_to_connect_takes_it_from_nobody_else(face: Any, until: Any) -> None:
    released = threading.Event()

    async def late(peer: Http2Peer) -> None:
        await until(released.is_set)
        await peer.serve()

    with Http2Server(late, late=True) as server:
        others = [asyncio.create_task(face.request("GET", server.url)) for _ in range(3)]
        with pytest.raises(ConnectTimeout):
            await face.request("GET", server.url, extensions={"timeout": {"connect": 0.1}})
        released.set()
        assert [answer.text for answer in await asyncio.gather(*others)] == ["ok"] * 3


async def test_many_answers_together_pass_the_window_of_the_connection(faces: Any) -> None:
    face = faces(connection_window=1_000_000, stream_window=1_000_000)
    body = b"x" * 300_000

    async def serve(peer: Http2Peer) -> None:
        asked = [await peer.request() for _ in range(6)]
        async with asyncio.TaskGroup() as group:
            for one in asked:
                group.create_task(peer.answer(one, body))
        await peer.serve()

    with Http2Server(serve) as server:
        answers = await asyncio.gather(*[face.request("GET", server.url) for _ in range(6)])
    assert {answer.content == body for answer in answers} == {True}


async def test_a_server_that_takes_no_body_in_time(face: Any) -> None:
    async def full(peer: Http2Peer) -> None:
        peer.acknowledge = False
        while True:
            await peer.read()

    timeout = {"connect": 20.0, "read": 20.0, "write": 0.1, "pool": 20.0}
    with Http2Server(full) as server, pytest.raises(WriteTimeout):
        await face.request("POST", server.url, content=b"x" * LARGE, extensions={"timeout": timeout})


async def test_a_server_that_never_speaks_is_a_connect_timeout(face: Any) -> None:
    async def silent(peer: Peer) -> None:
        await peer.reader.read(-1)

    with HostileServer(silent) as server, pytest.raises(ConnectTimeout):
        await face.request("GET", server.url, extensions={"timeout": {"connect": 0.1}})


@pytest.mark.parametrize("faces", ["async"], indirect=True)
async def test_a_dead_connection_is_found_by_a_ping(faces: Any) -> None:
    face = faces(ping_interval=0.2, ping_timeout=2.0)

    async def deaf(peer: Http2Peer) -> None:
        if peer.number > 1:
            await peer.serve()
        await peer.answer(await peer.request())
        await asyncio.sleep(30)

    with Http2Server(deaf) as server:
        assert (await face.request("POST", server.url, content=b"1")).text == "ok"
        await asyncio.sleep(0.2)
        assert (await face.request("POST", server.url, content=b"2")).text == "ok"  # asked before it was used
    assert [asked.body for asked in server.asked] == [b"1", b"2"]
    assert server.connections == 2


@pytest.mark.parametrize("faces", ["async"], indirect=True)
async def test_a_connection_that_dies_during_a_request_is_found_too(faces: Any) -> None:
    face = faces(ping_interval=0.1, ping_timeout=0.1)

    async def deaf(peer: Http2Peer) -> None:
        await peer.request()
        await asyncio.sleep(30)

    with Http2Server(deaf) as server, pytest.raises(ReadError, match=r"did not answer a ping within 0\.1 s"):
        await face.request("POST", server.url, content=b"1")


async def test_a_slow_answer_on_a_live_connection_is_waited_for(faces: Any) -> None:
    face = faces(ping_interval=0.05, ping_timeout=10.0)

    async def slow(peer: Http2Peer) -> None:
        asked = await peer.request()
        for _ in range(2):
            await peer.read()  # a ping each, answered by h2
        await peer.answer(asked)
        await peer.serve()

    with Http2Server(slow) as server:
        assert (await face.request("GET", server.url)).text == "ok"


async def test_an_unused_connection_is_closed_with_a_farewell(faces: Any) -> None:
    face = faces(keepalive_seconds=0.05)
    left = asyncio.Event()
    loop = asyncio.get_running_loop()

    async def serve(peer: Http2Peer) -> None:
        try:
            await peer.serve()
        finally:
            loop.call_soon_threadsafe(left.set)

    with Http2Server(serve) as server:
        await face.request("GET", server.url)
        async with asyncio.timeout(20):
            await left.wait()
        assert (await face.request("GET", server.url)).text == "ok"
    assert server.connections == 2


@pytest.mark.parametrize(
    "garbage",
    [b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", b"\0" * 100, b"\xff" * 100],
    ids=["http1", "zeros", "ones"],
)
async def test_a_server_that_does_not_speak_it_is_named(face: Any, garbage: bytes) -> None:
    async def handler(peer: Peer) -> None:
        await peer.reader.read(1)
        await peer.send(garbage)
        await peer.reader.read(-1)

    with HostileServer(handler) as server, pytest.raises(ConnectError, match="does not speak HTTP/2"):
        await face.request("GET", server.url)


async def test_garbage_in_the_middle_ends_all_requests_of_the_connection(face: Any) -> None:
    async def handler(peer: Http2Peer) -> None:
        for _ in range(3):
            await peer.request()
        await peer.peer.send(b"\xff" * 1000)
        await peer.peer.reader.read(-1)

    with Http2Server(handler) as server:
        found = await asyncio.gather(*[face.request("POST", server.url) for _ in range(3)], return_exceptions=True)
    assert [type(error) for error in found] == [RemoteProtocolError] * 3
    assert len({id(error) for error in found}) == 3


@pytest.mark.parametrize(
    "headers",
    [[(b":status", b"20")], [(b":status", b"2oo")], [(b":status", b"200"), (b"X-Upper", b"1")], [(b"x", b"1")]],
    ids=["short", "letters", "upper", "none"],
)
async def test_headers_that_are_not_allowed_end_their_stream_only(face: Any, headers: Any) -> None:
    async def handler(peer: Http2Peer) -> None:
        asked = await peer.request()
        peer.h2.config.validate_outbound_headers = peer.h2.config.normalize_outbound_headers = False
        peer.h2.send_headers(asked.stream, headers, end_stream=True)
        await peer.flush()
        await peer.serve()

    with Http2Server(handler) as server:
        with pytest.raises(RemoteProtocolError):
            await face.request("GET", server.url)
        assert (await face.request("GET", server.url)).text == "ok"
    assert server.connections == 1


async def test_an_answer_above_the_limit_is_refused(faces: Any) -> None:
    face = faces(max_body_bytes=100)

    async def handler(peer: Http2Peer) -> None:
        await peer.answer(await peer.request(), b"x" * 101)
        await peer.serve()

    with Http2Server(handler) as server:
        with pytest.raises(RemoteProtocolError, match="above the limit of 100 bytes"):
            await face.request("GET", server.url)
        assert (await face.request("GET", server.url)).text == "ok"


async def test_interim_answers_and_trailers_are_passed_over(face: Any) -> None:
    async def handler(peer: Http2Peer) -> None:
        asked = await peer.request()
        peer.h2.send_headers(asked.stream, [(b":status", b"103")])
        peer.h2.send_headers(asked.stream, [(b":status", b"200"), (b"x-a", b"1")])
        peer.h2.send_data(asked.stream, b"ok")
        peer.h2.send_headers(asked.stream, [(b"x-trailer", b"1")], end_stream=True)
        await peer.flush()
        await peer.serve()

    with Http2Server(handler) as server:
        response = await face.request("GET", server.url)
        assert (response.status_code, response.text, response.headers.multi_items()) == (200, "ok", [("x-a", "1")])


@pytest.mark.parametrize("value", ["a\r\nb: c", "a\0b"])
async def test_a_header_that_would_smuggle_something_is_refused(face: Any, value: str) -> None:
    with Http2Server() as server:
        with pytest.raises(LocalProtocolError):
            await face.request("GET", server.url, headers={"X-A": value})
        assert server.asked == []
