"""Which workers of agents are served by a runtime, and which are not yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conductor_agents._workers._workers_of import sourced_workers
from conductor_core.errors import InvalidArgumentError
from conductor_core.worker import TaskHandler

if TYPE_CHECKING:
    from collections.abc import Callable

    from conductor_agents._answers import TokenUsage
    from conductor_agents._dsl._agent import Agent
    from conductor_core import Plugins
    from conductor_core.worker import WorkerDefinition


class Crew:
    """Workers by task name and domain; the functions behind one name stay the same as long as a runtime lives.

    Args:
        usage: gives the tokens of a run.
        concurrency: tasks of each worker at the same time.
    """

    def __init__(self, usage: Callable[[str], TokenUsage], concurrency: int | None) -> None:
        self._usage = usage
        self._concurrency = concurrency
        self._agents: dict[tuple[str, str | None], Agent] = {}
        self._served: dict[tuple[str, str | None], object] = {}

    def missing(self, agent: Agent, domain: str | None = None) -> list[WorkerDefinition]:
        """Return the workers of an agent that are not served, and count them as served from now on.

        Raises:
            InvalidArgumentError: another function is served under the name of one of them.
        """
        if self._agents.get((agent.name, domain)) is agent:
            return []
        workers = sourced_workers(agent, self._usage, domain, self._concurrency)
        for source, worker in workers:
            if self._served.get(worker.key, source) is not source:
                raise InvalidArgumentError(
                    f"agent {agent.name!r} needs a worker for task {worker.name!r}, and this runtime serves another "
                    "function under that name: give one of them another name, or each agent a runtime of its own"
                )
        new = [worker for _, worker in workers if worker.key not in self._served]
        self._served.update({worker.key: source for source, worker in workers})
        self._agents[agent.name, domain] = agent
        return new


def handler_of(plugins: Plugins, *, handle_signals: bool, options: dict[str, Any]) -> TaskHandler:
    """Return a handler without workers, which waits for them."""
    return TaskHandler(
        plugins=plugins,
        workers=[],
        scan_for_annotated_workers=False,
        entry_points=False,
        keep_running=True,
        handle_signals=handle_signals,
        **options,
    )
