"""What Acme's workers do."""

from __future__ import annotations

from conductor_core import worker_task


@worker_task(task_definition_name="acme_greet")
def greet(name: str) -> dict[str, str]:
    """Greet a customer."""
    return {"greeting": f"Welcome to Acme, {name}!"}
