"""Guardrails of the input: they judge the prompt before anything is started, in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_agents._dsl._agent import Agent
from conductor_agents._dsl._guardrail import Guardrail, RegexGuardrail
from conductor_core.errors import ConductorError

if TYPE_CHECKING:
    from collections.abc import Sequence


class InputRefusedError(ConductorError):
    """A prompt did not pass a guardrail; nothing was started.

    Attributes:
        guardrail: its name.
    """

    def __init__(self, guardrail: str, message: str) -> None:
        self.guardrail: str = guardrail
        super().__init__(f"guardrail {guardrail!r} refused the prompt: {message or 'it did not pass'}")


def input_guardrails(agent: Agent | str) -> Sequence[Guardrail | RegexGuardrail]:
    """Return the guardrails that judge prompts."""
    if not isinstance(agent, Agent):
        return ()
    return [g for g in agent.guardrails if isinstance(g, Guardrail | RegexGuardrail) and g.position == "input"]


async def judged_prompt(guardrails: Sequence[Guardrail | RegexGuardrail], prompt: str) -> str:
    """Return the prompt, or what guardrails made of it.

    Raises:
        InputRefusedError: it did not pass.
    """
    for guardrail in guardrails:
        said = await guardrail.judge(prompt)
        if said.passed:
            continue
        if guardrail.on_fail != "fix" or said.fixed_output is None:
            raise InputRefusedError(guardrail.name, said.message)
        prompt = said.fixed_output
    return prompt


def judged_prompt_now(guardrails: Sequence[Guardrail | RegexGuardrail], prompt: str) -> str:
    """Do the same for code that blocks, on a thread that may have a loop of its own.

    Raises:
        InputRefusedError: it did not pass.
    """
    if not guardrails:
        return prompt
    import asyncio  # noqa: PLC0415 - few agents have such guardrails
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, judged_prompt(guardrails, prompt)).result()
