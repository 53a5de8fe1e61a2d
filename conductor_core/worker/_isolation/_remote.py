"""Errors of a child process as they look in the parent."""

from __future__ import annotations

import functools
from typing import Any, cast

from conductor_core.errors import NonRetryableException


class WorkerProcessDiedError(Exception):
    """The child process that ran a task ended before it had answered: it crashed, or was killed."""


class WorkerProcessStartError(Exception):
    """A child process could not be started, or did not find its worker function."""


class RemoteError(Exception):
    """What a worker function raised in its child process.

    The class of an instance is named after the original one, so that logs and metrics tell the same name in every mode.

    Attributes:
        remote_traceback: the child's traceback as text.
    """

    remote_traceback: str = ""


class RemoteTerminalError(RemoteError, NonRetryableException):
    """The same, for an error that says that trying again cannot help."""


def remote_error(message: dict[str, Any]) -> RemoteError:
    """Return the error that a child's message describes."""
    kind = _kind(str(message["type"]), str(message["module"]), terminal=bool(message["terminal"]))
    error = kind(*([message["text"]] if message["text"] else []))
    error.remote_traceback = str(message["traceback"])
    return error


@functools.lru_cache(maxsize=256)
def _kind(name: str, module: str, *, terminal: bool) -> type[RemoteError]:
    base: type[RemoteError] = RemoteTerminalError if terminal else RemoteError
    return cast("type[RemoteError]", type(name, (base,), {"__module__": module}))
