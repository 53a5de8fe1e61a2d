"""The agent client. It is put together from one class for each of its nouns."""

from __future__ import annotations

from conductor_agents._a2a import Agent2Agent
from conductor_agents._control import Control
from conductor_agents._definitions import Definitions
from conductor_agents._executions import Executions
from conductor_agents._following import Following
from conductor_agents._records import Records
from conductor_agents._schedules import Schedules
from conductor_agents._skills import Skills
from conductor_agents._tracking import Tracking
from conductor_agents._waiting import Waiting
from conductor_core import Face


class AgentApi(
    Definitions[Face],
    Executions[Face],
    Waiting[Face],
    Following[Face],
    Control[Face],
    Records[Face],
    Schedules[Face],
    Skills[Face],
    Tracking[Face],
    Agent2Agent[Face],
    name="agents",
):
    """Agents: compiled, deployed, started, watched and answered, as ``conductor.agents``."""
