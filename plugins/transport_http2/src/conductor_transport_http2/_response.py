"""The headers of an answer, checked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from conductor_core.http import RemoteProtocolError

if TYPE_CHECKING:
    from collections.abc import Iterable

_STATUS: Final = re.compile(rb"[1-5][0-9][0-9]")
_NAME: Final = re.compile(rb"[!#$%&'*+\-.^_`|~0-9a-z]+")
_FORBIDDEN: Final = re.compile(rb"[\0\r\n]")
_MOST_PAIRS: Final = 256
_known: set[tuple[bytes, bytes]] = set()  # pairs that were checked before; servers send a few all the time


def checked(headers: Iterable[tuple[bytes, bytes]]) -> tuple[int, list[tuple[bytes, bytes]]]:
    """Return the status and the headers.

    Raises:
        RemoteProtocolError: there is no status, or a name or value that HTTP does not allow (RFC 9113, section 8.2.1).
    """
    pairs = [(name, value) for name, value in headers]
    if not pairs or pairs[0][0] != b":status" or _STATUS.fullmatch(pairs[0][1]) is None:
        raise RemoteProtocolError("the server's answer has no valid status")
    status = int(pairs.pop(0)[1])
    for pair in pairs:
        if pair not in _known:
            _check(*pair)
            if len(_known) < _MOST_PAIRS:
                _known.add(pair)
    return status, pairs


def _check(name: bytes, value: bytes) -> None:
    if _NAME.fullmatch(name) is None:
        raise RemoteProtocolError(f"the server's answer has a header {name!r}, which HTTP does not allow")
    if _FORBIDDEN.search(value) is not None:
        raise RemoteProtocolError(f"the value of the header {name!r} holds a line break or a NUL")
