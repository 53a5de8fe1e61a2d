"""Servers that tests of networks share: the embedded engine in a process of its own, nginx, certificates."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import AsyncConductor, Conductor, Plugins, Settings
from tests._support.certificates import Certificates
from tests._support.embedded_server import EmbeddedServer, embedded_server
from tests._support.strangers import Never, offering

if TYPE_CHECKING:
    from collections.abc import Iterator

DRIVERS = ("httpx", "http1", "http2", "httpx-http2")


def without_retries(environment: dict[str, str]) -> Plugins:
    """Return the plugins for an environment, with a policy that never repeats anything: a failure shows at once."""
    settings = Settings.load(environ={"CONDUCTOR_RETRY": "never", **environment})
    return Plugins.from_settings(settings, plugins=[offering("conductor_register_retry", Never)])


@dataclass(frozen=True)
class Caller:
    """One driver on one face; all else comes from the environment."""

    driver: str
    face: str

    def __str__(self) -> str:
        return f"{self.driver}-{self.face}"

    def run(self, environment: dict[str, str], *calls: Any) -> list[Any]:
        """Run calls one after the other, with the settings of an environment."""
        plugins = without_retries({"CONDUCTOR_TRANSPORT": self.driver, **environment})
        if self.face == "sync":
            with Conductor(plugins=plugins) as conductor:
                return [conductor.run(call) for call in calls]

        async def main() -> list[Any]:
            async with AsyncConductor(plugins=plugins) as conductor:
                return [await conductor.run(call) for call in calls]

        return asyncio.run(main())


def _callers(*drivers: str, faces: tuple[str, ...] = ("sync", "async")) -> list[Caller]:
    return [Caller(driver, face) for driver in drivers for face in faces]


@pytest.fixture(params=_callers(*DRIVERS), ids=str)
def caller(request: pytest.FixtureRequest) -> Any:
    """Every driver on both faces."""
    return request.param


@pytest.fixture(params=_callers(*DRIVERS, faces=("async",)), ids=str)
def async_caller(request: pytest.FixtureRequest) -> Any:
    """Every driver once, for what takes long."""
    return request.param


@pytest.fixture(params=_callers("http2", "httpx-http2"), ids=str)
def http2_caller(request: pytest.FixtureRequest) -> Any:
    """The drivers that speak HTTP/2."""
    return request.param


@pytest.fixture
def plugins_for() -> Any:
    """Makes the plugins for an environment."""
    return without_retries


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder whose path is short enough for a socket in it."""
    with tempfile.TemporaryDirectory(prefix="net") as name:
        yield Path(name)


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    with embedded_server(tmp_path_factory.mktemp("embedded")) as server:
        yield server


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    if shutil.which("openssl") is None:
        pytest.skip("needs the openssl program")
    return Certificates.make(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def trusting(certificates: Certificates) -> dict[str, str]:
    """The environment of who trusts the test's authority."""
    return {"CONDUCTOR_TLS_CA_PATH": certificates.path("ca.crt")}


@pytest.fixture
def known(certificates: Certificates, trusting: dict[str, str]) -> dict[str, str]:
    """The same, with a client certificate."""
    files = {"CONDUCTOR_TLS_CERT_PATH": "client.crt", "CONDUCTOR_TLS_KEY_PATH": "client.key"}
    return {**trusting, **{name: certificates.path(file) for name, file in files.items()}}
