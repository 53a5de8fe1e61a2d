"""Messages that a workflow sends."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Unpack

from conductor_workflows.builder._task import TaskBuilder, checked_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conductor_workflows.builder._task import TaskOptions


class EventTask(TaskBuilder):
    """Publishes its inputs as an event.

    Args:
        task_ref_name: unique name of this task.
        event_prefix: kind of the sink: ``conductor``, ``sqs``, ``kafka``, ``amqp_queue``, ...
        event_suffix: name of the queue, topic or event.
        inputs: what is published, values or expressions.
        async_complete: the task stays open after that until somebody completes it.
        options: what every builder takes; see :class:`TaskBuilder`.
    """

    TYPE: ClassVar[str] = "EVENT"

    def __init__(
        self,
        task_ref_name: str,
        event_prefix: str,
        event_suffix: str,
        *,
        inputs: Mapping[str, object] | None = None,
        async_complete: bool | None = None,
        **options: Unpack[TaskOptions],
    ) -> None:
        super().__init__(task_ref_name, inputs=inputs, **options)
        prefix = checked_name(event_prefix, f"event_prefix of task {task_ref_name!r}")
        self._sink = f"{prefix}:{checked_name(event_suffix, f'event_suffix of task {task_ref_name!r}')}"
        if async_complete is not None:
            self._set("async_complete", async_complete)

    def _fields(self) -> dict[str, object]:
        return {"sink": self._sink}


class SqsEventTask(EventTask):
    """An :class:`EventTask` that sends to a queue of Amazon SQS."""

    def __init__(
        self,
        task_ref_name: str,
        queue_name: str,
        *,
        inputs: Mapping[str, object] | None = None,
        **options: Unpack[TaskOptions],
    ) -> None:
        super().__init__(task_ref_name, "sqs", queue_name, inputs=inputs, **options)


class ConductorEventTask(EventTask):
    """An :class:`EventTask` that sends to the server's own event handlers."""

    def __init__(
        self,
        task_ref_name: str,
        event_name: str,
        *,
        inputs: Mapping[str, object] | None = None,
        **options: Unpack[TaskOptions],
    ) -> None:
        super().__init__(task_ref_name, "conductor", event_name, inputs=inputs, **options)
