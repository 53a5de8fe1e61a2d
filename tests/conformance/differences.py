"""Where the embedded engine is known to differ from the real server, each with the reason.

A difference is a bug of the engine. What is listed here is known, small and open; everything else fails the comparison.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

Path: TypeAlias = "tuple[str, ...]"

ANYWHERE = {
    "executed": "the decider's own mark; the server stores it only when something else of the task changes",
    "updateTime": "the server sets it at some further moments; what they have in common is not known yet",
}
"""Fields that may differ in every flow."""

IN_ONE_FLOW = {
    "basics:execute_waits_for_a_task": "the server answers from before the next task is scheduled, we from after it",
    "forks:a_join_as_the_last_task_gives_the_output": "the server writes variables into the definition; not copied",
    "metadata:task_definitions_that_are_refused": "the text of a parse error names Java classes; not copied",
    "metadata:workflow_definitions": "times of a definition after it was replaced",
    "operators:variables_are_set_and_read": "the server writes variables into the definition; not copied",
    "sub_workflows:a_retried_parent_starts_a_new_child": "the server merges old inputs into the retried task's input",
    "timeouts:a_wait_whose_definition_has_a_response_timeout": "the server ends such a WAIT as TIMED_OUT; we exempt it",
}
"""Flows that show a difference of their own; their other tests hold on both servers."""


def differences(ours: object, theirs: object, path: Path = ()) -> Iterator[Path]:
    """Yield the path of each value that differs, but for fields that may differ anywhere."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        left, right = cast("dict[str, object]", ours), cast("dict[str, object]", theirs)
        for name in sorted({*left, *right} - ANYWHERE.keys()):
            yield from differences(left.get(name), right.get(name), (*path, name))
    elif (
        isinstance(ours, list)
        and isinstance(theirs, list)
        and len(cast("list[object]", ours)) == len(cast("list[object]", theirs))
    ):
        pairs = zip(cast("list[object]", ours), cast("list[object]", theirs), strict=True)
        for position, (mine, other) in enumerate(pairs):
            yield from differences(mine, other, (*path, str(position)))
    elif ours != theirs:
        yield path
