"""The rules of a task definition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_embedded._validation_errors import ValidationError
from conductor_embedded._values import as_int

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_NOT_NEGATIVE = ("retryCount", "pollTimeoutSeconds", "maxRetryDelaySeconds", "backoffJitterMs", "totalTimeoutSeconds")


def task_definition_errors(document: Mapping[str, object], path: str) -> Iterator[ValidationError]:
    """Yield what is wrong with a task definition whose types are right."""
    if not document.get("name"):
        yield ValidationError.of(document, path, "name", "TaskDef name cannot be null or empty")
    for field in _NOT_NEGATIVE:
        if as_int(document.get(field)) < 0:
            yield ValidationError.of(document, path, field, f"TaskDef {field}: 0 must be >= 0")
    if as_int(document.get("backoffScaleFactor"), 1) < 1:
        message = "Backoff scale factor. Applicable for LINEAR_BACKOFF"
        yield ValidationError.of(document, path, "backoffScaleFactor", message)
    yield from _timeout_errors(document, path)


def _timeout_errors(document: Mapping[str, object], path: str) -> Iterator[ValidationError]:
    name = document.get("name")
    timeout = as_int(document.get("timeoutSeconds"))
    total = as_int(document.get("totalTimeoutSeconds"))
    response = as_int(document.get("responseTimeoutSeconds"), 3600)
    if response < 1:
        message = f"TaskDef responseTimeoutSeconds: {response} should be minimum 1 second"
        yield ValidationError.of(document, path, "responseTimeoutSeconds", message)
    if 0 < timeout < response:
        message = f"TaskDef: {name} responseTimeoutSeconds: {response} must be less than timeoutSeconds: {timeout}"
        yield ValidationError(path, message)
    if 0 < total < timeout:
        message = (
            f"TaskDef: {name} timeoutSeconds: {timeout} must be less than or equal to totalTimeoutSeconds: {total}"
        )
        yield ValidationError(path, message)
