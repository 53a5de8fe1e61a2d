"""Names of the tasks that stand for an agent's functions; the server makes some of them itself, by the same rules."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conductor_agents._dsl._agent import Agent


def stop_when_task(agent: Agent) -> str:
    """Return the task that asks ``stop_when``."""
    return f"{agent.name}_stop_when"


def gate_task(agent: Agent) -> str:
    """Return the task that asks a gate's function."""
    return f"{agent.name}_gate"


def router_task(agent: Agent) -> str:
    """Return the task that asks a router's function."""
    return f"{agent.name}_router_fn"


def callback_task(agent: Agent, position: str) -> str:
    """Return the task that tells callbacks."""
    return f"{agent.name}_{position}"


def termination_task(agent: Agent) -> str:
    """Return the task that asks the termination condition; the server makes the name of a reference name."""
    return f"{_reference(agent.name)}_termination"


def selection_task(agent: Agent) -> str:
    """Return the task that reads which agent a person picked; the server makes the name of a reference name."""
    return f"{_reference(agent.name)}_process_selection"


def _reference(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]", "_", name)
