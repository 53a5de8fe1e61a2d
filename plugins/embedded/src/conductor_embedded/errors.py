"""Refusals of the engine; the routes turn them into the server's error document.

EngineError
  InvalidRequest   400
  NotFound         404
  Conflict         409
  InternalError    500
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Conflict", "EngineError", "InternalError", "InvalidRequest", "NotFound"]


class EngineError(Exception):
    """A refusal with the HTTP status the real server answers with.

    `validation_errors` is the list of `{path, message, invalidValue?}` of a refused definition.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        retryable: bool = False,
        validation_errors: Sequence[Mapping[str, object]] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.retryable = retryable
        self.validation_errors: list[dict[str, object]] | None = (
            None if validation_errors is None else [dict(error) for error in validation_errors]
        )


class InvalidRequest(EngineError):  # noqa: N818 - named for the answer it becomes
    """The request is wrong in itself (400)."""

    def __init__(self, message: str, *, validation_errors: Sequence[Mapping[str, object]] | None = None) -> None:
        super().__init__(400, message, validation_errors=validation_errors)


class NotFound(EngineError):  # noqa: N818 - named for the answer it becomes
    """There is no such thing (404)."""

    def __init__(self, message: str) -> None:
        super().__init__(404, message)


class Conflict(EngineError):  # noqa: N818 - named for the answer it becomes
    """The request does not fit the state of the thing (409)."""

    def __init__(self, message: str) -> None:
        super().__init__(409, message)


class InternalError(EngineError):
    """What the real server answers 500 to (wrong types, unknown enum values, operations in a wrong state)."""

    def __init__(self, message: str) -> None:
        super().__init__(500, message)
