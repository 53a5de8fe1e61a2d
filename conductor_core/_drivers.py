"""The two drivers: they alone send requests and sleep. Everything that decides is in what they run."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakSet

from conductor_core._bodies import Read
from conductor_core._call import Call, Sleep, Together
from conductor_core._endpoint import Async, Driver, Sync
from conductor_core.errors import ClosedError, ConductorError

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Coroutine, Generator

    from conductor_core._bodies import OpenBody
    from conductor_core._call import Action
    from conductor_core._exchange import Exchange, Outcome, Send
    from conductor_core._http_client import ClientParts
    from conductor_core._sending import Refused
    from conductor_core._server import ServerInfo
    from conductor_core.http import AsyncClient, Client
    from conductor_core.interfaces import CallSteps, SecretHeaders

T = TypeVar("T")
_CLOSED = "this conductor is closed; make a new one"
_CLOSED_MEANWHILE = "this conductor was closed while it read an answer"


class SyncDriver(Driver[Sync]):
    """Runs calls and flows on the calling thread; safe to share between threads, and usable after a fork.

    Args:
        parts: what settings chose.
        sleep: waits so many seconds; ended by :meth:`close` when None.
        wrapped: put the plugins' call wrappers around each call.
    """

    def __init__(
        self, parts: ClientParts, *, sleep: Callable[[float], None] | None = None, wrapped: bool = False
    ) -> None:
        self._parts = parts
        self._steps: CallSteps | None = None if wrapped else parts.steps
        self._closed = threading.Event()
        self._sleep = sleep or self._wait
        self._client: Client | None = None
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._bodies: WeakSet[OpenBody] = WeakSet()

    def run(self, step: Call[T] | Generator[Action, Any, T]) -> T:
        """Run one call or flow to its answer.

        Raises:
            ConductorError: what the call or flow ends with.
        """
        if isinstance(step, Call):
            return self._run_call(step)  # type: ignore[no-any-return]  # a call answers with its own type
        answer: Any = None
        error: BaseException | None = None
        try:
            while True:
                action = step.send(answer) if error is None else step.throw(error)
                answer, error = None, None
                try:
                    answer = self._take(action)
                except ConductorError as caught:
                    error = caught
        except StopIteration as stop:
            return stop.value  # type: ignore[no-any-return]  # a generator's value is untyped at run time
        finally:
            step.close()

    def server_info(self, *, refresh: bool = False) -> ServerInfo:
        """Return what the server is; a server that is known is not asked again, unless to ``refresh`` what is known.

        Raises:
            ConductorError: it did not answer.
        """
        info: ServerInfo = _finish(self._parts.server.asked(refresh=refresh), self._act)
        return info

    def auth_headers(self) -> SecretHeaders:
        """Return the headers that the auth puts on a request; a failure is raised as the call's would be."""
        from conductor_core._auth_headers import auth_headers  # noqa: PLC0415 - few programs ask

        return auth_headers(self._parts, self._ready_client())

    def close(self) -> None:
        """End all waits and close the connections; later calls raise ``ClosedError``."""
        self._closed.set()
        self._forget_parent()
        with self._lock:
            client, self._client = self._client, None
            bodies = tuple(self._bodies)
        for body in bodies:
            body.interrupt()
        if client is not None:
            client.close()

    def _take(self, action: Action) -> Any:
        if isinstance(action, Call):
            return self._run_call(action)
        if isinstance(action, Together):
            from conductor_core._together import on_threads  # noqa: PLC0415 - few flows need threads

            return on_threads(action, self._run_call)
        return self._read(action.body) if isinstance(action, Read) else self._sleep(action.seconds)

    def _read(self, body: OpenBody) -> bytes:
        with self._lock:
            if self._closed.is_set():
                raise ClosedError(_CLOSED)
            self._bodies.add(body)
        try:
            return self._parts.read(body)
        except ConductorError:
            if self._closed.is_set():
                raise ClosedError(_CLOSED_MEANWHILE) from None
            raise

    def _run_call(self, call: Call[Any]) -> Any:
        steps = self._steps = self._steps or self._parts.wrapped_steps()
        return _finish(steps(call), self._act)

    def _act(self, action: Send | Sleep) -> Outcome | None:
        if isinstance(action, Sleep):
            self._sleep(action.seconds)
            return None
        client = self._ready_client()
        try:
            return self._parts.send(client, action)
        except RuntimeError:
            if self._closed.is_set():  # by another thread, between the line above and the first byte
                raise ClosedError(_CLOSED) from None
            raise

    def _ready_client(self) -> Client:
        self._forget_parent()
        client = self._client
        if client is None or self._closed.is_set():
            with self._lock:
                if self._closed.is_set():
                    raise ClosedError(_CLOSED)
                client = self._client = self._client or self._parts.sync_client()
        return client

    def _forget_parent(self) -> None:
        """Drop what a forked child inherited: connections that its parent talks on, a lock that nobody will release."""
        if self._pid != os.getpid():
            self._client, self._lock, self._pid = None, threading.Lock(), os.getpid()
            self._bodies = WeakSet()

    def _wait(self, seconds: float) -> None:
        if self._closed.wait(seconds):
            raise ClosedError("this conductor was closed while a call waited for its next try")


def _finish(steps: Exchange, act: Callable[[Send | Sleep], Outcome | None]) -> Any:
    try:
        action = next(steps)
        while True:
            action = steps.send(act(action))
    except StopIteration as stop:
        return stop.value
    finally:
        steps.close()


class AsyncDriver(Driver[Async]):
    """Runs calls and flows on one asyncio event loop: the one of its first call.

    Args:
        parts: what settings chose.
        sleep: waits so many seconds; ended by :meth:`aclose` when None.
        wrapped: put the plugins' call wrappers around each call.
    """

    awaits = True

    def __init__(
        self, parts: ClientParts, *, sleep: Callable[[float], Any] | None = None, wrapped: bool = False
    ) -> None:
        self._parts = parts
        self._steps: CallSteps | None = None if wrapped else parts.steps
        self._sleep = sleep or self._wait
        self._client: AsyncClient | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed: asyncio.Event | None = None
        self._is_closed = False

    async def run(self, step: Call[T] | Generator[Action, Any, T]) -> T:
        """Run one call or flow to its answer.

        Raises:
            ConductorError: what the call or flow ends with.
        """
        if isinstance(step, Call):
            return await self._run_call(step)  # type: ignore[no-any-return]  # a call answers with its own type
        answer: Any = None
        error: BaseException | None = None
        try:
            while True:
                action = step.send(answer) if error is None else step.throw(error)
                answer, error = None, None
                try:
                    answer = await self._take(action)
                except ConductorError as caught:
                    error = caught
        except StopIteration as stop:
            return stop.value  # type: ignore[no-any-return]  # a generator's value is untyped at run time
        finally:
            step.close()

    async def server_info(self, *, refresh: bool = False) -> ServerInfo:
        """Return what the server is, as the blocking driver does."""
        info: ServerInfo = await self._finish(self._parts.server.asked(refresh=refresh))
        return info

    async def auth_headers(self) -> SecretHeaders:
        """Return the headers that the auth puts on a request; a failure is raised as the call's would be."""
        from conductor_core._auth_headers import async_auth_headers  # noqa: PLC0415 - few programs ask

        return await async_auth_headers(self._parts, self._ready_client())

    async def aclose(self) -> None:
        """End all waits and close the connections; later calls raise ``ClosedError``.

        Raises:
            ConductorError: it belongs to another event loop, which still runs.
        """
        if self._loop is not None and self._loop.is_closed():
            self._client = None  # its connections ended with their loop
        elif self._client is not None:
            self._check_loop()
        self._is_closed = True
        if self._closed is not None:
            self._closed.set()
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    @property
    def parts(self) -> ClientParts:
        """What settings chose."""
        return self._parts

    def client(self) -> AsyncClient:
        """Return the HTTP client of the running loop, for requests that were prepared before.

        Raises:
            ClosedError: the driver is closed.
            ConductorError: it belongs to another loop.
        """
        return self._ready_client()

    async def resume(self, call: Call[T], outcome: Outcome) -> T:
        """Go on with a call whose first try was sent by the caller: answer, or retries as the policy says.

        Raises:
            ConductorError: what the call ends with.
        """
        return await self._run_call(call, outcome)  # type: ignore[no-any-return]  # a call answers with its own type

    async def run_refused(self, call: Call[T], refused: Refused) -> T:
        """Run a call whose request the caller sent and the server refused: the auth flow is told that answer.

        Raises:
            ConductorError: what the call ends with.
        """
        return await self._run_call(call, refused=refused)  # type: ignore[no-any-return]  # a call answers with its own type

    def _take(self, action: Action) -> Any:
        if isinstance(action, Call):
            return self._run_call(action)
        if isinstance(action, Together):
            from conductor_core._together import on_loop  # noqa: PLC0415 - few flows need several tasks

            return on_loop(action, self._run_call)
        return self._read(action.body) if isinstance(action, Read) else self._sleep(action.seconds)

    async def _read(self, body: OpenBody) -> bytes:
        self._check_loop()
        try:
            return await self._parts.read_async(body)
        except ConductorError:
            if self._is_closed:
                raise ClosedError(_CLOSED_MEANWHILE) from None
            raise

    def _run_call(
        self, call: Call[Any], first: Outcome | None = None, refused: Refused | None = None
    ) -> Coroutine[Any, Any, Any]:
        run = self._steps = self._steps or self._parts.wrapped_steps()
        return self._finish(run(call), first, refused)

    async def _finish(self, steps: Exchange, first: Outcome | None = None, refused: Refused | None = None) -> Any:
        try:
            action = next(steps)
            if first is not None:
                action = steps.send(first)
            elif refused is not None:
                action = steps.send(await self._act(action, refused))
            while True:
                action = steps.send(await self._act(action))
        except StopIteration as stop:
            return stop.value
        finally:
            steps.close()

    async def _act(self, action: Send | Sleep, refused: Refused | None = None) -> Outcome | None:
        if isinstance(action, Sleep):
            await self._sleep(action.seconds)
            return None
        client = self._ready_client()
        try:
            return await self._parts.send_async(client, action, refused)
        except RuntimeError:
            if self._is_closed:
                raise ClosedError(_CLOSED) from None
            raise

    def _ready_client(self) -> AsyncClient:
        self._check_loop()
        if self._client is None:
            self._client = self._parts.async_client()
        return self._client

    def _check_loop(self) -> asyncio.Event:
        """Return the event that ends waits; the first call decides which loop this driver belongs to."""
        if self._is_closed:
            raise ClosedError(_CLOSED)
        import asyncio  # noqa: PLC0415 - programs that only block need no event loop

        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            raise ConductorError("AsyncConductor needs a running asyncio loop; use Conductor elsewhere") from None
        if self._loop is None or self._closed is None:
            self._loop, self._closed = loop, asyncio.Event()
        elif self._loop is not loop:
            raise ConductorError("this AsyncConductor belongs to another event loop; make one conductor for each loop")
        return self._closed

    async def _wait(self, seconds: float) -> None:
        import asyncio  # noqa: PLC0415 - programs that only block need no event loop

        closed = self._check_loop()
        try:
            async with asyncio.timeout(
                seconds
            ):  # wait_for of Python 3.11 forgets a cancellation where both come at once
                await closed.wait()
        except TimeoutError:
            return
        raise ClosedError("this conductor was closed while a call waited for its next try")
