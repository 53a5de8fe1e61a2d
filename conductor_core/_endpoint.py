"""One declaration, two faces: ``@endpoint`` methods answer at once on a sync client and are awaited on an async one."""

from __future__ import annotations

import abc
import inspect
from types import CoroutineType
from typing import TYPE_CHECKING, Any, ClassVar, Concatenate, Final, Generic, ParamSpec, TypeVar, overload

from conductor_core._call import Call, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator

_COROUTINE: Final[type[Any]] = CoroutineType
P = ParamSpec("P")
T = TypeVar("T")


class Sync:
    """The face of clients whose methods block and return their answer."""


class Async:
    """The face of clients whose methods are awaited."""


Face = TypeVar("Face", Sync, Async)


class Driver(abc.ABC, Generic[Face]):
    """What runs calls for clients of one face; its type decides whether their methods are awaited."""

    awaits: ClassVar[bool] = False

    @abc.abstractmethod
    def run(self, step: Any) -> Any:
        """Run one call or flow: to its answer, or as a coroutine that gives it."""


class Api(Generic[Face]):
    """Base of every domain client.

    A complete client::

        class PingApi(Api[Face], name="ping"):
            @endpoint
            def version(self) -> Call[str]:
                \"\"\"Ask the server for its version.\"\"\"
                return get("/version", returns=str)

    ``PingApi`` serves both faces: ``conductor.client(PingApi).version()`` and, on an ``AsyncConductor``,
    ``await conductor.client(PingApi).version()``.
    """

    name: ClassVar[str] = ""

    def __init_subclass__(cls, *, name: str = "", **options: Any) -> None:
        super().__init_subclass__(**options)
        if name:
            cls.name = name

    def __init__(self, driver: Driver[Face]) -> None:
        self.driver: Driver[Face] = driver


class Declaration:
    """What methods of clients have in common: the function that builds their steps, its name and its signature."""

    def __init__(self, build: Callable[..., Any]) -> None:
        self.builder: Callable[..., Any] = build
        self.name: str = build.__name__
        self.__name__: str = build.__name__
        self.__qualname__ = build.__qualname__
        self.__module__ = build.__module__
        self.__doc__ = build.__doc__
        signature = inspect.signature(build)
        self.__signature__: inspect.Signature = signature.replace(parameters=list(signature.parameters.values())[1:])


class Endpoint(Declaration, Generic[P, T]):
    """The descriptor behind ``@endpoint``; read from the class, it builds calls without running them."""

    def call(self, api: Api[Any] | None, /, *args: P.args, **kwargs: P.kwargs) -> Generator[Step, Any, T]:
        """Return the call or flow as something that a flow runs with ``yield from``."""
        step: Call[T] | Generator[Step, Any, T] = self.builder(api, *args, **kwargs)
        return iter(step) if isinstance(step, Call) else step

    def build(self, api: Api[Any] | None, /, *args: P.args, **kwargs: P.kwargs) -> Call[T]:
        """Return the call that the method would send; for tests and tools.

        Raises:
            TypeError: the method is a flow, which has no single call.
        """
        step: Call[T] | Generator[Step, Any, T] = self.builder(api, *args, **kwargs)
        if not isinstance(step, Call):
            step.close()
            raise TypeError(f"{self.__qualname__} is a flow of several calls")
        return step

    @property
    def is_flow(self) -> bool:
        """Whether the method needs several calls."""
        return inspect.isgeneratorfunction(self.builder)

    @overload
    def __get__(self, instance: None, owner: type[Any]) -> Endpoint[P, T]: ...
    @overload
    def __get__(self, instance: Api[Sync], owner: type[Any]) -> Callable[P, T]: ...
    @overload
    def __get__(self, instance: Api[Async], owner: type[Any]) -> Callable[P, Coroutine[Any, Any, T]]: ...
    def __get__(self, instance: Api[Any] | None, owner: type[Any]) -> Any:
        return self if instance is None else BoundEndpoint(self, instance)


class BoundEndpoint:
    """An endpoint on one client: calling it builds the call and hands it to that client's driver."""

    __slots__ = ("__self__", "_endpoint")

    def __init__(self, endpoint: Endpoint[..., Any], api: Api[Any]) -> None:
        self._endpoint = endpoint
        self.__self__ = api

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        api, declared = self.__self__, self._endpoint
        answer: Any = api.driver.run(declared.builder(api, *args, **kwargs))
        if answer.__class__ is _COROUTINE:
            # For Python's warning of a forgotten await, which would name the driver.
            answer.__qualname__ = declared.__qualname__
        return answer

    @property
    def __doc__(self) -> str | None:  # type: ignore[override]  # of the endpoint, not of this class
        """The endpoint's own documentation."""
        return self._endpoint.__doc__

    def __getattr__(self, name: str) -> Any:
        return getattr(self._endpoint, name)

    def __repr__(self) -> str:
        return f"<endpoint {self._endpoint.__qualname__}>"


@overload
def endpoint(build: Callable[Concatenate[Any, P], Call[T]]) -> Endpoint[P, T]: ...
@overload
def endpoint(build: Callable[Concatenate[Any, P], Generator[Step, Any, T]]) -> Endpoint[P, T]: ...
def endpoint(build: Callable[..., Any]) -> Endpoint[..., Any]:
    """Give a function from arguments to a call, or to a flow of calls, its sync and its async face."""
    return Endpoint(build)


def endpoints_of(api: type[Api[Any]]) -> dict[str, Endpoint[..., Any]]:
    """Return every endpoint of a client class by name, inherited ones included."""
    names = [name for cls in reversed(api.__mro__) for name in vars(cls)]
    return {name: value for name in names if isinstance(value := getattr(api, name, None), Endpoint)}
