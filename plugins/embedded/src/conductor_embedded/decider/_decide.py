"""`decide`: the one function that turns an execution and an event into the next state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias, cast

from conductor_embedded.decider import _again, _events, _operations, _updates
from conductor_embedded.decider._draft import DecisionContext, Draft
from conductor_embedded.decider._events import Event
from conductor_embedded.decider._settle import settle
from conductor_embedded.decider._timers import next_wake

if TYPE_CHECKING:
    from conductor_embedded._state import Execution, TaskState
    from conductor_embedded.decider._effects import Effect


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome of an event.

    Args:
        execution: The new state; the old one was not touched.
        changed: The tasks that are new or differ from the old state.
        removed: Ids of tasks that are gone.
        effects: What has to be done elsewhere.
        wake_ms: When to look again (epoch milliseconds), None for never.
        whole: Whether the execution itself has changed, not only tasks that were handed out.
    """

    execution: Execution
    changed: tuple[TaskState, ...]
    removed: frozenset[str]
    effects: tuple[Effect, ...]
    wake_ms: int | None
    whole: bool


_Handler: TypeAlias = Callable[[Draft, Event], bool]


def _look(draft: Draft, event: _events.Looked) -> bool:
    del draft, event
    return True


_HANDLERS: Final = cast(
    "Mapping[type, _Handler]",
    {
        _events.Looked: _look,
        _events.TasksTaken: _updates.take_tasks,
        _events.TaskReturned: _updates.return_task,
        _events.TaskUpdated: _updates.update_task,
        _events.TaskAddressed: _updates.address_task,
        _events.ChildStarted: _updates.start_child,
        _events.ChildRefused: _updates.refuse_child,
        _events.ChildChanged: _updates.child_changed,
        _events.Paused: _operations.pause,
        _events.Resumed: _operations.resume,
        _events.Terminated: _operations.terminate,
        _events.Restarted: _again.restart,
        _events.Retried: _again.retry,
        _events.Rerun: _again.rerun,
        _events.TaskSkipped: _operations.skip_task,
        _events.CallbacksReset: _operations.reset_callbacks,
        _events.FailureWorkflowRefused: _updates.refuse_failure_workflow,
        _events.VariablesChanged: _updates.change_variables,
    },
)
_POLLS: Final = (_events.TasksTaken, _events.TaskReturned)


def decide(execution: Execution, event: Event, context: DecisionContext) -> Decision:
    """Return what becomes of an execution when something happens to it.

    Pure: nothing is read but the arguments, and nothing is changed in them but the id and random sources.

    Raises:
        EngineError: The event is a user's operation that does not fit the execution's state.
    """
    draft = Draft.of(execution, context)
    if _HANDLERS[type(event)](draft, event):
        settle(draft)
    changed = tuple(draft.changed.values())
    touched = bool(changed or draft.removed or _differs(draft.execution, execution))
    whole = touched and not isinstance(event, _POLLS)
    if whole:
        draft.execution.update_time = context.now_ms
    return Decision(
        execution=draft.execution,
        changed=changed,
        removed=frozenset(draft.removed),
        effects=tuple(draft.effects),
        wake_ms=next_wake(draft.execution),
        whole=whole,
    )


def _differs(new: Execution, old: Execution) -> bool:
    """Tell whether an execution itself has changed; documents in it are replaced, never changed."""
    return new.status is not old.status or new.output is not old.output or new.variables is not old.variables
