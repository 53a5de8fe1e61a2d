"""Auth ``orkes``: settings in, a flow and prepared headers out."""

from __future__ import annotations

import logging
import os
import random
import threading
import time
from typing import TYPE_CHECKING, Final

from conductor_auth_orkes._background import Background
from conductor_auth_orkes._failure import Failure
from conductor_auth_orkes._flow import TokenFlow
from conductor_auth_orkes._keeper import TokenKeeper
from conductor_auth_orkes._options import OrkesOptions
from conductor_auth_orkes._ticket import Ticket
from conductor_auth_orkes._wire import answer_of, failure_of, token_request
from conductor_core import AuthProvider
from conductor_core.http import HTTPError

if TYPE_CHECKING:
    from collections.abc import Callable

    from conductor_core import Settings
    from conductor_core.interfaces import AuthConnection, StaticHeaders

_JITTER: Final = 0.1


class OrkesAuth(AuthProvider):
    """Exchanges ``auth_key`` and ``auth_secret`` for a token at ``POST /api/token``, and sends it as ``X-Authorization``.

    Args:
        settings: key pair, ``auth_token_ttl`` and ``refresh_token_interval``.
        monotonic: a clock in seconds.
        draw: a random number in [0, 1), for the jitter of pauses.
        wait: how the background waits; a test replaces it together with the clock.

    Raises:
        ConfigurationError: key or secret is missing.
    """

    name = "orkes"

    def __init__(
        self,
        settings: Settings,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        draw: Callable[[], float] = random.random,
        wait: Callable[[threading.Event, float], bool] = threading.Event.wait,
    ) -> None:
        super().__init__(settings)
        self._options = OrkesOptions.of(settings)
        self._monotonic = monotonic
        self._wait = wait
        self._url = f"{settings.server_url}/token"
        self._connection: AuthConnection | None = None
        self._closed = Ticket()
        self._background: Background | None = None
        self._pid = 0
        self._lock = threading.Lock()
        self._keeper = TokenKeeper(
            self._options,
            logger=logging.getLogger("conductor"),
            monotonic=monotonic,
            # Upwards only: a pause that ends before the next try is allowed would be another pause.
            jitter=lambda seconds: seconds * (1 + _JITTER * draw()),
        )

    def connect(self, connection: AuthConnection) -> None:
        """Take the way to the server for the background, and the program's logger."""
        self._connection = connection
        self._url = f"{connection.base_url}/token"
        self._keeper.logger = connection.logger

    def auth(self) -> TokenFlow:
        """Return the flow for both faces."""
        return TokenFlow(
            self._keeper, self._options, self._url, self._closed, alive=self._look_after, monotonic=self._monotonic
        )

    def static_headers(self) -> StaticHeaders | None:
        """Return the header while the token lives, with a number that changes with the token."""
        # A forked child drives the flow once, which starts the child's own background.
        return self._keeper.static_headers() if self._pid == os.getpid() else None

    def close(self) -> None:
        """End all waits and the background; no thread is left."""
        self._closed.finish()
        background, self._background = self._background, None
        if background is not None and self._pid == os.getpid():
            background.stop()

    def seconds_until_due(self) -> float | None:
        """Tell the background when to look again; None once there is nothing to refresh for good."""
        return self._keeper.seconds_until_due()

    def refresh_if_due(self) -> None:
        """Replace the token from the background; a failure is counted, and the old token stays."""
        ticket = self._keeper.begin()
        if ticket is None or self._connection is None:
            return
        try:
            with self._connection.client() as client:
                response = client.send(token_request(self._url, self._options))
            self._keeper.settle(ticket, answer_of(response, self._url, self._options))
        except HTTPError as error:
            self._keeper.settle(ticket, failure_of(error, self._url))
        except Exception as error:  # noqa: BLE001 - a defect of a transport or wrapper must not end the background
            self._keeper.settle(ticket, Failure("transport", self._url, reason=type(error).__name__))
        finally:
            self._keeper.release(ticket)

    def _look_after(self, version: int) -> None:
        """Note that this process has what it needs; start the background once there is a token, in each process anew."""
        pid = os.getpid()
        if self._pid == pid:
            return
        if self._pid:
            self._lock = threading.Lock()  # a fork may have copied a held one
        with self._lock:
            if self._pid != pid and not self._closed.done:
                self._pid = pid
                if version and self._options.refresh_after and self._connection is not None:
                    self._background = Background(self, wait=self._wait)
