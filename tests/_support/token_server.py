"""A server at the transport that gives out tokens of a short life, on a clock that the test moves."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conductor_core.http import Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable

SECRET = "s3cr3t-of-the-application"
KEY = "key-of-the-application"
TOKEN = "t0ken-of-the-server"


class VirtualClock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def pass_(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


@dataclass
class TokenServer:
    """Checks the token of each request, and remembers what it saw.

    Attributes:
        clock: the server's clock.
        life: seconds that a token is accepted.
        failures: answers (or errors to raise) for the next token requests, used up one by one.
        broken: when set, every token request gets it.
        answer: what a request with a good token gets.
        refusal: what any other request gets.
        gate: called for each request that is no token request, before it is answered.
        token_gate: called for each token request, before it is answered.
    """

    clock: Callable[[], float] = field(default_factory=VirtualClock)
    life: float = 2700.0
    failures: list[Response | Exception] = field(default_factory=list["Response | Exception"])
    broken: Response | Exception | None = None
    answer: Callable[[Request], Response] = field(default=lambda _request: Response(200, json=1))
    refusal: dict[str, Any] = field(default_factory=lambda: {"error": "EXPIRED_TOKEN", "message": "Token has expired"})
    refusal_status: int = 401
    gate: Callable[[], object] = field(default=lambda: None)
    token_gate: Callable[[], object] = field(default=lambda: None)
    given: dict[str, float] = field(default_factory=dict[str, float])
    asked: list[float] = field(default_factory=list[float])
    bodies: list[Any] = field(default_factory=list[Any])
    accepted: list[str] = field(default_factory=list[str])
    refused: int = 0
    without_header: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, request: Request) -> Response:
        if request.url.path == "/api/token":
            return self._token(request)
        token = request.headers.get("x-authorization")
        with self.lock:
            good = token is not None and self.clock() < self.given.get(token, 0.0)
            self.without_header += token is None
            if good:
                self.accepted.append(str(token))
            else:
                self.refused += 1
        self.gate()
        return self.answer(request) if good else Response(self.refusal_status, json=self.refusal)

    def revoke(self) -> None:
        """Accept none of the tokens given so far."""
        with self.lock:
            self.given.clear()

    def _token(self, request: Request) -> Response:
        with self.lock:
            self.asked.append(self.clock())
            self.bodies.append(json.loads(request.read()))
            failure = self.failures.pop(0) if self.failures else self.broken
            number = len(self.asked)
        self.token_gate()
        if isinstance(failure, Exception):
            raise failure
        if failure is not None:
            return Response(failure.status_code, headers=failure.headers, content=failure.content)
        token = f"{TOKEN}-{number}"
        with self.lock:
            self.given[token] = self.clock() + self.life
        return Response(200, json={"token": token})
