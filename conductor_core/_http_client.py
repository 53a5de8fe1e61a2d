"""From settings and chosen plugins to HTTP clients, and from HTTP errors to outcomes."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conductor_core import http
from conductor_core._exchange import Outcome
from conductor_core._version import __version__

if TYPE_CHECKING:
    from collections.abc import Generator

    from conductor_core._plugins import Plugins
    from conductor_core.interfaces import AuthProvider, RetryPolicy, TransportFactory
    from conductor_core.settings import Settings

USER_AGENT = f"conductor-core/{__version__}"


@dataclass(frozen=True, slots=True)
class ClientParts:
    """What settings chose: transport, auth and retry, ready to make clients of either colour."""

    settings: Settings
    plugins: Plugins
    auth_provider: AuthProvider
    transport: TransportFactory
    policy: RetryPolicy
    base_url: str
    auth: http.Auth | None

    @classmethod
    def choose(cls, settings: Settings, plugins: Plugins) -> ClientParts:
        """Instantiate the three drivers that the settings name.

        Raises:
            PluginError: one of them is missing, disabled or broken.
        """
        transport = plugins.transport(settings)
        provider = plugins.auth(settings)
        return cls(
            settings=settings,
            plugins=plugins,
            auth_provider=provider,
            transport=transport,
            policy=plugins.retry(settings),
            base_url=transport.base_url().rstrip("/"),
            auth=provider.auth(),
        )

    def sync_client(self) -> http.Client:
        """Return a new blocking client."""
        transport = self.plugins.wrap_transport(self.transport.sync_transport(), self.settings)
        return http.Client(transport=transport, timeout=self._timeout(), headers=self._headers(), trust_env=False)

    def async_client(self) -> http.AsyncClient:
        """Return a new client for the running loop."""
        transport = self.plugins.wrap_transport(self.transport.async_transport(), self.settings)
        return http.AsyncClient(transport=transport, timeout=self._timeout(), headers=self._headers(), trust_env=False)

    def close(self) -> None:
        """Release what the chosen plugins hold."""
        self.auth_provider.close()
        self.transport.close()

    def _timeout(self) -> http.Timeout:
        return http.Timeout(self.settings.request_timeout, connect=self.settings.connect_timeout)

    @staticmethod
    def _headers() -> dict[str, str]:
        return {"user-agent": USER_AGENT}


@dataclass(slots=True)
class _Result:
    response: http.Response | None = None
    outcome: Outcome = field(default_factory=Outcome)


@contextmanager
def outcome_of() -> Generator[_Result]:
    """Run one send; afterwards ``result.outcome`` says what came of it."""
    result = _Result()
    try:
        yield result
    except http.TimeoutException as error:
        reason = f"no answer in time ({type(error).__name__})"
        result.outcome = Outcome(failure="timeout", reason=reason, cause=error)
    except http.ConnectError as error:
        result.outcome = Outcome(failure="connect", reason=f"cannot connect: {error}", cause=error)
    except http.TransportError as error:
        result.outcome = Outcome(failure="broken", reason=f"{type(error).__name__}: {error}", cause=error)
    else:
        response = result.response
        if response is not None:
            result.outcome = Outcome(response.status_code, response.headers, response.content)
