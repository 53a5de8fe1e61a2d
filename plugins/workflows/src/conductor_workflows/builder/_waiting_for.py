"""Waits for what comes from outside: a webhook, or messages for this execution."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Unpack

from conductor_core.errors import InvalidArgumentError
from conductor_workflows.builder._task import TaskBuilder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conductor_workflows.builder._expression import Expression
    from conductor_workflows.builder._task import TaskOptions


class WaitForWebhookTask(TaskBuilder):
    """Waits for a call of a webhook that matches; Orkes servers alone run it.

    Args:
        task_ref_name: unique name of this task.
        matches: values or expressions by JSON path into what the webhook is called with, ``$['type']`` for example.
        options: what every builder takes; see :class:`TaskBuilder`.
    """

    TYPE: ClassVar[str] = "WAIT_FOR_WEBHOOK"

    def __init__(self, task_ref_name: str, matches: Mapping[str, object], **options: Unpack[TaskOptions]) -> None:
        super().__init__(task_ref_name, **options)
        self.input_parameter("matches", dict(matches))


class PullWorkflowMessagesTask(TaskBuilder):
    """Takes messages that were sent to this execution; it waits until there is one.

    Args:
        task_ref_name: unique name of this task.
        batch_size: messages at most, from 1 on.
        options: what every builder takes; see :class:`TaskBuilder`.

    Raises:
        InvalidArgumentError: the number is below 1.
    """

    TYPE: ClassVar[str] = "PULL_WORKFLOW_MESSAGES"

    def __init__(self, task_ref_name: str, batch_size: int = 1, **options: Unpack[TaskOptions]) -> None:
        super().__init__(task_ref_name, **options)
        if batch_size < 1:
            raise InvalidArgumentError(f"batch_size of task {task_ref_name!r} must be above 0, got {batch_size}")
        self.input_parameter("batchSize", batch_size)

    def messages(self) -> Expression:
        """Return the expression for the list of messages."""
        return self.output("messages")

    def count(self) -> Expression:
        """Return the expression for their number."""
        return self.output("count")
