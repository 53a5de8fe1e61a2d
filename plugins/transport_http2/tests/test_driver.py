"""From settings to transports: names, options, switches."""

from __future__ import annotations

from typing import Any

import pytest

from conductor_core import Plugins, Settings
from conductor_core.errors import ConfigurationError
from conductor_core.http1 import AsyncHttp1Transport, Http1Transport
from conductor_transport_http2 import (
    AsyncHttp2Transport,
    Http2Driver,
    Http2Options,
    Http2Transport,
    StockHttp2Driver,
)
from conductor_transport_http2._stock_threads import StockHttp2Transport
from conductor_transport_http2._streams_apart import StreamsApart


@pytest.mark.parametrize(("name", "kind"), [("http2", Http2Driver), ("httpx-http2", StockHttp2Driver)])
def test_both_are_chosen_by_name(name: str, kind: type[object]) -> None:
    settings = Settings.load(environ={"CONDUCTOR_TRANSPORT": name})
    assert type(Plugins.from_settings(settings).transport(settings)) is kind


async def test_the_driver_makes_both_faces_and_a_switch_turns_it_off() -> None:
    driver = Http2Driver(Settings())
    assert isinstance(driver.sync_transport(), Http2Transport)
    assert isinstance(driver.async_transport(), AsyncHttp2Transport)
    off = Http2Driver(Settings(http2=False))
    assert isinstance(off.sync_transport(), Http1Transport)
    assert isinstance(off.async_transport(), AsyncHttp1Transport)


async def test_a_tls_proxy_is_left_to_the_stock_transport() -> None:
    driver = Http2Driver(Settings(proxy_url="https://proxy:3128"))
    assert isinstance(driver.sync_transport(), StockHttp2Transport)
    assert isinstance(driver.async_transport(), StreamsApart)


@pytest.mark.parametrize("variable", ["CONDUCTOR_DISABLE_HTTP2", "CONDUCTOR_HTTP2_ENABLED"])
@pytest.mark.parametrize("text", ["true", "1", "false", "0", ""])
def test_both_switches_of_the_environment(variable: str, text: str) -> None:
    settings = Settings.load(environ={variable: text})
    refused = text in {"true", "1"} if variable.endswith("DISABLE_HTTP2") else text in {"false", "0"}
    assert settings.http2 is not refused
    assert settings.unknown_environment == ()


def test_the_refusal_wins_and_is_the_source() -> None:
    settings = Settings.load(environ={"CONDUCTOR_DISABLE_HTTP2": "1", "CONDUCTOR_HTTP2_ENABLED": "1"})
    assert not settings.http2
    assert str(settings.source("http2")) == "environment CONDUCTOR_DISABLE_HTTP2"


def test_the_section_and_the_settings_set_the_limits() -> None:
    options = {"http2": {"ping_interval": 1.5, "max_streams": 7}}
    found = Http2Options.of(Settings(max_http2_connections=3, http2_prior_knowledge=True, options=options))
    assert (found.max_connections, found.ping_interval, found.max_streams, found.prior_knowledge) == (3, 1.5, 7, True)


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ({"max_stream": 1}, r"unknown option http2\.max_stream \(argument options\); did you mean 'max_streams'"),
        ({"max_streams": 0}, r"http2\.max_streams must be a whole number above 0, got 0"),
        ({"ping_interval": "15"}, r"http2\.ping_interval \(argument options\) must be a number, got str"),
        ({"stream_window": 1000}, r"http2\.stream_window must be from 65535 to 2147483647 bytes, got 1000"),
    ],
)
def test_a_wrong_option_is_named(section: Any, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        Http2Driver(Settings(options={"http2": section}))


def test_another_scheme_is_left_to_others() -> None:
    with pytest.raises(ConfigurationError, match="needs transport 'embedded'"):
        Http2Driver(Settings(server_url="embedded://memory/x"))
