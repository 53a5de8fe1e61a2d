"""The headers that say who is calling, for requests that go another way than a conductor's: streams, uploads, browsers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core import http
from conductor_core._sending import async_send_once, send_once
from conductor_core.interfaces import SecretHeaders

if TYPE_CHECKING:
    from conductor_core._http_client import ClientParts


def auth_headers(parts: ClientParts, client: http.Client) -> SecretHeaders:
    """Run the auth flow up to the request itself, which is not sent, and return what it put on it."""
    if parts.auth is None:
        return SecretHeaders()
    wanted = http.Request("GET", parts.base_url)
    before = set(wanted.headers)
    flow = parts.auth.sync_auth_flow(wanted)
    try:
        action = next(flow)
        while action is not wanted:
            try:
                response = send_once(client, action)
            except http.HTTPError as error:
                action = flow.throw(error)
            else:
                action = flow.send(response)
    finally:
        flow.close()
    return _added(wanted, before)


async def async_auth_headers(parts: ClientParts, client: http.AsyncClient) -> SecretHeaders:
    """Do the same on an event loop."""
    if parts.auth is None:
        return SecretHeaders()
    wanted = http.Request("GET", parts.base_url)
    before = set(wanted.headers)
    flow = parts.auth.async_auth_flow(wanted)
    try:
        action = await anext(flow)
        while action is not wanted:
            try:
                response = await async_send_once(client, action)
            except http.HTTPError as error:
                action = await flow.athrow(error)
            else:
                action = await flow.asend(response)
    finally:
        await flow.aclose()
    return _added(wanted, before)


def _added(request: http.Request, before: set[str]) -> SecretHeaders:
    return SecretHeaders({name: value for name, value in request.headers.items() if name not in before})
