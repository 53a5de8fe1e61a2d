"""A result that the server refuses for good: kept for whoever looks into it, and told once as a failure of its task."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from conductor_core.errors import ConductorError

if TYPE_CHECKING:
    from conductor_core.worker._outbox import Letter
    from conductor_core.worker._polled import JsonObject
    from conductor_core.worker._services import Services

logger = logging.getLogger("conductor.worker")

_IDENTITY: Final = ("taskId", "workflowInstanceId", "workerId")


async def refused(services: Services, letter: Letter, error: Exception) -> None:
    """Keep the result as a dead letter, and tell the server once that the task failed, since it will never take it."""
    from conductor_core.worker._results import MAX_REASON_LENGTH, TERMINAL  # noqa: PLC0415 - loaded with the first task

    reason = f"the server refused the result: {error}"[:MAX_REASON_LENGTH]
    logger.error("the result of task %s is refused and kept as a dead letter: %s", letter.task_id, error)
    services.outbox.bury(letter, reason)
    document = letter.document
    substitute: JsonObject = {name: document[name] for name in _IDENTITY if name in document}
    substitute |= {"status": TERMINAL, "outputData": {}, "reasonForIncompletion": reason}
    try:
        await services.client.update(substitute)
    except ConductorError as second:
        logger.error("task %s could not even be reported as failed: %s", letter.task_id, second)  # noqa: TRY400 - one line; the error says all
