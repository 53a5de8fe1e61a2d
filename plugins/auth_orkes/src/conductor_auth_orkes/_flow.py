"""The flow around each request: one generator that decides, and two drivers that wait in their own way."""

from __future__ import annotations

import math
import time
from collections.abc import Generator
from typing import TYPE_CHECKING, TypeAlias

from conductor_auth_orkes._keeper import Follow, GiveUp, Lead, Pause, Use
from conductor_auth_orkes._wire import answer_of, failure_of, is_token_error, token_request
from conductor_core.errors import ClosedError, ConductorError, api_error_from
from conductor_core.http import RETRY_BUDGET, Auth, HTTPError, Request, Response

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from conductor_auth_orkes._keeper import TokenKeeper
    from conductor_auth_orkes._options import OrkesOptions
    from conductor_auth_orkes._ticket import Ticket

Steps: TypeAlias = Generator[Request | Follow | Pause, Response | None, None]
Token: TypeAlias = Generator[Request | Follow | Pause, Response | None, Use]


class TokenFlow(Auth):
    """Puts the token on each request, gets one when there is none, and once more when the server refuses it.

    Args:
        keeper: holds the token.
        options: the key pair.
        url: address of the token endpoint.
        closed: done when the provider was closed; ends all pauses.
        alive: called with its number when a request goes out with a token; with 0 when the server has none.
        monotonic: a clock in seconds.
    """

    def __init__(
        self,
        keeper: TokenKeeper,
        options: OrkesOptions,
        url: str,
        closed: Ticket,
        *,
        alive: Callable[[int], None],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._keeper = keeper
        self._options = options
        self._url = url
        self._closed = closed
        self._alive = alive
        self._now = monotonic

    def sync_auth_flow(self, request: Request) -> Generator[Request, Response, None]:
        """Drive the flow on a thread, which blocks while it waits."""
        steps = self.steps(request)
        try:
            action = next(steps)
            while True:
                if isinstance(action, Request):
                    try:
                        response = yield action
                        response.read()
                    except HTTPError as error:
                        action = steps.throw(error)
                        continue
                    action = steps.send(response)
                    continue
                ticket = action.ticket if isinstance(action, Follow) else self._closed
                ticket.wait(action.seconds)
                action = steps.send(None)
        except StopIteration:
            return
        finally:
            steps.close()

    async def async_auth_flow(self, request: Request) -> AsyncGenerator[Request, Response]:
        """Drive the flow on an event loop, which goes on while it waits."""
        steps = self.steps(request)
        try:
            action = next(steps)
            while True:
                if isinstance(action, Request):
                    try:
                        response = yield action
                        await response.aread()
                    except HTTPError as error:
                        action = steps.throw(error)
                        continue
                    action = steps.send(response)
                    continue
                ticket = action.ticket if isinstance(action, Follow) else self._closed
                await ticket.wait_on_loop(action.seconds)
                action = steps.send(None)
        except StopIteration:
            return
        finally:
            steps.close()

    def steps(self, request: Request) -> Steps:
        """Decide without I/O: what to send and what to wait for, until the request has its answer.

        Raises:
            ConductorError: there is no token; nothing is ever sent without one to a server that wants one.
        """
        used = yield from self._token(request)
        request.headers.update(used.headers)
        response = yield request
        if response is None or not used.version or not is_token_error(response):
            return
        self._keeper.refuse(used.version)
        try:
            fresh = yield from self._token(request)
        except ClosedError:
            raise
        except ConductorError as error:
            raise _refusal(request, response, error) from error
        request.headers.update(fresh.headers)
        yield request

    def _token(self, request: Request) -> Token:
        budget = request.extensions.get(RETRY_BUDGET)
        until = math.inf if budget is None else self._now() + budget
        while True:
            decision = self._keeper.decide()
            if isinstance(decision, Use):
                self._alive(decision.version)
                return decision
            if isinstance(decision, Lead):
                yield from self._lead(decision.ticket)
            elif isinstance(decision, GiveUp) or (
                isinstance(decision, Pause) and self._now() + decision.seconds > until
            ):
                raise decision.failure.error()
            else:
                yield decision
                if self._closed.done:
                    raise ClosedError("this conductor was closed while a call waited for a token")

    def _lead(self, ticket: Ticket) -> Generator[Request | Follow | Pause, Response | None, None]:
        try:
            try:
                response = yield token_request(self._url, self._options)
            except HTTPError as error:
                self._keeper.settle(ticket, failure_of(error, self._url))
                return
            if response is not None:
                self._keeper.settle(ticket, answer_of(response, self._url, self._options))
        finally:
            self._keeper.release(ticket)  # also when the caller was cancelled meanwhile: the next one leads


def _refusal(request: Request, response: Response, why: ConductorError) -> ConductorError:
    """Return the server's own refusal of the call, and why no other token could be had."""
    try:
        document: object = response.json()
    except ValueError:
        document = None
    url = str(request.url).partition("?")[0]
    error = api_error_from(
        method=request.method, url=url, status=response.status_code, document=document, text=response.text
    )
    error.add_note(f"no new token could be had: {why}")
    return error
