"""The tokens of a run, its sub-agents included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_agents._answers import AgentRun, TokenUsage
from conductor_core import get

if TYPE_CHECKING:
    from conductor_core import Flow


def usage_of(execution_id: str) -> Flow[TokenUsage]:
    """Add up the tokens of an execution and of those inside it."""
    total = TokenUsage()
    waiting = [execution_id]
    while waiting:
        run = yield from get("/agent/execution/{}", waiting.pop(), returns=AgentRun)
        used = run.token_usage or TokenUsage()
        total.prompt_tokens += used.prompt_tokens
        total.completion_tokens += used.completion_tokens
        total.total_tokens += used.total_tokens
        waiting += [task.sub_workflow_id for task in run.tasks if task.sub_workflow_id]
    return total
