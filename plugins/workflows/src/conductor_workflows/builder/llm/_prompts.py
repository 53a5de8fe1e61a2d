"""Prompts with other variables."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, TypeVar

from conductor_workflows.builder.llm._completions import CompletionTask

if TYPE_CHECKING:
    from collections.abc import Mapping

C = TypeVar("C", bound=CompletionTask)


def with_prompt_variable(task: C, name: str, value: object) -> C:
    """Return a copy of a task whose prompt has one more variable."""
    return with_prompt_variables(task, {name: value})


def with_prompt_variables(task: C, values: Mapping[str, object]) -> C:
    """Return a copy of a task whose prompt has more variables; those it had stay."""
    return copy.deepcopy(task).prompt_variables(values)
