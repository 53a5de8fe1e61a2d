"""Registers a worker's task definition before its first poll."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from conductor_core._call import get, post, put
from conductor_core.errors import ConductorError, NotFoundError
from conductor_core.models import TaskDef

if TYPE_CHECKING:
    from conductor_core._call import Flow
    from conductor_core._drivers import AsyncDriver
    from conductor_core.worker._config import WorkerConfig
    from conductor_core.worker._worker import WorkerDefinition

logger = logging.getLogger("conductor.worker")


async def register_definition(driver: AsyncDriver, definition: WorkerDefinition, config: WorkerConfig) -> None:
    """Register the definition of one worker; a failure is logged, and the worker starts all the same."""
    task_def = task_definition(definition)
    try:
        await driver.run(registration(task_def, overwrite=config.overwrite_task_def))
    except ConductorError as error:
        logger.warning("the task definition %r could not be registered: %s", definition.name, error)


def task_definition(definition: WorkerDefinition) -> TaskDef:
    """Return what is registered: a copy of the worker's task definition under the worker's name."""
    given = definition.task_def.model_copy() if definition.task_def is not None else TaskDef(name=definition.name)
    given.name = definition.name
    return given


def registration(task_def: TaskDef, *, overwrite: bool) -> Flow[None]:
    """Register a task definition.

    With ``overwrite`` an existing one is replaced, and a new one is created where the server knows none to replace.
    Without it one is created only when the server says that there is none; any other error is an error.
    """
    if overwrite:
        try:
            yield put("/metadata/taskdefs", body=task_def)
        except NotFoundError:
            yield post("/metadata/taskdefs", body=[task_def])
        return
    try:
        yield get("/metadata/taskdefs/{}", task_def.name, returns=dict[str, Any])
    except NotFoundError:
        yield post("/metadata/taskdefs", body=[task_def])
