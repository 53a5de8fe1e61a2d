"""The metadata client: definitions of tasks and of workflows."""

from __future__ import annotations

from conductor_core import Face
from conductor_metadata._imports import Imports
from conductor_metadata._rate_limits import RateLimits
from conductor_metadata._tags import Tags
from conductor_metadata._task_definitions import TaskDefinitions
from conductor_metadata._workflow_definitions import WorkflowDefinitions


class MetadataApi(
    TaskDefinitions[Face], WorkflowDefinitions[Face], Tags[Face], RateLimits[Face], Imports[Face], name="metadata"
):
    """Definitions of tasks and workflows, as ``conductor.metadata``."""
