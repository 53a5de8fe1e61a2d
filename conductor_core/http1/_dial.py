"""Opens a connection to whichever address of a host answers first ("happy eyeballs", RFC 8305)."""

from __future__ import annotations

import asyncio
import ipaddress
import itertools
import socket
import ssl
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conductor_core.http1._request import Origin

P = TypeVar("P", bound=asyncio.BaseProtocol)

# How long an address may keep silent until the next one is tried beside it; one that refuses is not waited for.
STAGGER_SECONDS: Final = 0.25


async def dial(origin: Origin, make: Callable[[], P], context: ssl.SSLContext | None) -> P:
    """Connect, TLS included, and return the protocol of the connection that was ready first.

    The standard library's own happy eyeballs lose sockets in some of the supported Pythons when they are cancelled.

    Args:
        origin: where to.
        make: makes the protocol of one connection.
        context: for TLS; None goes without.

    Raises:
        OSError: no address took the connection.
    """
    addresses = await _addresses(origin)
    if len(addresses) == 1:
        return await _connected(addresses[0], origin, make, context)
    waiting: set[asyncio.Task[P]] = set()
    try:
        return await _first(addresses, waiting, lambda address: _connected(address, origin, make, context))
    finally:
        await _end(waiting)


async def _first(addresses: Sequence[str], waiting: set[asyncio.Task[P]], connect: Callable[[str], Any]) -> P:
    errors: list[OSError] = []
    left = iter(addresses)
    while True:
        address = next(left, None)
        if address is not None:
            waiting.add(asyncio.create_task(connect(address)))
        elif not waiting:
            raise _together(errors)
        limit = STAGGER_SECONDS if address is not None else None
        done, _ = await asyncio.wait(waiting, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
        for attempt in done:
            error = attempt.exception()
            if error is None:
                waiting.discard(attempt)
                return attempt.result()
            if not isinstance(error, OSError):
                raise error
            waiting.discard(attempt)
            errors.append(error)


def _together(errors: Sequence[OSError]) -> OSError:
    """Return one error for all addresses; a certificate that was refused says more than an address that was."""
    told = [error for error in errors if isinstance(error, ssl.SSLError)]
    return told[0] if told else OSError("; ".join(dict.fromkeys(map(str, errors))))


async def _connected(address: str, origin: Origin, make: Callable[[], P], context: ssl.SSLContext | None) -> P:
    name = origin.host if context is not None else None
    loop = asyncio.get_running_loop()
    _, protocol = await loop.create_connection(make, address, origin.port, ssl=context, server_hostname=name)
    return protocol


async def _end(attempts: set[asyncio.Task[Any]]) -> None:
    """Cancel what still runs, and close what was ready all the same."""
    for attempt in attempts:
        attempt.cancel()
    for outcome in await asyncio.gather(*attempts, return_exceptions=True):
        close = getattr(outcome, "close", None)
        if close is not None:
            close()


async def _addresses(origin: Origin) -> list[str]:
    """Return the addresses of a host in turns of their families, the resolver's first choice first."""
    try:
        ipaddress.ip_address(origin.host)
    except ValueError:
        pass
    else:
        return [origin.host]
    found = await asyncio.get_running_loop().getaddrinfo(origin.host, origin.port, type=socket.SOCK_STREAM)
    families: dict[int, list[str]] = {}
    for family, _, _, _, address in found:
        families.setdefault(family, []).append(str(address[0]))
    turns = itertools.chain.from_iterable(itertools.zip_longest(*families.values()))
    return list(dict.fromkeys(address for address in turns if address is not None)) or [origin.host]
