"""Conductors that never wait before another try, so that errors show at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core import AsyncConductor, Conductor, Plugins, RetryPolicy, Settings, hookimpl

if TYPE_CHECKING:
    from conductor_core import Attempt

URL = "http://conductor.test/api"


class NoRetry(RetryPolicy):
    """Gives up after the first try."""

    name = "never"

    def wait(self, attempt: Attempt) -> None:
        """Say no."""


class NoRetryPlugin:
    """Offers it."""

    @hookimpl
    def conductor_register_retry(self) -> type[RetryPolicy]:
        """Offer the policy."""
        return NoRetry


def _settings() -> Settings:
    return Settings(server_url=URL, retry=NoRetry.name)


def blocking() -> Conductor:
    """A conductor whose methods block."""
    settings = _settings()
    return Conductor(settings, plugins=Plugins.from_settings(settings, plugins=[NoRetryPlugin()]))


def awaiting() -> AsyncConductor:
    """A conductor whose methods are awaited."""
    settings = _settings()
    return AsyncConductor(settings, plugins=Plugins.from_settings(settings, plugins=[NoRetryPlugin()]))
