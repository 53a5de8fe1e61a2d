"""Turns what an endpoint raises into the server's error document."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from conductor_embedded.api._answers import refusal
from conductor_embedded.errors import EngineError

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LOG = logging.getLogger(__name__)
_METHOD_NOT_ALLOWED = 405
_NOT_FOUND = 404


class Guard:
    """An ASGI app around another one that never raises to its server."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        # The router raises for an unknown path or method, instead of answering in its own form, when there is an app.
        scope["app"] = self
        try:
            await self._app(scope, receive, watched)
        except ClientDisconnect:  # in the middle of its body: nobody is there to answer
            return
        except Exception as error:
            if started:
                raise
            await _answer(error, scope)(scope, receive, send)


def _answer(error: Exception, scope: Scope) -> Response:
    if isinstance(error, EngineError):
        errors = error.validation_errors
        return refusal(
            error.status, error.message, retryable=error.retryable, validation_errors=list(errors) if errors else None
        )
    if isinstance(error, HTTPException):
        return refusal(error.status_code, _message(error, scope), headers=error.headers)
    _LOG.error("The request %s %s failed", scope["method"], scope["path"], exc_info=error)
    return refusal(500, f"{type(error).__name__} in the server; its log tells more")


def _message(error: HTTPException, scope: Scope) -> str:
    if error.status_code == _NOT_FOUND:
        return f"No static resource {str(scope['path']).strip('/')}."
    if error.status_code == _METHOD_NOT_ALLOWED:
        return f"Request method '{scope['method']}' is not supported"
    return error.detail
