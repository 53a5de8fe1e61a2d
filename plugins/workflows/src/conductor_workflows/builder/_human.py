"""Work for people."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Unpack

from conductor_core.errors import InvalidArgumentError
from conductor_workflows.builder._task import TaskBuilder, given

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conductor_workflows.builder._task import TaskOptions


class AssignmentCompletionStrategy(StrEnum):
    """What happens when the last assignee's time is over."""

    LEAVE_OPEN = "LEAVE_OPEN"
    TERMINATE = "TERMINATE"


class UserType(StrEnum):
    """Who an assignee is; external ones are known to the application alone."""

    EXTERNAL_USER = "EXTERNAL_USER"
    EXTERNAL_GROUP = "EXTERNAL_GROUP"
    CONDUCTOR_USER = "CONDUCTOR_USER"
    CONDUCTOR_GROUP = "CONDUCTOR_GROUP"


class TriggerType(StrEnum):
    """Changes of a person's task at which a workflow can be started."""

    ASSIGNED = "ASSIGNED"
    ASSIGNEE_CHANGED = "ASSIGNEE_CHANGED"
    CLAIMANT_CHANGED = "CLAIMANT_CHANGED"
    COMPLETED = "COMPLETED"
    IN_PROGRESS = "IN_PROGRESS"
    PENDING = "PENDING"
    TIMED_OUT = "TIMED_OUT"


@dataclass(frozen=True)
class Assignment:
    """Whose turn it is.

    Args:
        user: name of the person or group; may be an expression.
        user_type: what the name means.
        sla_minutes: minutes until the next assignee's turn; None or 0 is no limit.
    """

    user: str
    user_type: str = UserType.EXTERNAL_USER
    sla_minutes: int | None = None

    def to_input(self) -> dict[str, object]:
        """Return the assignment as the server reads it."""
        assignee = {"user": self.user, "userType": str(self.user_type)}
        return given({"assignee": assignee, "slaMinutes": self.sla_minutes})


class HumanTask(TaskBuilder):
    """Waits for a person.

    Args:
        task_ref_name: unique name of this task.
        display_name: what people see it called.
        form_template: name of the form that they fill in.
        form_version: version of the form; 0 is the newest.
        assignment_completion_strategy: what happens when the last assignee's time is over.
        assignments: whose turn it is, one after the other; a text is an external user.
        triggers: requests for workflows that are started at changes of the task, by :class:`TriggerType`.
        inputs: what the form shows, values or expressions.
        options: what every builder takes; see :class:`TaskBuilder`.

    Raises:
        InvalidArgumentError: a trigger or the strategy is unknown.
    """

    TYPE: ClassVar[str] = "HUMAN"

    def __init__(
        self,
        task_ref_name: str,
        display_name: str | None = None,
        form_template: str | None = None,
        form_version: int = 0,
        assignment_completion_strategy: str = AssignmentCompletionStrategy.LEAVE_OPEN,
        *,
        assignments: Sequence[Assignment | str] = (),
        triggers: Mapping[str, Mapping[str, object]] | None = None,
        inputs: Mapping[str, object] | None = None,
        **options: Unpack[TaskOptions],
    ) -> None:
        super().__init__(task_ref_name, inputs=inputs, **options)
        strategy = _known(
            assignment_completion_strategy, AssignmentCompletionStrategy, f"strategy of task {task_ref_name!r}"
        )
        turns = [Assignment(turn) if isinstance(turn, str) else turn for turn in assignments]
        form = None if form_template is None else {"name": form_template, "version": form_version}
        starts = [
            {
                "triggerType": _known(kind, TriggerType, f"trigger of task {task_ref_name!r}"),
                "startWorkflowRequest": dict(request),
            }
            for kind, request in (triggers or {}).items()
        ]
        definition = {
            "assignmentCompletionStrategy": strategy,
            "displayName": display_name or task_ref_name,
            "userFormTemplate": form,
            "assignments": [turn.to_input() for turn in turns] or None,
            "taskTriggers": starts or None,
        }
        self.input_parameter("__humanTaskDefinition", given(definition))


def _known(value: str, enum: type[StrEnum], what: str) -> str:
    try:
        return str(enum(value))
    except ValueError:
        raise InvalidArgumentError(f"{what} must be one of {', '.join(enum)}, got {value!r}") from None
