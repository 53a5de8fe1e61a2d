"""The workflow client. It is put together from one class for each thing that is done with executions."""

from __future__ import annotations

from conductor_core import Face
from conductor_workflows._operations import Operations
from conductor_workflows._queries import Queries
from conductor_workflows._starting import Starting
from conductor_workflows._waiting import Waiting


class WorkflowApi(Starting[Face], Operations[Face], Queries[Face], Waiting[Face], name="workflows"):
    """Executions of workflows, as ``conductor.workflows``."""
