"""From an httpx request to bytes: head, framing of the body, limits of time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from conductor_core.http import REPEATABLE, STREAMED, ByteStream, LocalProtocolError, UnsupportedProtocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conductor_core.http import URL, AsyncByteStream, Request, SyncByteStream

DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_BODY_METHODS: Final = frozenset({"POST", "PUT", "PATCH"})
_HANDSHAKES: Final = frozenset({b"expect", b"upgrade"})
_SPECIAL: Final = frozenset({b"host", b"content-length", b"transfer-encoding"}) | _HANDSHAKES
_FOREIGN: Final = frozenset({STREAMED, "sni_hostname", "target", "trace"})
_TOKEN: Final = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_MOST_NAMES: Final = 256
_known_names: set[bytes] = set()  # names that were checked before; a program uses few
_known_starts: set[bytes] = set()  # the same for request lines; workers send few, over and over
_START: Final = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+ [\x21-\xff]+ HTTP/1\.1\r\n")


class Origin(NamedTuple):
    """Where a connection leads."""

    scheme: str
    host: str
    port: int


class Timeouts(NamedTuple):
    """Seconds; None waits for ever.

    Attributes:
        connect: to open a connection, TLS included.
        read: from the end of the request to the end of the answer; each 64 KiB of body renews it.
        write: to hand the request to the system.
        pool: to get a connection while all are in use.
    """

    connect: float | None = None
    read: float | None = None
    write: float | None = None
    pool: float | None = None

    @classmethod
    def of(cls, request: Request) -> Timeouts:
        """Read the extension ``timeout``, as httpx clients set it."""
        found: Mapping[str, float | None] | None = request.extensions.get("timeout")
        if not found:
            return NO_TIMEOUTS
        get = found.get
        return cls(get("connect"), get("read"), get("write"), get("pool"))


NO_TIMEOUTS: Final = Timeouts()
BodyStream: TypeAlias = "AsyncByteStream | SyncByteStream"


@dataclass(slots=True)
class Outgoing:
    """A request ready to be sent.

    Attributes:
        head: request line and headers, with the empty line.
        body: the whole body, unless it is a ``stream``.
        stream: pieces of the body, or None.
        length: declared bytes of the stream; None sends it in chunks.
        repeatable: may be sent again when a kept connection turns out to be closed: safe, and still at hand.
        no_body: the answer has no body whatever its headers say.
    """

    head: bytes
    body: bytes = b""
    stream: BodyStream | None = None
    length: int | None = None
    repeatable: bool = False
    no_body: bool = False


def origin_of(url: URL) -> Origin:
    """Return where a request for this URL has to go.

    Raises:
        UnsupportedProtocol: neither http nor https, or no host.
    """
    scheme, host = url.scheme, url.raw_host.decode("ascii")
    default = DEFAULT_PORTS.get(scheme)
    if default is None or not host:
        raise UnsupportedProtocol(f"a request needs an http:// or https:// URL with a host, got scheme {scheme!r}")
    return Origin(scheme, host, url.port or default)


def outgoing(request: Request) -> Outgoing | None:
    """Return what has to be sent for a request, or None when the stock transport has to carry it.

    That is so for CONNECT, ``Expect``, upgrades, answers that are read while they come, and extensions that only the stock
    transport knows.

    Raises:
        LocalProtocolError: a header or the framing of the body that HTTP does not allow.
    """
    method, raw, extensions = request.method, request.headers.raw, request.extensions
    special: dict[bytes, bytes] = {}
    for name, value in raw:
        lower = name.lower()
        if lower in _SPECIAL:
            if lower in special:
                raise LocalProtocolError(f"two headers {lower.decode()}")
            special[lower] = value
    if method == "CONNECT" or not special.keys().isdisjoint(_HANDSHAKES) or not _FOREIGN.isdisjoint(extensions):
        return None
    if b"host" not in special:
        raw = [(b"Host", request.url.netloc), *raw]
    stream = request.stream
    ready = Outgoing(
        b"", repeatable=bool(extensions.get(REPEATABLE, method in _SAFE_METHODS)), no_body=method == "HEAD"
    )
    if isinstance(stream, ByteStream):
        ready.body = b"".join(stream)
        raw = _with_length(raw, method, special, ready)
    else:
        ready.stream, ready.length = stream, _declared(special)
        if ready.length is None:
            raw = [pair for pair in raw if pair[0].lower() != b"content-length"]
    ready.head = encode_head(method.encode("ascii", "replace"), request.url.raw_path, header_block(raw))
    return ready


def prebuilt(method: bytes, target: bytes, headers: bytes, body: bytes, *, repeatable: bool) -> Outgoing:
    """Return a request from parts that were encoded before; only its length is added.

    Raises:
        LocalProtocolError: a method or target that HTTP does not allow.
    """
    if body or method != b"GET":
        headers = b"%bContent-Length: %d\r\n" % (headers, len(body))
    return Outgoing(encode_head(method, target, headers), body, repeatable=repeatable, no_body=method == b"HEAD")


def header_block(headers: list[tuple[bytes, bytes]]) -> bytes:
    """Return headers as they go over the wire, each with its line end.

    Raises:
        LocalProtocolError: a name that is no token, or a value with a line break or a NUL.
    """
    for name, _ in headers:
        if name not in _known_names:
            _check_name(name)
    block = b"".join([b"%b: %b\r\n" % pair for pair in headers])
    count = len(headers)
    if block.count(b"\n") != count or block.count(b"\r") != count or b"\0" in block:
        raise LocalProtocolError("a header's value holds a line break or a NUL, which HTTP does not allow")
    return block


def _check_name(name: bytes) -> None:
    if _TOKEN.fullmatch(name) is None:
        raise LocalProtocolError(f"a header has the name {name!r}, which HTTP does not allow")
    if len(_known_names) < _MOST_NAMES:
        _known_names.add(name)


def encode_head(method: bytes, target: bytes, block: bytes) -> bytes:
    """Return request line, headers and the empty line.

    Raises:
        LocalProtocolError: a method or target that HTTP does not allow.
    """
    start = b"%b %b HTTP/1.1\r\n" % (method, target)
    if start not in _known_starts:
        _check_start(start)
    return b"%b%b\r\n" % (start, block)


def _check_start(start: bytes) -> None:
    if _START.fullmatch(start) is None:
        raise LocalProtocolError("the method or the URL holds a character that HTTP does not allow")
    if len(_known_starts) >= _MOST_NAMES:
        _known_starts.clear()
    _known_starts.add(start)


def chunk(data: bytes) -> bytes:
    """Return one piece of a body in chunked coding; an empty piece would end the body, so it is left out."""
    return b"%x\r\n%b\r\n" % (len(data), data) if data else b""


LAST_CHUNK: Final = b"0\r\n\r\n"


def _with_length(
    raw: list[tuple[bytes, bytes]], method: str, special: dict[bytes, bytes], ready: Outgoing
) -> list[tuple[bytes, bytes]]:
    if b"transfer-encoding" in special:
        _declared(special)
        ready.body = chunk(ready.body) + LAST_CHUNK
        # httpx adds the length of any body it knows; beside chunks it must not go over the wire.
        return [pair for pair in raw if pair[0].lower() != b"content-length"]
    if b"content-length" in special:
        if _declared(special) != len(ready.body):
            raise LocalProtocolError(f"content-length is not the {len(ready.body)} bytes of the body")
    elif ready.body or method in _BODY_METHODS:
        return [*raw, (b"Content-Length", b"%d" % len(ready.body))]
    return raw


def _declared(special: dict[bytes, bytes]) -> int | None:
    """Return the declared length, or None for chunks."""
    coding, length = special.get(b"transfer-encoding"), special.get(b"content-length")
    if coding is not None:
        if coding.strip().lower() != b"chunked":
            raise LocalProtocolError("transfer-encoding must be chunked")
        return None
    if length is None:
        raise LocalProtocolError("a streamed body needs content-length or transfer-encoding: chunked")
    if not (length.isdigit() and length.isascii()):
        raise LocalProtocolError("content-length is no number")
    return int(length)
