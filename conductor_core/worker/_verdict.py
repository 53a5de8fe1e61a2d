"""What a failed update means: pure decisions about errors and about the update-v2 endpoint."""

from __future__ import annotations

from enum import Enum
from typing import Final

from conductor_core.errors import (
    ApiError,
    BadRequestError,
    ConductorError,
    ConflictError,
    InvalidArgumentError,
    NotFoundError,
    NotSupportedByServerError,
    PayloadTooLargeError,
    TransportFailureError,
)

UPDATE_WAITS: Final = (10.0, 20.0, 30.0)
UPDATE_TRIES: Final = len(UPDATE_WAITS) + 1
_GATEWAY_STATUSES: Final = frozenset({502, 504})
_UNAUTHORISED: Final = frozenset({401, 403})


class Verdict(Enum):
    """What to do after a failed try of an update."""

    RETRY = "retry"
    DROP = "drop"
    REFUSED = "refused"


class V2Support(Enum):
    """What is known about update-v2 on this server."""

    UNKNOWN = "unknown"
    YES = "yes"
    NO = "no"


def verdict_on(error: Exception) -> Verdict:
    """Decide about one failed try.

    A result for a task that is gone is dropped; one that the server cannot take is refused for good; everything
    else (network, timeouts, 5xx, 429, 401 and 403 after the refresh, a defect of a plugin) may work later.
    """
    if isinstance(error, NotFoundError | ConflictError):
        return Verdict.DROP
    if isinstance(error, BadRequestError | PayloadTooLargeError | InvalidArgumentError):
        return Verdict.REFUSED
    return Verdict.RETRY


def is_ambiguous(error: Exception) -> bool:
    """Tell whether the server may have worked on the request although no answer arrived.

    A second update-v2 would then fetch yet another task while the first one hangs, so the result is repeated
    through the plain update.
    """
    if isinstance(error, ApiError):
        return error.status in _GATEWAY_STATUSES
    if isinstance(error, TransportFailureError):
        return not error.retryable
    # A defect on the way: nobody knows whether before or after the request went out.
    return not isinstance(error, ConductorError)


def is_v2_missing(error: ConductorError) -> bool:
    """Tell whether an answer of update-v2 says that the path itself is unknown, not the task."""
    return isinstance(error, NotSupportedByServerError)


def may_mean_no_v2(error: ConductorError) -> bool:
    """Tell whether the plain update has to find out what this answer of update-v2 meant."""
    return isinstance(error, NotFoundError)


def is_auth_failure(error: Exception) -> bool:
    """Tell whether the server refused the caller, after whatever refresh the auth plugin did."""
    return isinstance(error, ApiError) and error.status in _UNAUTHORISED
