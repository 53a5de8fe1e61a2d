"""The stock transport from settings: TLS files, proxies, limits, and what it does not speak."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import ConfigurationError, Settings
from conductor_core.builtin.httpx_transport import HttpxTransport

if TYPE_CHECKING:
    from pathlib import Path

HTTPS = "https://server:8443/api"
BOTH = pytest.mark.parametrize("face", ["sync_transport", "async_transport"])


def make(face: str, **values: Any) -> Any:
    return getattr(HttpxTransport(Settings(**values)), face)()


def test_an_embedded_address_needs_the_embedded_transport() -> None:
    with pytest.raises(ConfigurationError, match="needs transport 'embedded'"):
        HttpxTransport(Settings(server_url="embedded://memory/x"))


@BOTH
def test_files_that_cannot_be_used_name_the_setting(face: str, tmp_path: Path) -> None:
    junk = tmp_path / "junk.pem"
    junk.write_text("not a certificate")
    for path in (str(junk), str(tmp_path / "missing.pem")):
        with pytest.raises(ConfigurationError, match=r"tls_ca_path .* cannot be used"):
            make(face, server_url=HTTPS, tls_ca_path=path)
        with pytest.raises(ConfigurationError, match="tls_cert_path and tls_key_path cannot be used"):
            make(face, server_url=HTTPS, tls_cert_path=path, tls_key_path=path)


@BOTH
@pytest.mark.parametrize(
    "url", ["proxy:3128", "ftp://user:top-secret@proxy", "http://user:top-secret@h:port", "http://"]
)
def test_a_proxy_that_cannot_be_used_is_refused_without_showing_it(face: str, url: str) -> None:
    with pytest.raises(ConfigurationError, match="proxy_url must be like") as caught:
        make(face, proxy_url=url)
    assert "top-secret" not in str(caught.value)


@BOTH
def test_a_socks_proxy_says_which_package_it_needs(face: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conductor_core.builtin.httpx_transport.find_spec", dict[str, object]().get)
    with pytest.raises(ConfigurationError, match="pip install socksio"):
        make(face, proxy_url="socks5://user:top-secret@proxy:1080")


@BOTH
def test_verification_is_off_only_with_a_warning(face: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "conductor"):
        make(face, server_url=HTTPS)
        assert caplog.records == []
        make(face, server_url=HTTPS, tls_insecure=True)
    assert "is not verified" in caplog.text


@BOTH
def test_the_limits_are_those_of_the_settings(face: str) -> None:
    pool: Any = make(face, max_connections=7)._pool
    assert (pool._max_connections, pool._max_keepalive_connections) == (7, 7)
