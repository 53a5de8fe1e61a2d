"""Header compression without a memory, so that what was encoded or decoded once is only looked up.

HPACK remembers headers in a table of each connection and direction, and so its work is never the same twice; in Python that
work is the largest part of a small request. Here neither side uses the table: requests carry literal fields, and the
settings tell the server to keep a table of size 0. A request is some hundred bytes longer, and costs half.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from hpack import Decoder, Encoder

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hpack import HeaderTuple

_NEVER_INDEXED: Final = 0x10
_INDEXED: Final = 0x80
_TABLE_UPDATE: Final = 0xE0, 0x20  # mask and value of the first byte
_SECRET: Final = frozenset({b"authorization", b"cookie", b"proxy-authorization", b"x-authorization"})
_KEPT_ANSWERS: Final = 256
_KEPT_BYTES: Final = 1024

_encoder: Final = Encoder()


class LiteralEncoder(Encoder):
    """Writes each field as a literal, or as an entry of the static table."""

    def __init__(self) -> None:
        super().__init__()
        # The library logs whole header blocks at DEBUG, and tokens do not belong into a log.
        logging.getLogger("hpack").setLevel(logging.INFO)

    def encode(self, headers: Iterable[tuple[bytes, bytes]], huffman: bool = True) -> bytes:  # type: ignore[override]  # noqa: ARG002, FBT001, FBT002 - all that h2 passes
        """Return the header block."""
        changes = super().encode(()) if self.table_size_changes else b""
        return changes + b"".join([_field(name, value) for name, value in headers])


class RememberingDecoder(Decoder):
    """Decodes a block that it has seen before by looking it up, once the server's table is known to be empty."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[bytes, list[HeaderTuple]] = {}

    def decode(self, data: bytes, raw: bool = False) -> Iterable[HeaderTuple]:  # noqa: FBT001, FBT002 - as in hpack
        """Return the headers of a block."""
        mask, update = _TABLE_UPDATE
        if self.header_table.maxsize or not data or data[0] & mask == update or not raw:
            return super().decode(data, raw)
        key = bytes(data)
        found = self._seen.get(key)
        if found is None:
            found = list(super().decode(data, raw))
            if len(key) <= _KEPT_BYTES:
                if len(self._seen) >= _KEPT_ANSWERS:
                    self._seen.clear()
                self._seen[key] = found
        return found


@lru_cache(maxsize=2048)
def _field(name: bytes, value: bytes) -> bytes:
    # As "sensitive" it never enters a table; that word to those on the way is taken back where it is no secret.
    encoded = _encoder.encode([(name, value, True)], huffman=False)
    if encoded[0] & _INDEXED or name in _SECRET:
        return encoded
    return bytes([encoded[0] & ~_NEVER_INDEXED]) + encoded[1:]
