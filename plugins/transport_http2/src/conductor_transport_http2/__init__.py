"""HTTP/2 for Conductor: many requests on one connection, and HTTP/1.1 where a server speaks nothing else.

``CONDUCTOR_TRANSPORT=http2`` chooses it. Both classes are ordinary httpx transports, usable without a conductor too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conductor_transport_http2._async_transport import AsyncHttp2Transport
    from conductor_transport_http2._options import Http2Options
    from conductor_transport_http2._sync_transport import Http2Transport
    from conductor_transport_http2.driver import Http2Driver, StockHttp2Driver

__all__ = ["AsyncHttp2Transport", "Http2Driver", "Http2Options", "Http2Transport", "StockHttp2Driver"]

# Loaded when used: h2 costs more than the rest of a small program.
_HOME = {
    "AsyncHttp2Transport": "_async_transport",
    "Http2Driver": "driver",
    "Http2Options": "_options",
    "Http2Transport": "_sync_transport",
    "StockHttp2Driver": "driver",
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
