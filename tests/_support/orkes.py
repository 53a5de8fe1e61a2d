"""The provider on a clock of its own, and a driver that takes no time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conductor_auth_orkes import OrkesAuth
from conductor_core import Settings
from conductor_core.http import Client, HTTPError, MockTransport, Request, Response
from conductor_core.interfaces import AuthConnection
from tests._support.fake_server import URL, parts_for, settings_for
from tests._support.strangers import offering
from tests._support.token_server import KEY, SECRET, TokenServer, VirtualClock

if TYPE_CHECKING:
    from collections.abc import Callable

    from conductor_auth_orkes._flow import TokenFlow
    from conductor_core._http_client import ClientParts

CREDENTIALS: dict[str, Any] = {"auth_key": KEY, "auth_secret": SECRET}


def parts_of(server: Callable[[Request], Any], **values: Any) -> ClientParts:
    """What drivers need to talk to a server through the provider, on real time; no thread unless a test asks for one."""
    settings = settings_for(**{"refresh_token_interval": 0, **CREDENTIALS, **values})
    return parts_for(server, settings, plugins=[offering("conductor_register_auth", OrkesAuth)])


def timed(clock: VirtualClock, **values: Any) -> OrkesAuth:
    """A provider on a clock of its own, whose thread only waits for its end: a test does the thread's work."""
    arguments: dict[str, Any] = {"server_url": URL, **CREDENTIALS, **values}
    settings = Settings(**arguments)
    return OrkesAuth(settings, monotonic=clock, draw=lambda: 0.0, wait=lambda stop, _seconds: stop.wait())


def connected(provider: OrkesAuth, server: TokenServer, logger: Any) -> None:
    """Give the provider a way to the server for its background."""
    provider.connect(
        AuthConnection(base_url=URL, client=lambda: Client(transport=MockTransport(server)), logger=logger)
    )


def drive(flow: TokenFlow, server: TokenServer, clock: VirtualClock, request: Request | None = None) -> Response:
    """Run the flow of one request; every wait passes on the clock alone."""
    steps = flow.steps(request or Request("GET", f"{URL}/x"))
    action = next(steps)
    response = Response(500)
    try:
        while True:
            if isinstance(action, Request):
                try:
                    response = server(action)
                except HTTPError as error:
                    action = steps.throw(error)
                    continue
                action = steps.send(response)
            else:
                clock.pass_(action.seconds)
                action = steps.send(None)
    except StopIteration:
        return response
