"""What a plugin implements: one abstract class per extension point, each with the smallest complete example.

A hook (see :mod:`conductor_core.hookspecs`) only *registers* such a class; settings choose it by the name of its entry
point.
"""

from __future__ import annotations

import abc
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeAlias, TypeVar, cast

from conductor_core.errors import ConductorError, InvalidArgumentError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Awaitable, Callable, Mapping

    from conductor_core._call import Call
    from conductor_core._endpoint import Async, Driver

    # What a wrapper of calls hands on; offered here because the module they live in is private.
    from conductor_core._exchange import Exchange as Exchange  # noqa: PLC0414 - an explicit re-export
    from conductor_core._exchange import Outcome as Outcome  # noqa: PLC0414 - an explicit re-export
    from conductor_core._exchange import Send as Send  # noqa: PLC0414 - an explicit re-export
    from conductor_core._logging import Logger
    from conductor_core.http import AsyncBaseTransport, Auth, BaseTransport, Client
    from conductor_core.models import Task
    from conductor_core.settings import Settings
    from conductor_core.worker._polled import JsonObject, PolledTask

T = TypeVar("T")
Failure: TypeAlias = Literal["connect", "timeout", "broken"]


class SecretHeaders(dict[str, str]):
    """Headers whose values are not shown by their text: what ``static_headers`` should return."""

    def __repr__(self) -> str:
        return repr(dict.fromkeys(self, "********"))


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthConnection:
    """What an auth provider may use outside any call.

    Attributes:
        base_url: URL that request paths are appended to, without a trailing slash.
        client: makes a blocking client on the chosen transport, with every plugin's wrapper around it and without auth;
            whoever makes one closes it.
        logger: where the program wants log lines.
    """

    base_url: str
    client: Callable[[], Client]
    logger: Logger


class AuthProvider(abc.ABC):
    """Proves to the server who is calling.

    A complete plugin::

        class HeaderAuth(AuthProvider, Auth):  # Auth from conductor_core.http
            name = "acme"

            def __init__(self, settings: Settings) -> None:
                self._key = str(settings.options_of("acme").get("key", ""))

            def auth(self) -> Auth:
                return self

            def auth_flow(self, request):
                request.headers["X-Acme-Key"] = self._key
                yield request


        @hookimpl
        def conductor_register_auth():
            return HeaderAuth
    """

    name: ClassVar[str]

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def connect(self, connection: AuthConnection) -> None:  # noqa: B027 - optional: most providers need none
        """Take what requests outside any call need, such as a refresh in the background; called once, before :meth:`auth`."""

    @abc.abstractmethod
    def auth(self) -> Auth | None:
        """Return the flow that is driven around each request, or None for no authentication.

        It must work on both faces: from several threads, and from several tasks of one loop. The flow alone owns token
        errors (one refresh, one resend); the retry policy sees 401 and 403 as final. When a request that the flow yielded
        fails, the ``HTTPError`` is thrown into ``sync_auth_flow`` or ``async_auth_flow`` where they yielded it.
        """

    def static_headers(self) -> StaticHeaders | None:
        """Return headers that may stand for the flow right now, with a number that changes whenever they do.

        Only a hint for requests that are sent very often: the caller prepares them once for each number, asks again before
        each request, and drives the flow instead when the answer is None, or is 401 or 403.
        """
        return None

    def close(self) -> None:  # noqa: B027 - optional: most providers hold nothing
        """Release what the provider holds; called once when its conductor is closed."""


class TransportFactory(abc.ABC):
    """Makes the transport that carries requests.

    A complete plugin::

        class RecordedTransport(TransportFactory):
            name = "recorded"

            def sync_transport(self) -> BaseTransport:
                return MockTransport(lambda request: Response(200, json={}))

            def async_transport(self) -> AsyncBaseTransport:
                return MockTransport(lambda request: Response(200, json={}))


        @hookimpl
        def conductor_register_transport():
            return RecordedTransport
    """

    name: ClassVar[str]

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @abc.abstractmethod
    def sync_transport(self) -> BaseTransport:
        """Return a transport for blocking calls; it must be safe to use from several threads."""

    @abc.abstractmethod
    def async_transport(self) -> AsyncBaseTransport:
        """Return a transport for the running event loop."""

    def base_url(self) -> str:
        """Return the URL that request paths are appended to, without a trailing slash."""
        return self.settings.server_url

    def close(self) -> None:  # noqa: B027 - optional: most factories hold nothing
        """Release what the factory holds; called once when its conductor is closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One finished try of a call, as a retry policy sees it.

    Attributes:
        number: 1 for the first try.
        method: HTTP verb.
        template: path template of the operation.
        repeatable: whether sending the request twice does no harm.
        elapsed: seconds since the first try began.
        status: HTTP status, or None when no answer arrived.
        failure: why no answer arrived: ``connect`` (nothing was sent), ``timeout`` or ``broken``; None with a status.
        retry_after: seconds that the server asked to wait, or None. The driver honours it over the policy's own number.
    """

    number: int
    method: str
    template: str
    repeatable: bool
    elapsed: float
    status: int | None = None
    failure: Failure | None = None
    retry_after: float | None = None


class RetryPolicy(abc.ABC):
    """Decides whether a failed try is worth another: a pure function of the attempt.

    A complete plugin::

        class OnceMore(RetryPolicy):
            name = "once-more"

            def wait(self, attempt: Attempt) -> float | None:
                return 0.5 if attempt.number == 1 and attempt.repeatable else None


        @hookimpl
        def conductor_register_retry():
            return OnceMore
    """

    name: ClassVar[str]

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @abc.abstractmethod
    def wait(self, attempt: Attempt) -> float | None:
        """Return the seconds to wait before the next try, or None to give up."""


class Command(abc.ABC):
    """A subcommand of ``conductor``; the name of its entry point is the word that is typed.

    A complete plugin::

        class Hello(Command):
            help = "Greet the server."

            def run(self, args, settings):
                print("hello", settings.server_url)
                return 0


        @hookimpl
        def conductor_register_command():
            return Hello
    """

    help: ClassVar[str] = ""
    repairs: ClassVar[bool] = False
    """Whether it also runs where plugins are required that are missing, because it is what tells so."""

    def configure(self, parser: argparse.ArgumentParser) -> None:  # noqa: B027 - optional: a command may take no arguments
        """Add the command's own arguments."""

    @abc.abstractmethod
    def run(self, args: argparse.Namespace, settings: Settings) -> int:
        """Do the work and return the exit code; raise a ConductorError for a message without a traceback."""


@dataclass(frozen=True, slots=True)
class MetricsPage:
    """What ``/metrics`` of the health server answers.

    Attributes:
        content_type: the answer's ``Content-Type``.
        body: its bytes.
    """

    content_type: str
    body: bytes


class ExecuteInput:
    """What surrounds one execution of a worker function, as ``conductor_wrap_execute`` sees it.

    Args:
        task: the full task document; or None with ``polled``, which makes it when it is asked for.
        worker_id: id of the worker that polled it.
        domain: domain of the runner, or None.
        polled: the task as it came from the server, for what needs no full model.
        driver: runs calls over the worker's own connection.
    """

    __slots__ = ("_driver", "_polled", "_task", "domain", "worker_id")

    def __init__(
        self,
        *,
        task: Task | None = None,
        worker_id: str,
        domain: str | None = None,
        polled: PolledTask | None = None,
        driver: Driver[Async] | None = None,
    ) -> None:
        if task is None and polled is None:
            raise InvalidArgumentError("ExecuteInput needs a task")
        self.worker_id: str = worker_id
        self.domain: str | None = domain
        self._driver = driver
        self._task = task
        self._polled = polled

    @property
    def task(self) -> Task:
        """The full task document."""
        return self._task if self._task is not None else self.polled.task()

    @property
    def polled(self) -> PolledTask:
        """The task with the few fields that the runtime reads, cheaper than the model."""
        if self._polled is None:
            from conductor_core.worker._polled import PolledTask  # noqa: PLC0415 - only workers execute

            self._polled = PolledTask.from_task(self.task)
        return self._polled

    async def run(self, call: Call[T]) -> T:
        """Run a call over the worker's own connection, with its auth and its retries.

        Raises:
            ConductorError: what the call ends with; always, when this was made by hand without a connection.
        """
        if self._driver is None:
            raise ConductorError("this execution has no connection: it was made by hand")
        return cast("T", await self._driver.run(call))

    def with_task(self, task: Task) -> ExecuteInput:
        """Return the same with another task, whose input the worker function gets instead."""
        return ExecuteInput(task=task, worker_id=self.worker_id, domain=self.domain, driver=self._driver)

    def with_input(self, input_data: Mapping[str, object]) -> ExecuteInput:
        """Return the same with another input, which the worker function gets instead."""
        polled = self.polled
        changed = type(polled)({**polled.document, "inputData": cast("JsonObject", dict(input_data))})
        return ExecuteInput(worker_id=self.worker_id, domain=self.domain, polled=changed, driver=self._driver)

    def __repr__(self) -> str:
        return f"<execution of {self.polled!r} by {self.worker_id!r}>"


if TYPE_CHECKING:
    StaticHeaders: TypeAlias = tuple[int, Mapping[str, str]]
    Execute: TypeAlias = Callable[[ExecuteInput], Awaitable[object]]
    CallSteps: TypeAlias = Callable[[Call[Any]], Exchange]
