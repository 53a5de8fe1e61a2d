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
    high, low, span_id = _THREE_NUMBERS.unpack_from(hashlib.sha256(workflow_id.encode()).digest())
    return high << 64 | low or 1, span_id or 1


def is_sampled(trace_id: int, ratio: float) -> bool:
    """Tell whether a trace is among the given share, as OpenTelemetry's ratio samplers decide it.

    Args:
        trace_id: id of the trace.
        ratio: from 0 (none) to 1 (all).
    """
    return (trace_id & _LOW_64_BITS) < round(ratio * (_LOW_64_BITS + 1))
