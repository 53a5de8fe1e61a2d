"""A request as a value: what to send and how to read the answer, without any I/O.

A client method returns a :class:`Call`; what needs several requests is a generator of ``Call | Sleep`` (a
:data:`Flow`), and several that need not wait for each other are one step, :class:`Together`. The two drivers run all of them. Values can be compared in tests, logged, traced and retried.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, TypeAlias, TypeVar, overload
from urllib.parse import quote

from conductor_core._bodies import Read
from conductor_core._json import is_collection
from conductor_core.errors import ConductorError, InvalidArgumentError

if TYPE_CHECKING:
    from conductor_core.interfaces import RetryPolicy

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

Scalar: TypeAlias = str | int | float | bool | Enum
Pairs: TypeAlias = tuple[tuple[str, str], ...]


class _NoBody(Enum):
    """The type of :data:`NO_BODY`."""

    NO_BODY = "no body"


NO_BODY: Final = _NoBody.NO_BODY
_REPEATABLE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})


@dataclass(frozen=True, slots=True)
class Call(Generic[T_co]):
    """One request and the type of its answer.

    Attributes:
        method: HTTP verb.
        template: path below the server's base URL with ``{}`` for each path argument; it names the operation.
        target: the path with its arguments quoted in.
        query: query pairs in order.
        headers: header pairs.
        body: JSON body (models are sent by alias, unset fields left out) or :data:`NO_BODY`.
        text: body that is sent as it is, or None.
        media_type: of ``text`` or ``content``; text/plain or application/octet-stream when empty.
        content: body of bytes, or None.
        returns: the type that the answer is read as; None reads nothing, ``bytes`` takes the body as it is, and ``OpenBody``
            leaves it to be read piece by piece.
        none_when_empty: an empty body, 204 or ``null`` gives None.
        timeout: seconds for one attempt; None takes the settings' value.
        retry_budget: seconds during which the retry policy may be asked; 0 never asks it; None has no bound.
        repeatable: whether sending it twice does no harm.
        hint: what to use instead where a server lacks the operation.
        beside_api: the path is below the server's root, beside ``/api``.
        policy: decides about this call's tries instead of the policy that settings chose; None keeps that one.
        orkes_only: an open-source server would take the request for another operation; the server is asked what it is first,
            and an open-source one is not sent the request.
    """

    method: str
    template: str
    target: str
    query: Pairs = ()
    headers: Pairs = ()
    body: object = field(default=NO_BODY, repr=False)  # may hold a secret
    text: str | None = field(default=None, repr=False)
    media_type: str = ""
    content: bytes | None = field(default=None, repr=False)
    returns: object = None
    none_when_empty: bool = False
    timeout: float | None = None
    retry_budget: float | None = None
    repeatable: bool = False
    hint: str = ""
    beside_api: bool = False
    policy: RetryPolicy | None = None
    orkes_only: bool = False

    def __iter__(self) -> Generator[Call[T_co], Any, T_co]:
        """Let a flow write ``answer = yield from call`` and keep the answer's type."""
        answer: T_co = yield self
        return answer


@dataclass(frozen=True, slots=True)
class Sleep:
    """A step of a flow: wait this many seconds; closing the conductor ends the wait."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Together(Generic[T_co]):
    """A step of a flow: send several calls, a few at a time; the answer has an entry for each, in their order.

    A call that fails has its error as its entry, and changes nothing for the others.

    Attributes:
        calls: what to send.
        limit: calls under way at the same time, at least 1.
    """

    calls: tuple[Call[T_co], ...]
    limit: int = 8

    def __iter__(self) -> Generator[Together[T_co], Any, list[T_co | ConductorError]]:
        """Let a flow write ``answers = yield from Together(calls)`` and keep the answers' type."""
        answers: list[T_co | ConductorError] = yield self
        return answers


Step: TypeAlias = Call[Any] | Sleep | Together[Any]
Action: TypeAlias = Step | Read
"""What drivers do: the steps of flows, and those that only streams have."""
Flow: TypeAlias = Generator[Step, Any, T]


def join_path(template: str, arguments: Iterable[object]) -> str:
    """Fill path arguments into a template, quoted so that none can leave its segment.

    Raises:
        InvalidArgumentError: an argument is empty, a dot segment, or neither text nor a whole number.
    """
    filled = template
    for position, argument in enumerate(arguments, start=1):
        if "{}" not in filled:
            raise InvalidArgumentError(f"{template!r} takes fewer path arguments")
        filled = filled.replace("{}", _segment(template, position, argument), 1)
    if "{}" in filled:
        raise InvalidArgumentError(f"{template!r} needs more path arguments")
    return filled


def _segment(template: str, position: int, argument: object) -> str:
    value = argument.value if isinstance(argument, Enum) else argument
    if isinstance(value, bool) or not isinstance(value, str | int):
        kind = type(value).__name__
        raise InvalidArgumentError(
            f"path argument {position} of {template!r} must be text, got {kind}: pass an id or name"
        )
    text = str(value)
    if not text.strip():
        raise InvalidArgumentError(f"path argument {position} of {template!r} is empty: pass an id or name")
    if text in (".", ".."):
        raise InvalidArgumentError(f"path argument {position} of {template!r} is the dot segment {text!r}")
    return quote(_encodable(f"path argument {position} of {template!r}", text), safe="")


def to_pairs(values: Mapping[str, object] | None) -> Pairs:
    """Turn query or header arguments into pairs; None is left out, a list repeats its name."""
    if not values:
        return ()
    pairs: list[tuple[str, str]] = []
    for name, value in values.items():
        if value is None:
            continue
        items: Iterable[object] = value if is_collection(value) else (value,)
        pairs.extend((name, _encodable(name, _text(item))) for item in items)
    return tuple(pairs)


def _header_pairs(values: Mapping[str, object] | None) -> Pairs:
    pairs = to_pairs(values)
    for name, text in pairs:
        if not text.isascii() or not text.isprintable():
            raise InvalidArgumentError(f"header {name} may hold printable ASCII only, got {text!r}")
    return pairs


def _encodable(name: str, text: str) -> str:
    """Refuse text that no request can carry, such as half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidArgumentError(f"{name} is no valid text: {error.reason} at position {error.start}") from None
    return text


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Enum):
        return str(value.value)
    return str(value)


class Verb:
    """Builds calls of one HTTP verb; ``get``, ``post``, ``put``, ``delete`` and ``patch`` are its instances."""

    def __init__(self, method: str) -> None:
        self.method = method

    @overload
    def __call__(
        self,
        template: str,
        *path: object,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, object] | None = None,
        body: object = NO_BODY,
        text: str | None = None,
        media_type: str = "",
        content: bytes | None = None,
        returns: None = None,
        timeout: float | None = None,
        retry_budget: float | None = None,
        repeatable: bool | None = None,
        hint: str = "",
        orkes_only: bool = False,
        beside_api: bool = False,
    ) -> Call[None]: ...

    @overload
    def __call__(
        self,
        template: str,
        *path: object,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, object] | None = None,
        body: object = NO_BODY,
        text: str | None = None,
        media_type: str = "",
        content: bytes | None = None,
        returns: type[T],
        none_when_empty: Literal[True],
        timeout: float | None = None,
        retry_budget: float | None = None,
        repeatable: bool | None = None,
        hint: str = "",
        orkes_only: bool = False,
        beside_api: bool = False,
    ) -> Call[T | None]: ...

    @overload
    def __call__(
        self,
        template: str,
        *path: object,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, object] | None = None,
        body: object = NO_BODY,
        text: str | None = None,
        media_type: str = "",
        content: bytes | None = None,
        returns: type[T],
        none_when_empty: Literal[False] = False,
        timeout: float | None = None,
        retry_budget: float | None = None,
        repeatable: bool | None = None,
        hint: str = "",
        orkes_only: bool = False,
        beside_api: bool = False,
    ) -> Call[T]: ...

    def __call__(
        self,
        template: str,
        *path: object,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, object] | None = None,
        body: object = NO_BODY,
        text: str | None = None,
        media_type: str = "",
        content: bytes | None = None,
        returns: type[Any] | None = None,
        none_when_empty: bool = False,
        timeout: float | None = None,
        retry_budget: float | None = None,
        repeatable: bool | None = None,
        hint: str = "",
        orkes_only: bool = False,
        beside_api: bool = False,
    ) -> Call[Any]:
        """Build a call; the attributes of :class:`Call` explain the keywords.

        Raises:
            InvalidArgumentError: a path argument is empty, a dot segment or of a wrong type, or a value is no text that
                a request can carry.
        """
        return Call(
            method=self.method,
            template=template,
            target=join_path(template, path),
            query=to_pairs(query),
            headers=_header_pairs(headers),
            body=body,
            text=text,
            media_type=media_type,
            content=content,
            returns=returns,
            none_when_empty=none_when_empty,
            timeout=timeout,
            retry_budget=retry_budget,
            repeatable=self.method in _REPEATABLE_METHODS if repeatable is None else repeatable,
            hint=hint,
            orkes_only=orkes_only,
            beside_api=beside_api,
        )


get: Final = Verb("GET")
post: Final = Verb("POST")
put: Final = Verb("PUT")
delete: Final = Verb("DELETE")
patch: Final = Verb("PATCH")
