"""Options of model tasks: snake_case in Python, camelCase in a task's inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from conductor_core.errors import InvalidArgumentError
from conductor_workflows.builder._task import TaskOptions, given

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class SamplingOptions(TaskOptions, total=False):
    """How a model picks its words.

    Beside them stand the options that every builder takes; see :class:`TaskBuilder`.
    """

    stop_words: Sequence[str] | None
    max_tokens: int | str | None
    temperature: float | str | None
    top_p: float | str | None
    top_k: int | str | None
    frequency_penalty: float | str | None
    presence_penalty: float | str | None
    max_results: int | str | None


class StoreOptions(TaskOptions, total=False):
    """Where in a vector database something is, and what stands beside it."""

    namespace: str | None
    dimensions: int | None
    metadata: Mapping[str, object] | None


class ChunkOptions(StoreOptions, total=False):
    """How a text is cut before it is indexed."""

    chunk_size: int | None
    chunk_overlap: int | None


def builder_options(options: Mapping[str, object]) -> TaskOptions:
    """Return the options that every builder takes."""
    return cast("TaskOptions", {name: value for name, value in options.items() if name in TaskOptions.__annotations__})


def input_options(options: Mapping[str, object], kind: type, ref: str) -> dict[str, object]:
    """Return the other options as inputs of a task.

    Args:
        options: all options that were given.
        kind: the typed dict that knows their names.
        ref: the task's reference name, for the error.

    Raises:
        InvalidArgumentError: an option is unknown.
    """
    known = _names(kind)
    unknown = sorted(options.keys() - known)
    if unknown:
        choices = ", ".join(sorted(known))
        raise InvalidArgumentError(f"unknown option {unknown[0]!r} of task {ref!r}; known are {choices}")
    inputs = {camel(name): value for name, value in options.items() if name not in TaskOptions.__annotations__}
    return given(inputs)


def camel(name: str) -> str:
    """Return a name in camelCase."""
    head, *tail = name.split("_")
    return head + "".join(part.title() for part in tail)


def _names(kind: type) -> set[str]:
    required: frozenset[str] = getattr(kind, "__required_keys__", frozenset())
    optional: frozenset[str] = getattr(kind, "__optional_keys__", frozenset())
    return {*required, *optional}
