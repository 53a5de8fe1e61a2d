"""``isolation="process"``: a worker's function runs in child processes, one for each task at a time.

The parent keeps everything but the function itself: polls, leases, wrappers, listeners, updates. A child gets a task as
plain data over its pipe and answers with plain data, so whatever ends a child ends one task and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core.worker._env import PROCESS

if TYPE_CHECKING:
    from conductor_core._plugins import Plugins
    from conductor_core.worker._config import WorkerConfig
    from conductor_core.worker._isolation._execution import ProcessExecution
    from conductor_core.worker._worker import WorkerDefinition

__all__ = ["process_execution"]


def process_execution(definition: WorkerDefinition, config: WorkerConfig, plugins: Plugins) -> ProcessExecution | None:
    """Return what runs a worker in child processes; None for one that runs in this process.

    Raises:
        WorkerError: its function cannot be found by another process.
    """
    if config.isolation != PROCESS:
        return None
    from conductor_core.worker._isolation._execution import ProcessExecution  # noqa: PLC0415 - few workers need it

    return ProcessExecution(definition, config, plugins)
