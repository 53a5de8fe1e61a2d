"""One execution of a workflow is one trace: its id, and whether it is sampled, follow from the workflow id alone."""

from __future__ import annotations

import hashlib
import struct

_LOW_64_BITS = (1 << 64) - 1
_THREE_NUMBERS = struct.Struct(">QQQ")


def trace_id_of(workflow_id: str) -> int:
    """Return the trace id of an execution: the first 16 bytes of the SHA-256 of its workflow id.

    The workflow id itself will not do: a UUID has fixed bits, which break samplers that go by a ratio.
    """
    return ids_of(workflow_id)[0]


def ids_of(workflow_id: str) -> tuple[int, int]:
    """Return both ids of an execution: that of its trace, and that of the span that stands for it."""
    return ids_in(digest_of(workflow_id))


def digest_of(workflow_id: str) -> bytes:
    """Return what the ids of an execution are made of."""
    return hashlib.sha256(workflow_id.encode()).digest()


def ids_in(digest: bytes) -> tuple[int, int]:
    """Return the ids of :func:`ids_of` that a digest of an execution has."""
    high, low, span_id = _THREE_NUMBERS.unpack_from(digest)
    return high << 64 | low or 1, span_id or 1


def is_sampled(trace_id: int, ratio: float) -> bool:
    """Tell whether a trace is among the given share, as OpenTelemetry's ratio samplers decide it.

    Args:
        trace_id: id of the trace.
        ratio: from 0 (none) to 1 (all).
    """
    return (trace_id & _LOW_64_BITS) < share_of(ratio)


def share_of(ratio: float) -> int:
    """Return below which number the low half of a trace's id has to be, for it to be among the given share."""
    return round(ratio * (_LOW_64_BITS + 1))


def is_in(digest: bytes, share: int) -> bool:
    """Tell the same of an execution, without working out its ids.

    Args:
        digest: of :func:`digest_of`.
        share: of :func:`share_of`.
    """
    return int.from_bytes(digest[8:16]) < share
