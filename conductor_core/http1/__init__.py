"""The lean HTTP/1.1 transport: one parser, one pool, an asyncio and a blocking face.

Both classes are ordinary httpx transports. What they leave out (proxies, ``Expect``, upgrades, CONNECT) they hand to a
stock transport, and so they do while a test library such as respx replaces that one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conductor_core.http1._async_transport import AsyncHttp1Transport
    from conductor_core.http1._options import Http1Options
    from conductor_core.http1._parser import Answer
    from conductor_core.http1._request import Origin, Timeouts, header_block, origin_of
    from conductor_core.http1._sync_transport import Http1Transport

__all__ = [
    "Answer",
    "AsyncHttp1Transport",
    "Http1Options",
    "Http1Transport",
    "Origin",
    "Timeouts",
    "header_block",
    "origin_of",
]

# Loaded when used: a program that only blocks needs no asyncio.
_HOME = {
    "Answer": "_parser",
    "AsyncHttp1Transport": "_async_transport",
    "Http1Options": "_options",
    "Http1Transport": "_sync_transport",
    "Origin": "_request",
    "Timeouts": "_request",
    "header_block": "_request",
    "origin_of": "_request",
}


def __getattr__(name: str) -> object:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib  # noqa: PLC0415 - part of what makes the import cheap

    value: object = getattr(importlib.import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
