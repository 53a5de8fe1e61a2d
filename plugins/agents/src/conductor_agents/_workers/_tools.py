"""A tool's function as a worker: its credentials must have come, and its result must pass its guardrails."""

from __future__ import annotations

import functools
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from conductor_agents._calling import call, is_async
from conductor_agents._dsl._guardrail import Guardrail, GuardrailResult, RegexGuardrail
from conductor_agents._workers._credentials import check_delivered
from conductor_core import NonRetryableException
from conductor_core.worker import WorkerDefinition, define_worker

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conductor_agents._dsl._tool import ToolDefinition


class GuardrailError(NonRetryableException):
    """The result of a tool did not pass a guardrail whose reaction is ``raise``."""


def tool_worker(tool: ToolDefinition, agent_credentials: Sequence[str] = ()) -> WorkerDefinition:
    """Return the worker of a tool.

    Args:
        tool: a tool with a function.
        agent_credentials: names that its agent declares, for tools that declare none themselves.
    """
    worker = cast("WorkerDefinition", tool.worker)
    names = tuple(tool.credentials) or tuple(agent_credentials)
    judges = [g for g in tool.guardrails if isinstance(g, Guardrail | RegexGuardrail) and g.position == "output"]
    if not names and not judges:
        return worker
    wrapped = _judged(_with_credentials(worker.function, names), judges)
    again = define_worker(tool.name, wrapped, worker.options, caller_locals=worker.signature.names)
    return replace(worker, signature=again.signature)


def _with_credentials(function: Callable[..., Any], names: Sequence[str]) -> Callable[..., Any]:
    """Check that all declared secrets came before the function is called."""
    if not names:
        return function
    if is_async(function):

        @functools.wraps(function)
        async def awaited(*args: Any, **kwargs: Any) -> Any:
            check_delivered(names)
            return await function(*args, **kwargs)

        return awaited

    @functools.wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        check_delivered(names)
        return function(*args, **kwargs)

    return called


def _judged(function: Callable[..., Any], judges: Sequence[Guardrail | RegexGuardrail]) -> Callable[..., Any]:
    """Show what the function returns to guardrails before anybody else sees it."""
    if not judges:
        return function

    @functools.wraps(function)
    async def judged(*args: Any, **kwargs: Any) -> Any:
        value = await call(function, *args, **kwargs)
        for judge in judges:
            value = _reaction(judge, await judge.judge(_text(value)), value)
        return value

    return judged


def _reaction(judge: Guardrail | RegexGuardrail, said: GuardrailResult, value: object) -> object:
    """Return what the model gets: the value, its replacement, or why there is none."""
    if said.passed:
        return value
    if judge.on_fail == "fix" and said.fixed_output is not None:
        return said.fixed_output
    if judge.on_fail in ("raise", "fix"):
        raise GuardrailError(f"guardrail {judge.name!r} refused the result: {said.message}")
    return {"error": f"guardrail {judge.name!r} refused the result: {said.message}", "blocked": True}


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)
