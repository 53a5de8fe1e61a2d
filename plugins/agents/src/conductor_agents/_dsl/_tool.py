"""What a model may call: functions of yours, and tools that the server runs itself."""

from __future__ import annotations

import inspect
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeAlias, TypeVar, cast, overload

from conductor_agents._dsl._checks import check_at_least, check_name, check_unique
from conductor_core.errors import InvalidArgumentError
from conductor_core.worker import WorkerDefinition, define_worker

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from conductor_agents._dsl._guardrail import BaseGuardrail

P = ParamSpec("P")
R = TypeVar("R")
Document: TypeAlias = dict[str, Any]

WORKER = "worker"


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call that is made before the model's first turn; its result is part of what the model reads.

    Args:
        tool_name: the tool.
        arguments: its arguments.
    """

    tool_name: str
    arguments: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ToolDefinition:
    """A tool as the model sees it, and as the server runs it.

    Make one with :func:`tool`, or with a function for the kind: :func:`http_tool`, :func:`mcp_tool` and so on.

    Attributes:
        name: what the model calls it by.
        description: what the model reads about it.
        tool_type: the server's kind of tool; ``worker`` is a function of yours.
        input_schema: JSON schema of its arguments; None where its function tells.
        config: what the server needs to run it.
        approval_required: a person says yes or no before each call.
        timeout_seconds: seconds that a call may take; None leaves it to the server.
        max_calls: calls in one run; None means any number.
        stateful: its calls go to workers of the same run only.
        guardrails: what its calls must pass.
        credentials: names of secrets that the server delivers with each call.
        worker: the function behind it as a worker; None for a tool that the server runs.
        external: that worker runs somewhere else.
        agent: the agent behind an agent tool.
    """

    name: str
    description: str = ""
    tool_type: str = WORKER
    input_schema: Document | None = None
    config: Document = field(default_factory=dict[str, Any])
    approval_required: bool = False
    timeout_seconds: int | None = None
    max_calls: int | None = None
    stateful: bool = False
    guardrails: Sequence[BaseGuardrail] = ()
    credentials: Sequence[str] = ()
    worker: WorkerDefinition | None = None
    external: bool = False
    agent: object = None

    def __post_init__(self) -> None:
        check_name("a tool", self.name)
        check_at_least(f"timeout_seconds of tool {self.name!r}", self.timeout_seconds, 1)
        check_at_least(f"max_calls of tool {self.name!r}", self.max_calls, 1)
        if isinstance(self.credentials, str):
            raise InvalidArgumentError(f"credentials of tool {self.name!r} must be a list of names, got one text")
        check_unique(f"the guardrail of tool {self.name!r}", (guardrail.name for guardrail in self.guardrails))

    def call(self, **arguments: object) -> ToolCall:
        """Describe a call of it, for ``prefill_tools``."""
        return ToolCall(self.name, arguments)

    def arguments_schema(self) -> Document:
        """Return the JSON schema of its arguments.

        Raises:
            WorkerError: an annotation of its function is not a type that values can be converted to.
        """
        if self.input_schema is not None or self.worker is None:
            return self.input_schema or {}
        return _plain(self.worker.input_schema())

    def result_schema(self) -> Document | None:
        """Return the JSON schema of its result; None where nothing is said about it.

        Raises:
            WorkerError: a name in the annotation of its function is not defined.
        """
        schema = None if self.worker is None else self.worker.output_schema()
        return None if schema is None else _plain(schema)


class Tool(Generic[P, R]):
    """A function that a model may call; for everybody else it stays the function.

    Attributes:
        definition: what the model and the server know about it.
    """

    def __init__(self, function: Callable[P, R], definition: ToolDefinition) -> None:
        self.function: Callable[P, R] = function
        self.definition: ToolDefinition = definition
        self.__doc__ = function.__doc__
        self.__name__: str = definition.name
        self.__wrapped__: Callable[P, R] = function

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call the function."""
        return self.function(*args, **kwargs)

    def call(self, **arguments: object) -> ToolCall:
        """Describe a call of it, for ``prefill_tools``."""
        return self.definition.call(**arguments)

    def __repr__(self) -> str:
        return f"<tool {self.definition.name!r}>"


ToolLike: TypeAlias = "ToolDefinition | Tool[..., Any] | Callable[..., Any]"


@overload
def tool(function: Callable[P, R], /) -> Tool[P, R]: ...
@overload
def tool(
    *,
    name: str | None = None,
    description: str | None = None,
    approval_required: bool = False,
    timeout_seconds: int | None = None,
    max_calls: int | None = None,
    stateful: bool = False,
    guardrails: Sequence[BaseGuardrail] = (),
    credentials: Sequence[str] = (),
    external: bool = False,
) -> Callable[[Callable[P, R]], Tool[P, R]]: ...
def tool(
    function: Callable[P, R] | None = None,
    /,
    *,
    name: str | None = None,
    description: str | None = None,
    approval_required: bool = False,
    timeout_seconds: int | None = None,
    max_calls: int | None = None,
    stateful: bool = False,
    guardrails: Sequence[BaseGuardrail] = (),
    credentials: Sequence[str] = (),
    external: bool = False,
) -> Tool[P, R] | Callable[[Callable[P, R]], Tool[P, R]]:
    """Make a function a tool: its docstring is what the model reads, its annotations are the schema of the arguments.

    ::

        @tool
        def weather(city: Annotated[str, Field(description="name of the city")], days: int = 1) -> str:
            \"\"\"Look up the weather of the coming days.\"\"\"

    The function is called by the worker runtime: arguments are converted to their annotations, ``def`` runs in a
    thread and ``async def`` on the event loop.

    Args:
        function: the function, where the decorator stands without arguments.
        name: what the model calls it by, and the name of the worker's task; the function's name when None.
        description: what the model reads about it; the docstring when None.
        approval_required: a person says yes or no before each call.
        timeout_seconds: seconds that a call may take.
        max_calls: calls in one run.
        stateful: its calls go to workers of the same run only.
        guardrails: what its calls must pass; one of position ``output`` judges the result as well.
        credentials: names of secrets to deliver with each call; read them by :func:`credential`.
        external: its worker runs somewhere else; only the signature of the function is used.

    Raises:
        InvalidArgumentError: an option cannot be.
        WorkerError: the function has no readable signature.
    """
    frame = sys._getframe(1)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - as the standard library does it
    names = {} if frame.f_locals is frame.f_globals else dict(frame.f_locals)

    def decorate(function: Callable[P, R]) -> Tool[P, R]:
        known = name or str(getattr(function, "__name__", ""))
        check_name("a tool", known)
        definition = ToolDefinition(
            name=known,
            description=_description(function) if description is None else description,
            approval_required=approval_required,
            timeout_seconds=timeout_seconds,
            max_calls=max_calls,
            stateful=stateful,
            guardrails=tuple(guardrails),
            credentials=tuple(credentials) if not isinstance(credentials, str) else credentials,
            worker=define_worker(known, function, caller_locals=names),
            external=external,
        )
        return Tool(function, definition)

    return decorate if function is None else decorate(function)


def definition_of(candidate: object) -> ToolDefinition:
    """Return the definition of what stands in an agent's ``tools``.

    A function that was made a worker by ``@worker_task`` is a tool as it is; a plain function is made one.

    Raises:
        InvalidArgumentError: it is no tool.
    """
    if isinstance(candidate, ToolDefinition):
        return candidate
    if isinstance(candidate, Tool):
        return cast("Tool[..., Any]", candidate).definition
    registered = getattr(candidate, "__conductor_worker__", None)
    if isinstance(registered, WorkerDefinition):
        return ToolDefinition(
            name=registered.name,
            description=_description(registered.function),
            worker=registered,
        )
    if inspect.isroutine(candidate):
        return tool(cast("Callable[..., Any]", candidate)).definition
    raise InvalidArgumentError(f"tools takes functions and tools, got {type(candidate).__name__}")


def _description(function: Callable[..., Any]) -> str:
    return inspect.getdoc(function) or ""


def _plain(schema: Document) -> Document:
    """Leave out what says nothing to a model: the dialect, and that further keys are allowed."""
    kept = {key: value for key, value in schema.items() if key not in ("$schema", "additionalProperties")}
    return kept if kept.get("required") else {key: value for key, value in kept.items() if key != "required"}
