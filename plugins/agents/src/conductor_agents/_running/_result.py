"""What an execution gave."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from conductor_core.errors import ConductorError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conductor_agents._answers import AgentStatus


class AgentFailedError(ConductorError):
    """An execution ended without an answer.

    Attributes:
        result: how it ended.
    """

    def __init__(self, result: AgentResult) -> None:
        self.result: AgentResult = result
        super().__init__(
            f"execution {result.execution_id} is {result.status}: {result.reason or 'no reason was given'}"
        )


class OutputMismatchError(ConductorError):
    """The answer of an agent does not fit the type that it was asked for."""


@dataclass(frozen=True, slots=True)
class AgentResult:
    """How an execution ended.

    Attributes:
        execution_id: the execution.
        status: ``COMPLETED``, ``FAILED``, ``TERMINATED`` or ``TIMED_OUT``.
        answer: the answer; an object of the agent's ``output_type`` where it has one.
        output: the whole output: ``result``, ``finishReason``, ``context`` and more.
        reason: why it failed; None where it did not.
        type_error: why the answer is not of the agent's ``output_type``; None where it is.
    """

    execution_id: str
    status: str
    answer: Any = None
    output: Mapping[str, Any] = field(default_factory=dict[str, Any])
    reason: str | None = None
    type_error: str | None = None

    @property
    def is_success(self) -> bool:
        """Whether it completed."""
        return self.status == "COMPLETED"

    def require(self) -> Self:
        """Return itself, for ``runtime.run(...).require().answer``.

        Raises:
            AgentFailedError: it did not complete.
            OutputMismatchError: the answer is not of the agent's ``output_type``.
        """
        if not self.is_success:
            raise AgentFailedError(self)
        if self.type_error is not None:
            raise OutputMismatchError(f"the answer of execution {self.execution_id}: {self.type_error}")
        return self

    @classmethod
    def of(cls, status: AgentStatus, output_type: object = None) -> Self:
        """Read the state of an execution that has ended.

        Args:
            status: its state.
            output_type: the type of its answer; a mapping, which is a schema, leaves it as it is.
        """
        output = status.output or {}
        answer, type_error = _typed(output.get("result"), output_type) if output else (None, None)
        return cls(status.execution_id, str(status.status), answer, output, status.reason_for_incompletion, type_error)


def _typed(answer: Any, output_type: Any) -> tuple[Any, str | None]:
    if output_type is None or isinstance(output_type, dict):
        return answer, None
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415 - few agents have a type

    adapter: TypeAdapter[Any] = TypeAdapter(output_type)
    try:
        return (adapter.validate_json(answer) if isinstance(answer, str) else adapter.validate_python(answer)), None
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)
        return answer, "; ".join(f"{'.'.join(map(str, item['loc'])) or 'it'}: {item['msg']}" for item in found[:3])
