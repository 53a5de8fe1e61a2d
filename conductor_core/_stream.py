"""Methods that give one thing after another: pages of a search, changes of an execution.

A stream is written like a flow and yields :class:`Item` besides its calls and sleeps. On a sync client it is iterated with
``for``, on an async one with ``async for``; the next call is made when the next item is wanted.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, Protocol, TypeAlias, TypeVar, overload

from conductor_core._bodies import OpenBody
from conductor_core._call import Action, Step
from conductor_core._endpoint import Api, Async, Declaration, Sync
from conductor_core.errors import ConductorError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conductor_core._endpoint import Driver

P = ParamSpec("P")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Item(Generic[T]):
    """What a stream gives its reader."""

    value: T


Stream: TypeAlias = Generator[Action | Item[T], Any, None]


class StreamEndpoint(Declaration, Generic[P, T]):
    """The descriptor behind ``@stream``."""

    def steps(self, api: Api[Any] | None, /, *args: P.args, **kwargs: P.kwargs) -> Stream[T]:
        """Return calls, sleeps and items as they come, for streams that are made of others and for tests."""
        found: Stream[T] = self.builder(api, *args, **kwargs)
        return found

    @overload
    def __get__(self, instance: None, owner: type[Any]) -> StreamEndpoint[P, T]: ...
    @overload
    def __get__(self, instance: Api[Sync], owner: type[Any]) -> Callable[P, Generator[T, None, None]]: ...
    @overload
    def __get__(self, instance: Api[Async], owner: type[Any]) -> Callable[P, AsyncGenerator[T, None]]: ...
    def __get__(self, instance: Api[Any] | None, owner: type[Any]) -> Any:
        return self if instance is None else BoundStream(self, instance)


class BoundStream:
    """A stream on one client: calling it gives an iterator, or an asynchronous one."""

    __slots__ = ("__self__", "_stream")

    def __init__(self, stream: StreamEndpoint[..., Any], api: Api[Any]) -> None:
        self._stream = stream
        self.__self__ = api

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        driver = self.__self__.driver
        steps = self._stream.builder(self.__self__, *args, **kwargs)
        return _iterate_awaiting(driver, steps) if driver.awaits else _iterate(driver, steps)

    @property
    def __doc__(self) -> str | None:  # type: ignore[override]  # of the stream, not of this class
        """The stream's own documentation."""
        return self._stream.__doc__

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def __repr__(self) -> str:
        return f"<stream {self._stream.__qualname__}>"


def stream(build: Callable[Concatenate[Any, P], Stream[T]]) -> StreamEndpoint[P, T]:
    """Give a generator of calls and items its face for ``for`` and its face for ``async for``."""
    return StreamEndpoint(build)


class Page(Protocol[T_co]):
    """One page of a search: :class:`~conductor_core.models.SearchResult` and what looks like it."""

    @property
    def total_hits(self) -> int:
        """Hits on all pages."""
        ...

    @property
    def results(self) -> Sequence[T_co]:
        """Hits on this page."""
        ...


def all_pages(page_from: Callable[[int], Generator[Step, Any, Page[T]]]) -> Stream[T]:
    """Give everything on all pages of a search, one page after the other.

    Args:
        page_from: fetches the page that begins with a hit of this number, counted from 0.
    """
    start = 0
    while True:
        page = yield from page_from(start)
        for hit in page.results:
            yield Item(hit)
        start += len(page.results)
        if not page.results or start >= page.total_hits:
            return


def streams_of(api: type[Api[Any]]) -> dict[str, StreamEndpoint[..., Any]]:
    """Return every stream of a client class by name, inherited ones included."""
    names = [name for cls in reversed(api.__mro__) for name in vars(cls)]
    return {name: value for name in names if isinstance(value := getattr(api, name, None), StreamEndpoint)}


def _iterate(driver: Driver[Sync], steps: Stream[T]) -> Generator[T, None, None]:
    opened: list[OpenBody] = []
    try:
        while (item := driver.run(_until_item(steps, opened))) is not None:
            yield item.value
    finally:
        steps.close()
        for body in opened:
            body.close()


async def _iterate_awaiting(driver: Driver[Async], steps: Stream[T]) -> AsyncGenerator[T, None]:
    opened: list[OpenBody] = []
    try:
        while (item := await driver.run(_until_item(steps, opened))) is not None:
            yield item.value
    finally:
        steps.close()
        for body in opened:
            await body.aclose()


def _until_item(steps: Stream[T], opened: list[OpenBody]) -> Generator[Action, Any, Item[T] | None]:
    """Run a stream up to its next item; None is its end. What it opens is put into the list, to be closed with the stream."""
    answer: Any = None
    error: ConductorError | None = None
    while True:
        try:
            step = steps.send(answer) if error is None else steps.throw(error)
        except StopIteration:
            return None
        if isinstance(step, Item):
            return step
        answer, error = None, None
        try:
            answer = yield step
        except ConductorError as caught:
            error = caught
        if isinstance(answer, OpenBody):
            opened[:] = [*(body for body in opened if not body.is_closed), answer]
