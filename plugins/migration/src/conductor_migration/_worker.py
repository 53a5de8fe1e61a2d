"""Workers as objects, for programs that do not decorate their functions."""

from __future__ import annotations

import abc
import socket
from typing import TYPE_CHECKING, Any

from conductor_core.models import TaskResult
from conductor_core.worker import WorkerDefinition, WorkerOptions, define_worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from conductor_core.models import Task, TaskDef


class Worker:
    """A function as the worker of a task definition, to be passed to ``TaskHandler(workers=[...])``.

    Args:
        task_definition_name: the task definition that it serves.
        execute_function: ``def`` or ``async def``.
        poll_interval: milliseconds between polls of an empty queue; 100 when None.
        domain: task domain.
        worker_id: how it calls itself to the server.
        thread_count: tasks at the same time.
        register_task_def: register the task definition before the first poll.
        poll_timeout: milliseconds that the server may hold an empty poll open.
        lease_extend_enabled: keep the lease of long tasks alive.
        task_def_template: the task definition to register.
        overwrite_task_def: replace a definition that exists.
        strict_schema: refuse inputs that the schema does not name.
        register_schema: register schemas of input and output.
    """

    def __init__(
        self,
        task_definition_name: str,
        execute_function: Callable[..., object],
        poll_interval: float | None = None,
        domain: str | None = None,
        worker_id: str | None = None,
        thread_count: int = 1,
        *,
        register_task_def: bool = False,
        poll_timeout: int = 100,
        lease_extend_enabled: bool = False,
        task_def_template: TaskDef | None = None,
        overwrite_task_def: bool = True,
        strict_schema: bool = False,
        register_schema: bool = False,
    ) -> None:
        options = WorkerOptions(
            poll_interval=poll_interval,
            domain=domain,
            worker_id=worker_id,
            concurrency=thread_count,
            register_task_def=register_task_def,
            poll_timeout=poll_timeout,
            lease_extend_enabled=lease_extend_enabled,
            overwrite_task_def=overwrite_task_def,
            strict_schema=strict_schema,
            register_schema=register_schema,
        )
        self.task_definition_name: str = task_definition_name
        self.definition: WorkerDefinition = define_worker(
            task_definition_name, execute_function, options, task_def=task_def_template
        )


class WorkerInterface(abc.ABC):
    """A worker as a class: ``execute`` gets the task, and its attributes are the worker's options.

    Args:
        task_definition_name: the task definition that it serves, or several.
    """

    def __init__(self, task_definition_name: str | list[str]) -> None:
        self.task_definition_name: str | list[str] = task_definition_name
        self.domain: str | None = None
        self.poll_interval: float | None = None
        self.thread_count: int = 1
        self.register_task_def: bool = False
        self.poll_timeout: int = 100
        self.lease_extend_enabled: bool = False
        self.overwrite_task_def: bool = True
        self.strict_schema: bool = False

    @abc.abstractmethod
    def execute(self, task: Task) -> Any:
        """Do the task and return its result; may be ``async def``."""

    def get_identity(self) -> str:
        """Return how the worker calls itself to the server."""
        return socket.gethostname()

    def get_task_definition_name(self) -> str:
        """Return the task definition that it serves, the first of several."""
        name = self.task_definition_name
        return name if isinstance(name, str) else name[0]

    def get_task_result_from_task(self, task: Task) -> TaskResult:
        """Return a result for a task, to be filled and returned."""
        return TaskResult(
            task_id=task.task_id, workflow_instance_id=task.workflow_instance_id, worker_id=self.get_identity()
        )
