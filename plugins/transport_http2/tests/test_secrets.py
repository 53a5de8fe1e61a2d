"""The library below logs whole header blocks at DEBUG; tokens do not belong into a log."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from conductor_transport_http2._hpack import LiteralEncoder, RememberingDecoder

if TYPE_CHECKING:
    import pytest


def test_no_header_is_in_a_log_at_debug(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    fields = [(b"x-authorization", b"t0ken-in-a-header"), (b"x-other", b"an0ther-value")]
    block = LiteralEncoder().encode(fields)
    assert [tuple(field) for field in RememberingDecoder().decode(block, raw=True)] == fields
    assert "t0ken-in-a-header" not in caplog.text
    assert "an0ther-value" not in caplog.text
