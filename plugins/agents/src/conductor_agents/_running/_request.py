"""From the arguments of a run to the request that starts it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

from conductor_agents._dsl._agent import Agent
from conductor_agents._dsl._document import agent_document
from conductor_agents._requests import AgentStartRequest
from conductor_agents.config import AgentConfig
from conductor_core.errors import InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conductor_agents._dsl._run_settings import RunSettings


class RunOptions(TypedDict, total=False):
    """Keywords of a run."""

    settings: RunSettings | None
    """What this run does otherwise than the agent says."""
    version: int | None
    """Of an agent that is named; None is the latest."""
    session_id: str | None
    """Executions of one session share a conversation."""
    media: Sequence[str]
    """Addresses of images and other files that belong to the prompt."""
    context: Mapping[str, Any] | None
    """State that tools find."""
    idempotency_key: str | None
    """A second start with the same key gives the first one's execution."""
    timeout_seconds: int | None
    """Seconds after which the server ends the execution."""
    plan: Mapping[str, Any] | None
    """A plan to carry out, in place of the one that a planner would make."""


def start_request(
    agent: Agent | str,
    prompt: str,
    *,
    settings: RunSettings | None = None,
    version: int | None = None,
    session_id: str | None = None,
    media: Sequence[str] = (),
    context: Mapping[str, Any] | None = None,
    idempotency_key: str | None = None,
    timeout_seconds: int | None = None,
    plan: Mapping[str, Any] | None = None,
    run_id: str | None = None,
) -> AgentStartRequest:
    """Return the request that starts an agent: one in code comes along, a deployed one is named.

    Raises:
        InvalidArgumentError: there is nothing to say, or a deployed agent shall change more than its model.
    """
    if not prompt.strip() and not media and not context:
        raise InvalidArgumentError("an agent needs a prompt, or media or context in its place")
    request = AgentStartRequest(
        prompt=prompt,
        session_id=session_id,
        media=list(media) or None,
        context=None if context is None else dict(context),
        idempotency_key=idempotency_key,
        timeout_seconds=timeout_seconds,
        static_plan=None if plan is None else dict(plan),
        run_id=run_id,
    )
    if isinstance(agent, Agent):
        request.agent_config = config_of(agent, settings)
        return request
    request.name, request.version = agent, version
    if settings is not None:
        if set(settings.document()) - {"model"}:
            raise InvalidArgumentError(
                f"a run of the deployed agent {agent!r} may change its model only: run the agent itself for other settings"
            )
        request.model = settings.model
    return request


def config_of(agent: Agent, settings: RunSettings | None = None) -> AgentConfig:
    """Return an agent's document as the client's model."""
    return AgentConfig.model_validate(agent_document(agent, settings))
