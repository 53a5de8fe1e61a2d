"""One execution of a workflow is one trace: its id, and whether it is sampled, follow from the workflow id alone."""

from __future__ import annotations

import hashlib

_TRACE_BYTES = 16
_SPAN_BYTES = 8
_LOW_64_BITS = (1 << 64) - 1


def trace_id_of(workflow_id: str) -> int:
    """Return the trace id of an execution: the first 16 bytes of the SHA-256 of its workflow id.

    The workflow id itself will not do: a UUID has fixed bits, which break samplers that go by a ratio.
    """
    return ids_of(workflow_id)[0]


def ids_of(workflow_id: str) -> tuple[int, int]:
    """Return both ids of an execution: that of its trace, and that of the span that stands for it."""
    digest = _digest(workflow_id)
    span_id = digest[_TRACE_BYTES : _TRACE_BYTES + _SPAN_BYTES]
    return int.from_bytes(digest[:_TRACE_BYTES], "big") or 1, int.from_bytes(span_id, "big") or 1


def is_sampled(trace_id: int, ratio: float) -> bool:
    """Tell whether a trace is among the given share, as OpenTelemetry's ratio samplers decide it.

    Args:
        trace_id: id of the trace.
        ratio: from 0 (none) to 1 (all).
    """
    return (trace_id & _LOW_64_BITS) < round(ratio * (_LOW_64_BITS + 1))


def _digest(workflow_id: str) -> bytes:
    return hashlib.sha256(workflow_id.encode()).digest()
