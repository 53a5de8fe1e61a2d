"""The metadata client: definitions of tasks and of workflows."""

from __future__ import annotations

from conductor_core import Face
from conductor_metadata._task_definitions import TaskDefinitions
from conductor_metadata._workflow_definitions import WorkflowDefinitions


class MetadataApi(TaskDefinitions[Face], WorkflowDefinitions[Face], name="metadata"):
    """Definitions of tasks and workflows, as ``conductor.metadata``."""
