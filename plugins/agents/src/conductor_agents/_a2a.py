"""Agents of other systems, by the Agent2Agent protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conductor_agents._a2a_documents import AgentCardRequest, AgentCardResponse
from conductor_core import Api, Call, Face, endpoint, post

if TYPE_CHECKING:
    from collections.abc import Mapping

_A2A = "a2a"


class Agent2Agent(Api[Face]):
    """What the server does with agents of other systems."""

    @endpoint
    def get_agent_card(self, request: AgentCardRequest) -> Call[AgentCardResponse]:
        """Let the server fetch the card of an agent; it refuses addresses that its network policy forbids."""
        asked = request if request.agent_type else request.model_copy(update={"agent_type": _A2A})
        return post("/a2a/agent-card", body=asked, returns=AgentCardResponse, repeatable=True)

    @endpoint
    def push_notification(self, task_id: str, token: str, payload: Mapping[str, Any] | None = None) -> Call[None]:
        """Tell the server, as an agent of another system, that a task it waits for has news.

        Args:
            task_id: the waiting ``AGENT`` task.
            token: what the server gave that agent for this task.
            payload: the news; the server asks the agent for the task itself.

        Raises:
            NotFoundError: no such task waits.
            PermissionDeniedError: the token is another one, or too old.
        """
        headers = {"X-Conductor-A2A-Token": token}
        return post("/a2a/callback/{}", task_id, headers=headers, body=dict(payload or {}), repeatable=True)
