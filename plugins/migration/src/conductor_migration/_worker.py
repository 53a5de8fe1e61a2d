"""Workers as objects, for programs that do not decorate their functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core.worker import WorkerDefinition, WorkerOptions, define_worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from conductor_core.models import TaskDef


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
