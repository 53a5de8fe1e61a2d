"""Every error this framework raises, in one tree.

::

    ConductorError
    ├── ConfigurationError            settings, files and arguments that cannot be used
    ├── PluginError                   a plugin that cannot do what was asked of it
    │   ├── PluginNotFoundError       asked for by name, not installed
    │   │   └── ClientNotInstalledError   `conductor.NAME` without its distribution
    │   ├── PluginDisabledError       asked for by name, switched off by settings
    │   ├── PluginLoadError           asked for by name, failed to import or to register
    │   └── DuplicatePluginError      two distributions offer the same name
    ├── InvalidArgumentError          refused before any I/O (also a ValueError)
    ├── ApiError                      the server answered, and said no
    │   ├── BadRequestError           400, 422
    │   ├── AuthenticationError       401
    │   ├── PermissionDeniedError     403
    │   ├── NotFoundError             404
    │   │   └── NotSupportedByServerError   404/405/501 for a call this server does not offer
    │   ├── ConflictError             409
    │   ├── PayloadTooLargeError      413
    │   ├── RateLimitedError          429
    │   └── ServerError               5xx
    ├── TransportFailureError         no usable answer arrived
    │   ├── ConnectionFailedError     refused, reset, name not found, TLS failure
    │   ├── RequestTimeoutError       connect, read, write or pool timeout
    │   └── DecodeError               an answer that is not what the call promised
    ├── ClosedError                   a conductor or driver used after it was closed
    ├── WaitTimeoutError              a flow that waited longer than it was allowed to
    └── WorkerError                   registration or start of workers failed
    NonRetryableException             raised by worker functions: fail this task for good
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from conductor_core._json import is_array, is_object

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


class ConductorError(Exception):
    """Any failure this framework reports on purpose."""

    retryable: bool = False
    """Whether the same thing may succeed later."""

    def __reduce__(self) -> tuple[Callable[..., Exception], tuple[object, ...]]:
        """Let errors cross processes, whatever their ``__init__`` asks for."""
        return _revived, (type(self), self.args, vars(self).copy())


def _revived(kind: type[Exception], arguments: tuple[object, ...], state: Mapping[str, object]) -> Exception:
    error = kind.__new__(kind, *arguments)
    error.args = arguments
    vars(error).update(state)
    return error


class ConfigurationError(ConductorError):
    """A setting, file or argument cannot be used; the message names it and says what to do."""


class PluginError(ConductorError):
    """A plugin cannot do what was asked of it."""


class PluginNotFoundError(PluginError):
    """A plugin that was asked for by name is not installed."""


class ClientNotInstalledError(PluginNotFoundError, AttributeError):
    """A domain client was used whose distribution is not installed.

    It is an ``AttributeError`` too, so that ``hasattr(conductor, "workflows")`` answers.
    """


class PluginDisabledError(PluginError):
    """A plugin that was asked for by name is switched off by the settings."""


class PluginLoadError(PluginError):
    """A plugin that was asked for by name failed to import or to register."""


class DuplicatePluginError(PluginError):
    """Two distributions offer the same name; the message names both."""


class InvalidArgumentError(ConductorError, ValueError):
    """An argument was refused before any request was made."""


class ApiError(ConductorError):
    """The server answered, and the answer is an error.

    Attributes:
        method: HTTP verb of the call.
        url: URL of the request, without its query.
        status: HTTP status code.
        server_message: what the server said, or an empty text.
        validation_errors: the server's list of ``{path, message, invalidValue?}``.
        code: the server's error code (``EXPIRED_TOKEN`` and the like), or None.
        retryable: whether the same call may succeed later.
        has_document: whether the body was the error document of a Conductor server; if not, something on the way to it may
            have answered, or a path was asked for that it does not know.
        retry_after: seconds that the server asked to wait (``Retry-After``), or None.
    """

    retry_after: float | None = None

    def __init__(
        self,
        *,
        method: str,
        url: str,
        status: int,
        message: str = "",
        validation_errors: Sequence[Mapping[str, object]] = (),
        code: str | None = None,
        retryable: bool = False,
        hint: str = "",
        has_document: bool = True,
    ) -> None:
        self.method = method
        self.url = url
        self.status = status
        self.server_message = message
        self.validation_errors: tuple[Mapping[str, object], ...] = tuple(validation_errors)
        self.code = code
        self.retryable = retryable
        self.hint = hint
        self.has_document = has_document
        super().__init__(self._text())

    def _text(self) -> str:
        text = f"{self.method} {self.url} answered {self.status}"
        if self.server_message:
            text += f": {self.server_message}"
        for problem in self.validation_errors:
            text += f"; {problem.get('path', '?')}: {problem.get('message', '?')}"
        return f"{text} ({self.hint})" if self.hint else text


class BadRequestError(ApiError):
    """The server refused the request as invalid (400, 422)."""


class AuthenticationError(ApiError):
    """The server does not know the caller (401)."""


class PermissionDeniedError(ApiError):
    """The caller is known and not allowed to do this (403)."""


class NotFoundError(ApiError):
    """The thing that was asked for does not exist (404)."""


class NotSupportedByServerError(NotFoundError):
    """This server does not offer the operation; the message says which server it is, and what to use instead.

    Attributes:
        operation: verb and path template of the operation.
        server: kind and version of the server; empty when it did not say.
        alternative: what to use instead; empty when there is nothing.
        sent: False when the request was not even sent, since this server would take it for another one; ``status`` is 404.
    """

    def __init__(
        self, *, operation: str = "", server: str = "", alternative: str = "", sent: bool = True, **answer: Any
    ) -> None:
        self.operation = operation
        self.server = server
        self.alternative = alternative
        self.sent = sent
        super().__init__(**answer)

    def _text(self) -> str:
        return super()._text() if self.sent else f"{self.method} {self.url} was not sent: {self.hint}"


class ConflictError(ApiError):
    """The state of the thing does not allow this (409)."""


class PayloadTooLargeError(ApiError):
    """The request body is larger than the server accepts (413)."""


class RateLimitedError(ApiError):
    """Too many requests (429)."""


class ServerError(ApiError):
    """The server failed (5xx)."""


class TransportFailureError(ConductorError):
    """No usable answer arrived.

    Attributes:
        method: HTTP verb of the call.
        url: URL of the request, without its query.
        retryable: whether the same call may succeed later.
    """

    def __init__(self, *, method: str, url: str, reason: str, retryable: bool) -> None:
        self.method = method
        self.url = url
        self.retryable = retryable
        super().__init__(f"{method} {url} failed: {reason}")


class ConnectionFailedError(TransportFailureError):
    """The connection could not be made, or broke before the answer was complete."""


class RequestTimeoutError(TransportFailureError):
    """The server did not answer in time."""


class DecodeError(TransportFailureError):
    """The answer is not what the call promised."""


class ClosedError(ConductorError):
    """A conductor or driver was used after it had been closed."""


class WaitTimeoutError(ConductorError, TimeoutError):
    """A flow waited longer than it was allowed to."""


class WorkerError(ConductorError):
    """Workers could not be registered or started."""


class NonRetryableException(Exception):  # noqa: N818 - the name users of the official SDKs know
    """Raise it in a worker function to fail the task for good, whatever its retry settings say."""


_BY_STATUS: Mapping[int, type[ApiError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    413: PayloadTooLargeError,
    422: BadRequestError,
    429: RateLimitedError,
}
_RETRYABLE_STATUSES = frozenset({429, 502, 503, 504})
_PROXY_REFUSED = 407
_PROXY_HINT = "that was the proxy: check name and password in proxy_url"
# The server answers a path it does not know with one of these; a missing thing reads differently.
_UNKNOWN_ROUTE = re.compile(r"No static resource|No endpoint |No handler found ")


def api_error_from(
    *,
    method: str,
    url: str,
    status: int,
    document: object,
    text: str = "",
    hint: str = "",
) -> ApiError:
    """Build the error for one answer of status 400 or above.

    Args:
        method: HTTP verb.
        url: URL without its query.
        status: HTTP status code.
        document: the parsed JSON body, or None when there is none.
        text: the body as text, used when it is no JSON document; cut at 500 characters.
        hint: what to use instead, for operations that some servers lack.
    """
    body: Mapping[str, object] = document if is_object(document) else {}
    message = str(body.get("message") or "") or ("" if body else text.strip()[:500])
    raw_problems = body.get("validationErrors")
    problems = [problem for problem in raw_problems if is_object(problem)] if is_array(raw_problems) else []
    code = body.get("error")
    hint = _PROXY_HINT if status == _PROXY_REFUSED else hint
    unknown_route = status in (405, 501) or bool(_UNKNOWN_ROUTE.search(message)) or _is_whitelabel(body)
    kind = NotSupportedByServerError if unknown_route else error_class_for(status)
    return kind(
        method=method,
        url=url,
        status=status,
        message=message,
        validation_errors=problems,
        code=str(code) if code else None,
        retryable=status in _RETRYABLE_STATUSES or body.get("retryable") is True,
        hint=hint if unknown_route or status == _PROXY_REFUSED else "",
        has_document="message" in body,
    )


def _is_whitelabel(body: Mapping[str, object]) -> bool:
    """Tell whether this is what the server's web framework says about a path that nobody serves."""
    return body.get("status") == 404 and {"timestamp", "error", "path"} <= body.keys()  # noqa: PLR2004 - not found


def error_class_for(status: int) -> type[ApiError]:
    """Return the class of error that an HTTP status of 400 or above stands for."""
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    return ServerError if status >= 500 else ApiError  # noqa: PLR2004 - the HTTP class boundary
