"""What every way to authenticate keeps."""

from __future__ import annotations

import contextlib
import json
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conductor_core._call import get, post
from conductor_core.contracts._faces import FACES, answered_by, kept, offering, parts_for, run
from conductor_core.errors import ConductorError
from conductor_core.http import Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conductor_core.interfaces import AuthProvider
    from conductor_core.settings import Settings

_ORIGIN: Final = "http://contract.invalid/api"
_BODY: Final = {"text": "größe", "none": None}


class _Server:
    """Gives its answers one by one, the last one for ever, and keeps what it was asked."""

    def __init__(self, *answers: Response) -> None:
        self._answers = list(answers)
        self._lock = threading.Lock()
        self.requests: list[Request] = []

    def __call__(self, request: Request) -> Response:
        copy = Request(request.method, request.url, headers=request.headers, content=request.read())
        with self._lock:
            self.requests.append(copy)
            answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return Response(answer.status_code, headers=answer.headers, content=answer.content)


def check_auth(
    kind: type[AuthProvider],
    settings: Settings,
    *,
    accepts: Callable[[Request], bool],
    secrets: Sequence[str] = (),
) -> None:
    """Check an auth on both faces, with a server that is none.

    Every request carries what the server accepts, also the next try and the request after a redirect; bodies stay as they are;
    nothing goes to another origin; a refusal is final after at most one more request; no secret is in a text or an error.

    Args:
        kind: the class.
        settings: what it is configured with; their auth, transport and address are set here.
        accepts: whether a request carries what it should.
        secrets: texts that must never be shown.

    Raises:
        AssertionError: something is not kept; the sentence says what.
    """
    chosen = replace(settings, auth=kind.name, transport="contract", retry="standard", server_url=_ORIGIN)
    for face in FACES:
        _is_on_every_request(kind, chosen, face, accepts)
        _is_on_the_next_try(kind, chosen, face, accepts)
        _stays_at_its_origin(kind, chosen, face)
        _takes_no_for_an_answer(kind, chosen, face, secrets)


def _run(kind: type[AuthProvider], settings: Settings, face: str, server: _Server, *calls: object) -> list[object]:
    plugins = offering("conductor_register_auth", kind), offering("conductor_register_transport", answered_by(server))
    return run(face, parts_for(settings, *plugins), *calls)  # type: ignore[arg-type]  # calls of any answer


def _is_on_every_request(
    kind: type[AuthProvider], settings: Settings, face: str, accepts: Callable[[Request], bool]
) -> None:
    server = _Server(Response(200, json={}))
    _run(kind, settings, face, server, post("/x/{}", "a/b", query={"q": "a b"}, body=_BODY), get("/y"))
    sent = [request for request in server.requests if request.url.path.startswith("/api/x")]
    kept(sent and all(map(accepts, sent)), f"{kind.name} ({face}): a POST does not carry what the server accepts")
    kept(json.loads(sent[-1].content) == _BODY, f"{kind.name} ({face}): it changes the body of a request")
    fetched = [request for request in server.requests if request.url.path == "/api/y"]
    kept(fetched and all(map(accepts, fetched)), f"{kind.name} ({face}): a GET does not carry what the server accepts")


def _is_on_the_next_try(
    kind: type[AuthProvider], settings: Settings, face: str, accepts: Callable[[Request], bool]
) -> None:
    moved = Response(302, headers={"Location": "/api/y"})
    server = _Server(Response(429), moved, Response(200, json=7))
    _run(kind, settings, face, server, get("/x", returns=int))
    kept(
        all(map(accepts, server.requests)),
        f"{kind.name} ({face}): the next try, or the request after a redirect, does not carry what the server accepts",
    )


def _stays_at_its_origin(kind: type[AuthProvider], settings: Settings, face: str) -> None:
    server = _Server(Response(302, headers={"Location": "http://other.invalid/api/y"}))
    with contextlib.suppress(ConductorError):
        _run(kind, settings, face, server, get("/x"))
    hosts = {request.url.host for request in server.requests}
    kept(hosts == {"contract.invalid"}, f"{kind.name} ({face}): a request went to {sorted(hosts)}")


def _takes_no_for_an_answer(kind: type[AuthProvider], settings: Settings, face: str, secrets: Sequence[str]) -> None:
    for status in (401, 403):
        server = _Server(Response(status, json={"message": "go away"}))
        texts = [repr(settings), repr(kind(settings))]
        try:
            _run(kind, settings, face, server, get("/x"))
        except ConductorError as error:
            texts += [str(error), repr(error)]
        else:
            raise AssertionError(f"{kind.name} ({face}): an answer of {status} is no error")
        asked = [request for request in server.requests if request.url.path == "/api/x"]
        kept(len(asked) <= 2, f"{kind.name} ({face}): after {status} the request was sent {len(asked)} times")  # noqa: PLR2004 - one more than the first
        shown = [secret for secret in secrets if any(secret in text for text in texts)]
        kept(not shown, f"{kind.name} ({face}): a secret is shown by repr() or by an error")
