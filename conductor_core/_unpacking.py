"""Bodies of answers, unpacked within a bound: a packed answer of a few kilobytes may unpack to more than the memory holds.

The HTTP library unpacks without one, and what was packed several times over grows a thousandfold each time. So a packed body
is unpacked here, for every transport alike, and only from the codings that requests ask for.
"""

from __future__ import annotations

import zlib
from typing import Final

from conductor_core import http

DEFAULT_LIMIT: Final = 256 * 1024 * 1024
ACCEPTED: Final = "gzip, deflate"

_GZIP: Final = 16 + zlib.MAX_WBITS
_WINDOWS: Final = {"gzip": _GZIP, "x-gzip": _GZIP, "deflate": zlib.MAX_WBITS}
_ZLIB_METHOD: Final = 8
_STEP: Final = 1024 * 1024


def read(response: http.Response) -> http.Response:
    """Return a response with its body read and unpacked; one that has to be unpacked is replaced.

    Raises:
        TransportError: no answer, or one that is above the limit or cannot be unpacked.
    """
    if _is_packed(response):
        return _unpacked(response, b"".join(response.iter_raw()))
    response.read()
    return response


async def aread(response: http.Response) -> http.Response:
    """Return a response of an asynchronous transport, as :func:`read` does.

    Raises:
        TransportError: no answer, or one that is above the limit or cannot be unpacked.
    """
    if _is_packed(response):
        return _unpacked(response, b"".join([piece async for piece in response.aiter_raw()]))
    await response.aread()
    return response


def unpack(packed: bytes, coding: str, limit: int) -> bytes:
    """Return what a body holds.

    Args:
        packed: the body as it was sent.
        coding: the value of its ``Content-Encoding``.
        limit: most bytes to return.

    Raises:
        RemoteProtocolError: it holds more, is cut short or is no such data, or the coding was not asked for.
    """
    names = [name for name in (part.strip().lower() for part in coding.split(",")) if name not in ("", "identity")]
    if not names or not packed:
        return packed
    window = _WINDOWS.get(names[0])
    if window is None or len(names) > 1:
        raise http.RemoteProtocolError(f"the answer is packed as {', '.join(names)!r}; asked for was {ACCEPTED}")
    if names[0] == "deflate" and packed[0] & 0x0F != _ZLIB_METHOD:
        window = -zlib.MAX_WBITS  # some servers leave out the header that the standard wants
    try:
        return _members(packed, window, limit)
    except zlib.error as error:
        raise http.RemoteProtocolError(f"the answer cannot be unpacked: {error}") from error


def _members(packed: bytes, window: int, limit: int) -> bytes:
    """Unpack one stream after the other: gzip allows several in one body."""
    found = bytearray()
    while packed:
        stream = zlib.decompressobj(window)
        while not stream.eof:
            piece = stream.decompress(packed, _STEP)
            packed = stream.unconsumed_tail
            found += piece
            if len(found) > limit:
                found.clear()  # the error's traceback keeps it alive
                raise http.RemoteProtocolError(f"the answer's body has more than {limit} bytes once it is unpacked")
            if not piece and not packed and not stream.eof:
                raise http.RemoteProtocolError("the answer's packed body is cut short")
        packed = stream.unused_data
    return bytes(found)


def _is_packed(response: http.Response) -> bool:
    return "content-encoding" in response.headers and not response.is_stream_consumed


def _unpacked(response: http.Response, packed: bytes) -> http.Response:
    limit: int = response.extensions.get(http.MAX_BODY_BYTES, DEFAULT_LIMIT)
    content = unpack(packed, response.headers["content-encoding"], limit)
    headers = response.headers.copy()
    for name in ("content-encoding", "content-length", "transfer-encoding"):
        headers.pop(name, None)
    return http.Response(response.status_code, headers=headers, content=content, extensions=response.extensions)
