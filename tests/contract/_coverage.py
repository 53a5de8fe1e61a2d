"""How much of the OpenAPI document the installed clients reach. As a program: ``python -m tests.contract._coverage``."""

from __future__ import annotations

from collections import Counter
from typing import Final

from tests.contract import _spec
from tests.contract._calls import all_sent

OWNERS: Final = {
    "LLM": "integrations",
    "a-2-a-callback-resource": "agents",
    "admin-resource": "admin",
    "agent-controller": "agents",
    "application-resource": "applications",
    "authorization-resource": "authorization",
    "context-controller": "admin",
    "environment-resource": "secrets",
    "event-execution-resource": "events",
    "event-message-resource": "events",
    "event-resource": "events",
    "global-schema-resource": "schemas",
    "group-resource": "authorization",
    "health-check-resource": "admin",
    "human-task": "human_tasks",
    "human-task-resource": "human_tasks",
    "incoming-webhook-resource": "webhooks",
    "integration-resource": "integrations",
    "limits-resource": "admin",
    "metadata-resource": "metadata",
    "prompt-resource": "prompts",
    "queue-admin-resource": "admin",
    "scheduler-bulk-resource": "schedules",
    "scheduler-resource": "schedules",
    "schema-resource": "schemas",
    "secret-resource": "secrets",
    "skill-controller": "agents",
    "service-registry-resource": "service_registry",
    "tags": "metadata",
    "task-resource": "tasks",
    "token-resource": "authorization",
    "user-form": "human_tasks",
    "user-form-template-resource": "human_tasks",
    "user-resource": "authorization",
    "version-resource": "admin",
    "webhooks-config-resource": "webhooks",
    "workflow-bulk-resource": "workflows",
    "workflow-resource": "workflows",
}
"""The client that owns each tag of the document."""


def missing() -> list[_spec.Operation]:
    """Operations of the document that no installed client reaches."""
    covered = {sent.key for sent in all_sent()}
    return [operation for key, operation in sorted(_spec.operations().items()) if key not in covered]


def report() -> list[str]:
    """Say how many operations are reached, and how many of each client are not."""
    left = missing()
    every = len(_spec.operations())
    lines = [f"operations of the OpenAPI document in clients: {every - len(left)} of {every}"]
    by_client = Counter(OWNERS[operation.tag] for operation in left)
    lines += [f"  without a client yet, of {name}: {count}" for name, count in sorted(by_client.items())]
    return lines


def main() -> None:
    """Print the report and every operation without a client."""
    print(*report(), sep="\n")  # noqa: T201 - printing is the output
    for operation in missing():
        print(f"{OWNERS[operation.tag]}: {operation.tag} {operation.key[0]} {operation.path}")  # noqa: T201 - the same


if __name__ == "__main__":
    main()
