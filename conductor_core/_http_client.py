"""From settings and chosen plugins to HTTP clients, and from HTTP errors to outcomes."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from conductor_core import http
from conductor_core._bodies import OpenBody
from conductor_core._exchange import Outcome, exchange
from conductor_core._logging import LOGGER, current_logger, routed_to
from conductor_core._sending import answer_to, async_answer_to, is_left_open, request_of
from conductor_core._server import ServerProbe
from conductor_core.errors import ConnectionFailedError, RequestTimeoutError
from conductor_core.interfaces import AuthConnection

if TYPE_CHECKING:
    from collections.abc import Callable

    from conductor_core._call import Call
    from conductor_core._exchange import Exchange, Send
    from conductor_core._logging import Logger
    from conductor_core._plugins import Plugins
    from conductor_core._sending import Refused
    from conductor_core.errors import TransportFailureError
    from conductor_core.interfaces import AuthProvider, CallSteps, RetryPolicy, TransportFactory
    from conductor_core.settings import Settings


_READ_FAILURES: Final = (http.HTTPError, http.StreamError)  # the latter of a body that was closed
_NOT_SET: Final = "server_url (CONDUCTOR_SERVER_URL) is not set, so this is its default"


@dataclass(frozen=True, slots=True)
class ClientParts:
    """What settings chose: transport, auth and retry, ready to make clients of either colour.

    ``monotonic`` measures the retry budget, in seconds.
    """

    settings: Settings
    plugins: Plugins
    auth_provider: AuthProvider
    transport: TransportFactory
    policy: RetryPolicy
    base_url: str
    auth: http.Auth | None = None
    logger: Logger = LOGGER
    monotonic: Callable[[], float] = field(default=time.monotonic)
    server: ServerProbe = field(default_factory=lambda: ServerProbe(""))

    @classmethod
    def choose(cls, settings: Settings, plugins: Plugins, *, logger: Logger | None = None) -> ClientParts:
        """Instantiate the three drivers that the settings name.

        Raises:
            PluginError: one of them is missing, disabled or broken.
        """
        chosen = logger or current_logger()
        with routed_to(chosen):
            return cls._chosen(settings, plugins, chosen)

    @classmethod
    def _chosen(cls, settings: Settings, plugins: Plugins, logger: Logger) -> ClientParts:
        plugins.check_names()
        plugins.load_general()
        transport = plugins.transport(settings)
        base_url = transport.base_url().rstrip("/")
        provider = plugins.auth(settings)
        parts = cls(
            settings=settings,
            plugins=plugins,
            auth_provider=provider,
            transport=transport,
            policy=plugins.retry(settings),
            base_url=base_url,
            logger=logger,
            server=ServerProbe(base_url),
        )
        provider.connect(AuthConnection(base_url=parts.base_url, client=parts.sync_client, logger=logger))
        return replace(parts, auth=provider.auth())

    def steps(self, call: Call[Any]) -> Exchange:
        """Return the steps of one call: what is sent, and how long is waited between two tries."""
        return exchange(call, self.base_url, self.policy, self.monotonic)

    def wrapped_steps(self) -> CallSteps:
        """Return :meth:`steps` with every plugin's wrapper around it.

        Raises:
            PluginError: a wrapper failed.
        """
        return self.plugins.wrap_call(self._explained_steps, self.settings)

    def _explained_steps(self, call: Call[Any]) -> Exchange:
        return self.server.explained(call, self.steps)

    def sync_client(self) -> http.Client:
        """Return a new blocking client."""
        with routed_to(self.logger):
            transport = self.plugins.wrap_transport(self.transport.sync_transport(), self.settings)
        return http.Client(transport=transport, timeout=self._timeout(), trust_env=False)

    def async_client(self) -> http.AsyncClient:
        """Return a new client for the running loop."""
        with routed_to(self.logger):
            transport = self.plugins.wrap_transport(self.transport.async_transport(), self.settings)
        return http.AsyncClient(transport=transport, timeout=self._timeout(), trust_env=False)

    def send(self, client: http.Client, send: Send) -> Outcome:
        """Send one request on a blocking client, through auth and every wrapper."""
        try:
            static = self.auth_provider.static_headers() if self.auth is not None else None
            request = request_of(send, client.timeout, static)
            return _outcome(send, answer_to(client, self.auth, request, prepared=static is not None))
        except (http.HTTPError, http.InvalidURL, UnicodeError) as error:
            return self.failed(error)

    async def send_async(self, client: http.AsyncClient, send: Send, refused: Refused | None = None) -> Outcome:
        """Send one request on an asyncio client, through auth and every wrapper.

        Args:
            client: where.
            send: what.
            refused: the answer that the same request got before, which the auth flow is told in place of a new one, as long
                as the headers are those that it refuses.
        """
        try:
            static = self.auth_provider.static_headers() if self.auth is not None else None
            request = request_of(send, client.timeout, static)
            known = refused is not None and static is not None and refused.version == static[0]
            sent = refused.response if refused is not None and known else None
            if sent is not None:
                sent.request = request
            prepared = static is not None
            return _outcome(send, await async_answer_to(client, self.auth, request, prepared=prepared, sent=sent))
        except (http.HTTPError, http.InvalidURL, UnicodeError) as error:
            return self.failed(error)

    def read(self, body: OpenBody) -> bytes:
        """Read the next piece of an answer on the calling thread; an empty one is its end.

        Raises:
            TransportFailureError: the connection was lost, or nothing came in time.
        """
        try:
            return body.read()
        except _READ_FAILURES as error:
            raise lost(body, error) from error

    async def read_async(self, body: OpenBody) -> bytes:
        """Read the next piece of an answer on the running loop, as :meth:`read` does."""
        try:
            return await body.aread()
        except _READ_FAILURES as error:
            raise lost(body, error) from error

    def failed(self, error: Exception) -> Outcome:
        """Return the outcome of a request that was not answered; what it says helps to find the setting that is wrong."""
        outcome = failed(error, _way(self.settings))
        if outcome.failure == "connect" and self.settings.source("server_url").kind == "default":
            outcome = replace(outcome, reason=f"{outcome.reason}; {_NOT_SET}")
        return outcome

    def close(self) -> None:
        """Release what the chosen plugins hold."""
        try:
            self.auth_provider.close()
        finally:
            self.transport.close()

    def _timeout(self) -> http.Timeout:
        return http.Timeout(self.settings.request_timeout, connect=self.settings.connect_timeout)


def _outcome(send: Send, response: http.Response) -> Outcome:
    if send.streamed and is_left_open(response):
        return Outcome(response.status_code, response.headers, open_body=OpenBody(response))
    return answered(response)


def answered(response: http.Response) -> Outcome:
    """Return the outcome of a request that was answered; the body is read."""
    return Outcome(response.status_code, response.headers, response.content)


def lost(body: OpenBody, error: Exception) -> TransportFailureError:
    """Return the error of an answer that ended in the middle."""
    if isinstance(error, http.TimeoutException):
        reason = "nothing more of the answer came in time"
        return RequestTimeoutError(method=body.method, url=body.url, reason=reason, retryable=True)
    reason = f"the answer was cut short: {type(error).__name__}: {error}"
    return ConnectionFailedError(method=body.method, url=body.url, reason=reason, retryable=True)


def failed(error: Exception, way: str = "") -> Outcome:
    """Sort a failure by what matters to a retry: was anything sent, and is it known what became of it."""
    if isinstance(error, http.TimeoutException):
        where = way if isinstance(error, http.ConnectTimeout) else ""
        return Outcome(failure="timeout", reason=f"no answer in time ({type(error).__name__}){where}", cause=error)
    if isinstance(error, http.ConnectError | http.ProxyError | UnicodeError):  # the last: a host that is no name
        return Outcome(failure="connect", reason=f"cannot connect{way}: {_reason(error)}", cause=error)
    return Outcome(failure="broken", reason=f"{type(error).__name__}: {error}", cause=error)


def _reason(error: BaseException) -> str:
    """Return the first text that an error or what it came from has; some libraries leave their own empty."""
    cause: BaseException | None = error
    while cause is not None:
        if str(cause):
            refused = isinstance(error, http.ProxyError) and "407" in str(cause)
            return f"{cause}; check name and password in proxy_url" if refused else str(cause)
        cause = cause.__cause__ or cause.__context__
    return type(error).__name__


def _way(settings: Settings) -> str:
    """Name what requests go through, without a password: errors of the system seldom do."""
    if settings.unix_path:
        return f" to the socket {settings.unix_path}"
    proxy = settings.proxy_url.rpartition("@")[2].rpartition("//")[2].strip("/")
    return f" through the proxy {proxy}" if proxy else ""
