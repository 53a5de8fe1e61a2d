"""The workflow client. It is put together from one class for each thing that is done with executions."""

from __future__ import annotations

from conductor_core import Face
from conductor_workflows._as_api import AsApi
from conductor_workflows._bulk import Bulk
from conductor_workflows._changing import Changing
from conductor_workflows._going_back import GoingBack
from conductor_workflows._operations import Operations
from conductor_workflows._queries import Queries
from conductor_workflows._searching import Searching
from conductor_workflows._signalling import Signalling
from conductor_workflows._starting import Starting
from conductor_workflows._waiting import Waiting


class WorkflowApi(
    Starting[Face],
    AsApi[Face],
    Operations[Face],
    Changing[Face],
    GoingBack[Face],
    Bulk[Face],
    Signalling[Face],
    Queries[Face],
    Searching[Face],
    Waiting[Face],
    name="workflows",
):
    """Executions of workflows, as ``conductor.workflows``."""
