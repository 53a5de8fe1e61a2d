"""The library below logs whole header blocks at DEBUG; tokens do not belong into a log."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from hpack import Encoder

from conductor_core import Settings
from conductor_transport_http2._hpack import LiteralEncoder, RememberingDecoder
from conductor_transport_http2.driver import StockHttp2Driver

if TYPE_CHECKING:
    import pytest


def test_no_header_is_in_a_log_at_debug(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("hpack").setLevel(logging.NOTSET)
    fields = [(b"x-authorization", b"t0ken-in-a-header"), (b"x-other", b"an0ther-value")]
    block = LiteralEncoder().encode(fields)
    assert [tuple(field) for field in RememberingDecoder().decode(block, raw=True)] == fields
    assert "t0ken-in-a-header" not in caplog.text
    assert "an0ther-value" not in caplog.text


def test_the_stock_driver_keeps_headers_out_of_logs_too(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("hpack").setLevel(logging.NOTSET)
    StockHttp2Driver(Settings())
    Encoder().encode([(b"x-authorization", b"t0ken-in-a-header")], huffman=False)
    assert "t0ken-in-a-header" not in caplog.text
