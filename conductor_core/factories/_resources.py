"""Access as old versions of the official SDKs had it: ``client.workflow_resource.start_workflow(...)``."""

from __future__ import annotations

import warnings
from typing import Final

_CLIENTS: Final = {
    "admin_resource": "admin",
    "application_resource": "applications",
    "authorization_resource": "authorization",
    "event_resource": "events",
    "group_resource": "authorization",
    "human_task": "human_tasks",
    "human_task_resource": "human_tasks",
    "integration_resource": "integrations",
    "metadata_resource": "metadata",
    "prompt_resource": "prompts",
    "role_resource": "authorization",
    "scheduler_resource": "schedules",
    "schema_resource": "schemas",
    "secret_resource": "secrets",
    "service_registry_resource": "service_registry",
    "task_resource": "tasks",
    "user_resource": "authorization",
    "webhooks_config_resource": "webhooks",
    "workflow_bulk_resource": "workflows",
    "workflow_resource": "workflows",
}


def client_of(resource: str) -> str | None:
    """Return the client that took the place of a resource, with a ``DeprecationWarning``; None for any other name."""
    name = _CLIENTS.get(resource)
    if name is not None:
        warnings.warn(f"{resource} is an old name: use conductor.{name}", DeprecationWarning, stacklevel=4)
    return name
