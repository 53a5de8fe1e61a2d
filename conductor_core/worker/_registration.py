"""Registers a worker's schemas and task definition before its first poll."""

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
    """Register what one worker's options ask for; a failure is logged, and the worker starts all the same."""
    task_def = task_definition(definition)
    try:
        if config.register_schema and await driver.run(schema_registration(definition, config, task_def)):
            logger.debug("the schemas of %r are registered", definition.name)
        if config.register_task_def:
            await driver.run(registration(task_def, overwrite=config.overwrite_task_def))
    except ConductorError as error:
        logger.warning("the definition of task %r could not be registered: %s", definition.name, error)


def schema_registration(definition: WorkerDefinition, config: WorkerConfig, task_def: TaskDef) -> Flow[bool]:
    """Register the worker's schemas and link them in the task definition, where it has none of its own.

    They are what the worker states, else made from its signature.

    A server without a schema registry answers 404; then nothing is linked.
    """
    made = {
        "input": definition.input_schema(strict=config.strict_schema) if task_def.input_schema is None else None,
        "output": definition.output_schema() if task_def.output_schema is None else None,
    }
    wanted = {
        side: {"name": f"{definition.name}_{side}", "version": 1, "type": "JSON", "data": schema}
        for side, schema in made.items()
        if schema is not None
    }
    if not wanted:
        return False
    try:
        yield post("/schema", body=list(wanted.values()))
    except NotFoundError:
        logger.info("this server has no schema registry; task %r is registered without schemas", definition.name)
        return False
    links = {side: {key: value for key, value in schema.items() if key != "data"} for side, schema in wanted.items()}
    task_def.input_schema = links.get("input", task_def.input_schema)
    task_def.output_schema = links.get("output", task_def.output_schema)
    return True


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
