"""Tells listeners what clients do with workflows; without a listener nothing stands around a call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from conductor_core._logging import LOGGER
from conductor_core._plugins._strikes import Strikes

if TYPE_CHECKING:
    from collections.abc import Callable

    from conductor_core._call import Call
    from conductor_core._plugins._listeners import Listener, Listeners
    from conductor_core.events import WorkflowEvent
    from conductor_core.interfaces import CallSteps, Exchange
    from conductor_core.starts import Start

STARTED: Final = "conductor_on_workflow_started"
INPUT_SIZE: Final = "conductor_on_workflow_input_payload_size"
PAYLOAD_USED: Final = "conductor_on_workflow_payload_used"
_HOOKS: Final = (STARTED, INPUT_SIZE, PAYLOAD_USED)
_ONE_EXECUTION: Final = "/workflow/{}"


def told_to(listeners: Listeners, steps: CallSteps) -> CallSteps:
    """Return the steps of calls with events about workflows, or the steps themselves when nobody listens."""
    targets = {
        hook: tuple(_Target(one) for one in listeners.by_hook.get(hook, ()) if _is_plain(one)) for hook in _HOOKS
    }
    return ClientEvents(targets).around(steps) if any(targets.values()) else steps


class ClientEvents:
    """Looks at calls that start workflows, and at executions that are fetched.

    Args:
        targets: who listens, by hook.
    """

    def __init__(self, targets: dict[str, tuple[_Target, ...]]) -> None:
        self._targets = targets

    def around(self, inner: CallSteps) -> CallSteps:
        """Return the steps of a call with what is told about it."""
        from conductor_core.starts import start_of  # noqa: PLC0415 - only for who listens

        def steps(call: Call[Any]) -> Exchange:
            start = start_of(call)
            if start is not None:
                return (yield from self._started(inner, call, start))
            answer = yield from inner(call)
            if call.method == "GET" and call.template == _ONE_EXECUTION:
                self._fetched(answer)
            return answer

        return steps

    def _started(self, inner: CallSteps, call: Call[Any], start: Start) -> Exchange:
        from conductor_core.events import WorkflowInputPayloadSize, WorkflowPayloadUsed, WorkflowStarted  # noqa: PLC0415 - the same

        version = int(start.version) if start.version.isdecimal() else None
        try:
            answer = yield from inner(call)
        except Exception as error:
            failed = WorkflowStarted(name=start.name, version=version, success=False, cause=error)
            self._tell(STARTED, lambda: failed)
            raise
        workflow_id = answer if isinstance(answer, str) else getattr(answer, "workflow_id", None)
        self._tell(
            STARTED, lambda: WorkflowStarted(name=start.name, version=version, success=True, workflow_id=workflow_id)
        )
        self._tell(
            INPUT_SIZE,
            lambda: WorkflowInputPayloadSize(name=start.name, version=version, size_bytes=start.input_size()),
        )
        if start.is_stored_elsewhere:
            self._tell(
                PAYLOAD_USED,
                lambda: WorkflowPayloadUsed(
                    name=start.name, version=version, operation="WRITE", payload_type="WORKFLOW_INPUT"
                ),
            )
        return answer

    def _fetched(self, answer: object) -> None:
        if not _field(answer, "externalOutputPayloadStoragePath", "external_output_payload_storage_path"):
            return
        from conductor_core.events import WorkflowPayloadUsed  # noqa: PLC0415 - the same

        name = str(
            _field(answer, "workflowName", "workflow_name") or _field(answer, "workflowType", "workflow_type") or ""
        )
        version = _field(answer, "workflowVersion", "workflow_version")
        used = WorkflowPayloadUsed(
            name=name,
            version=version if isinstance(version, int) else None,
            operation="READ",
            payload_type="WORKFLOW_OUTPUT",
        )
        self._tell(PAYLOAD_USED, lambda: used)

    def _tell(self, hook: str, make: Callable[[], WorkflowEvent]) -> None:
        targets = self._targets[hook]
        if targets:
            event = make()
            for target in targets:
                target.tell(event)


class _Target:
    """One listener, and how it has behaved so far."""

    def __init__(self, listener: Listener) -> None:
        self._function = listener.function
        self._strikes = Strikes(f"listener {listener.name}", LOGGER)
        self._name = listener.name

    def tell(self, event: WorkflowEvent) -> None:
        """Tell it here and now; what it raises is logged and counted."""
        if self._strikes.off:
            return
        try:
            self._function(event)
        except Exception as error:  # noqa: BLE001 - a listener can never break a call
            LOGGER.error("listener %s failed on %s: %r", self._name, type(event).__name__, error)
            self._strikes.failed()
        else:
            self._strikes.worked()


def _is_plain(listener: Listener) -> bool:
    if listener.is_async:
        LOGGER.warning("listener %s is not told of workflows: calls tell plain functions only", listener.name)
    return not listener.is_async


def _field(answer: object, wire: str, name: str) -> object:
    if isinstance(answer, dict):
        return answer.get(wire)  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType] - JSON of the server
    return getattr(answer, name, None)
