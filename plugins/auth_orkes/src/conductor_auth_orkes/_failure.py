"""Why no token could be had, as a value: every caller who needs one gets an error of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from conductor_core.errors import ConductorError, ConnectionFailedError, RequestTimeoutError, api_error_from

if TYPE_CHECKING:
    from collections.abc import Mapping

# Tries in a row that a caller waits for, by what went wrong: the server answers but gives no token, it cannot be reached,
# it does not answer in time.
TRIES: Final = {"answer": 8, "transport": 4, "timeout": 1}
_REFUSED: Final = frozenset({400, 401, 403, 422})


@dataclass(frozen=True, slots=True)
class Failure:
    """One token request that brought no token."""

    kind: Literal["answer", "transport", "timeout"]
    url: str
    status: int = 0
    reason: str = ""
    document: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def tries(self) -> int:
        """How many tries in a row it may take before callers are told at once; a refused key pair is told the first time."""
        return 1 if self.status in _REFUSED else TRIES[self.kind]

    def __str__(self) -> str:
        return str(self.error())

    def error(self) -> ConductorError:
        """Return a new error: each is raised once, so that tracebacks do not grow together."""
        if self.kind == "timeout":
            return RequestTimeoutError(method="POST", url=self.url, reason=self.reason, retryable=True)
        if self.kind == "transport" or not self.document:
            return ConnectionFailedError(method="POST", url=self.url, reason=self.reason, retryable=True)
        hint = "is the access key right, and is it active?" if self.status in _REFUSED else ""
        error = api_error_from(method="POST", url=self.url, status=self.status, document=dict(self.document))
        if hint:
            error.add_note(hint)
        return error
