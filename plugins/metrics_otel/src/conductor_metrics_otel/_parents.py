"""What the spans of a task hang from: its caller's span, when the caller sent its context along, else its execution."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final, cast

from opentelemetry import context, trace
from opentelemetry.trace import INVALID_SPAN_CONTEXT, NonRecordingSpan

from conductor_core import get
from conductor_core.errors import ConductorError
from conductor_metrics_otel._context import context_in, read
from conductor_metrics_otel._ids import digest_of, is_in, share_of
from conductor_metrics_otel._keys import KEY

if TYPE_CHECKING:
    from opentelemetry.trace import SpanContext

    from conductor_core.interfaces import ExecuteInput
    from conductor_core.worker import PolledTask

_REMEMBERED: Final = 10_000


class Parent(NonRecordingSpan):
    """The parent of a task's spans, and what is current for its worker function when it has none.

    Its ids are worked out when somebody asks for them, which for a task that is not sampled may be nobody.

    Args:
        source: the ids of the caller's span, or the digest of the execution.
        is_sampled: whether the spans are made.
    """

    def __init__(self, source: SpanContext | bytes, *, is_sampled: bool) -> None:
        super().__init__(INVALID_SPAN_CONTEXT)
        self.is_sampled = is_sampled
        self._source = source

    def get_span_context(self) -> SpanContext:
        """Return the ids of the caller's span, or those that stand for the execution."""
        if isinstance(self._source, bytes):
            self._source = context_in(self._source, is_sampled=self.is_sampled)
        return self._source

    def __repr__(self) -> str:
        return f"Parent({self.get_span_context()!r})"


class Parents:
    """Finds the parent of a task's spans.

    Args:
        ratio: share of the executions that are sampled when no caller decided it.
        ask: fetch an execution once to look for the caller's context in its input, when a task's input has none.
    """

    def __init__(self, ratio: float, *, ask: bool) -> None:
        self._share = share_of(ratio)
        self._ask = ask
        self._known: OrderedDict[str, Parent] = OrderedDict()

    def known(self, task: PolledTask) -> Parent | None:
        """Return the parent of a task's spans; None when the server has to be asked for it."""
        workflow_id = task.workflow_instance_id
        carrier = task.input_data.get(KEY)
        caller = read(carrier) if carrier is not None else None
        found = _of_caller(caller) if caller is not None else self._known.get(workflow_id)
        if found is None:
            return None if self._ask else self._of_execution(workflow_id)
        self._remember(workflow_id, found)
        return found

    def of_workflow(self, workflow_id: str) -> Parent:
        """Return the parent of the spans of an execution, without asking anybody."""
        return self._known.get(workflow_id) or self._of_execution(workflow_id)

    async def asked(self, given: ExecuteInput) -> Parent:
        """Return the parent of a task's spans after a look at the input of its execution."""
        workflow_id = given.polled.workflow_instance_id
        call = get("/workflow/{}", workflow_id, query={"includeTasks": False}, returns=dict[str, object])
        # The question belongs to no trace: nobody knows yet which one it would be.
        nobody = Parent(digest_of(workflow_id), is_sampled=False)
        token = context.attach(trace.set_span_in_context(nobody))
        try:
            document = await given.run(call)
        except ConductorError:
            return self._of_execution(workflow_id)  # tracing never fails a task
        finally:
            context.detach(token)
        values = document.get("input")
        carrier = cast("dict[str, object]", values).get(KEY) if isinstance(values, dict) else None
        caller = read(carrier)
        found = self._of_execution(workflow_id) if caller is None else _of_caller(caller)
        self._remember(workflow_id, found)
        return found

    def _of_execution(self, workflow_id: str) -> Parent:
        digest = digest_of(workflow_id)
        return Parent(digest, is_sampled=is_in(digest, self._share))

    def _remember(self, workflow_id: str, parent: Parent) -> None:
        self._known[workflow_id] = parent
        self._known.move_to_end(workflow_id)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)


def _of_caller(caller: SpanContext) -> Parent:
    return Parent(caller, is_sampled=caller.trace_flags.sampled)
