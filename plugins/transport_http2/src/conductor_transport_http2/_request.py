"""From an httpx request, or from parts that were built before, to what HTTP/2 sends."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from conductor_core.http import REPEATABLE, STREAMED, ByteStream, LocalProtocolError

if TYPE_CHECKING:
    from conductor_core.http import AsyncByteStream, Request, SyncByteStream
    from conductor_core.http1 import Origin

Pair: TypeAlias = tuple[bytes, bytes]
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_BODY_METHODS: Final = frozenset({b"POST", b"PUT", b"PATCH"})
# These speak about one connection of HTTP/1.1 and have no place in HTTP/2 (RFC 9113, section 8.2.2).
_HOP_BY_HOP: Final = frozenset(
    {b"connection", b"host", b"keep-alive", b"proxy-connection", b"te", b"transfer-encoding"}
)
_HANDSHAKES: Final = frozenset({b"expect", b"upgrade"})
_FOREIGN: Final = frozenset({STREAMED, "sni_hostname", "target", "trace"})
_TOKEN: Final = re.compile(rb"[!#$%&'*+\-.^_`|~0-9a-z]+")
_VISIBLE: Final = re.compile(rb"[\x21-\xff]+")
_FORBIDDEN: Final = re.compile(rb"[\0\r\n]")


class _Fields(NamedTuple):
    """What the headers of a request come to.

    Attributes:
        pairs: for the wire.
        authority: value of ``Host``, or None.
        length: the declared length of the body, or None.
        special: whether they ask for what HTTP/2 has not.
    """

    pairs: tuple[Pair, ...]
    authority: bytes | None
    length: int | None
    special: bool


@dataclass(slots=True)
class Outgoing:
    """A request ready to be sent.

    Attributes:
        headers: the pseudo-headers and the headers, lower-case names.
        body: the whole body, unless it is a ``stream``.
        stream: pieces of the body, or None.
        length: declared bytes of the stream, or None.
        repeatable: may be sent again when the connection is lost without a trace of an answer.
        begun: the stream was asked for its first piece, so that it cannot be sent again.
    """

    headers: list[Pair]
    body: bytes = b""
    stream: AsyncByteStream | SyncByteStream | None = None
    length: int | None = None
    repeatable: bool = False
    begun: bool = False


def outgoing(request: Request, origin: Origin) -> Outgoing | None:
    """Return what has to be sent for a request, or None when the stock transport has to carry it.

    That is so for CONNECT, ``Expect``, upgrades, answers that are read while they come, and extensions that only the stock
    transport knows.

    Raises:
        LocalProtocolError: a header, or a length, that HTTP does not allow.
    """
    method, extensions = request.method, request.extensions
    fields = _fields(tuple(request.headers.raw))
    if method == "CONNECT" or fields.special or not _FOREIGN.isdisjoint(extensions):
        return None
    verb, authority = method.encode("ascii", "replace"), fields.authority or request.url.netloc
    start = _start(origin.scheme, authority, verb, request.url.raw_path)
    ready = Outgoing([*start, *fields.pairs], repeatable=bool(extensions.get(REPEATABLE, method in _SAFE_METHODS)))
    if isinstance(request.stream, ByteStream):
        ready.body = b"".join(request.stream)
        _declare(ready, verb, fields.length)
    else:
        ready.stream, ready.length = request.stream, fields.length
    return ready


def prebuilt(
    origin: Origin, method: bytes, target: bytes, headers: bytes, body: bytes, *, repeatable: bool
) -> Outgoing:
    """Return a request from parts that were encoded before; only its length is added.

    Args:
        origin: gives the scheme.
        method: verb in upper case.
        target: path and query.
        headers: a block of HTTP/1.1 header lines with ``Host``, as the transport ``http1`` takes them.
        body: the whole body.
        repeatable: see :class:`Outgoing`.

    Raises:
        LocalProtocolError: something HTTP does not allow.
    """
    fields = _block(headers)
    start = _start(origin.scheme, fields.authority or b"", method, target)
    ready = Outgoing([*start, *fields.pairs], body, repeatable=repeatable)
    if body or method != b"GET":
        ready.headers.append((b"content-length", b"%d" % len(body)))
    return ready


@lru_cache(maxsize=1024)
def _start(scheme: str, authority: bytes, method: bytes, target: bytes) -> tuple[Pair, ...]:
    if not _TOKEN.fullmatch(method.lower()) or not _VISIBLE.fullmatch(target) or not _VISIBLE.fullmatch(authority):
        raise LocalProtocolError("the method or the URL holds a character that HTTP does not allow")
    return ((b":method", method), (b":scheme", scheme.encode()), (b":authority", authority), (b":path", target))


@lru_cache(maxsize=1024)
def _fields(raw: tuple[Pair, ...]) -> _Fields:
    found: list[Pair] = []
    authority: bytes | None = None
    length: int | None = None
    special = False
    for name, value in raw:
        lower = name.lower()
        if not _TOKEN.fullmatch(lower):
            raise LocalProtocolError(f"a header has the name {name!r}, which HTTP does not allow")
        if lower == b"host":
            authority = value
        elif lower == b"content-length":
            length = _length(value, length)
        special = special or lower in _HANDSHAKES
        if lower not in _HOP_BY_HOP:
            found.append((lower, _value(value)))
    return _Fields(tuple(found), authority, length, special)


@lru_cache(maxsize=256)
def _block(block: bytes) -> _Fields:
    lines = (line.partition(b":") for line in block.split(b"\r\n") if line)
    return _fields(tuple((name, value.strip()) for name, _, value in lines))


def _value(value: bytes) -> bytes:
    value = value.strip(b" \t")
    if _FORBIDDEN.search(value):
        raise LocalProtocolError("a header's value holds a line break or a NUL, which HTTP does not allow")
    return value


def _length(value: bytes, before: int | None) -> int:
    if not (value.isdigit() and value.isascii()):
        raise LocalProtocolError("content-length is no number")
    if before is not None:
        raise LocalProtocolError("two headers content-length")
    return int(value)


def _declare(ready: Outgoing, method: bytes, length: int | None) -> None:
    size = len(ready.body)
    if length is None:
        if size or method in _BODY_METHODS:
            ready.headers.append((b"content-length", b"%d" % size))
    elif length != size:
        raise LocalProtocolError(f"content-length is not the {size} bytes of the body")
