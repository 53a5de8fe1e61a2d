"""The worker."""

from conductor_core import worker_task


@worker_task(task_definition_name="greet")
def greet(name: str) -> str:
    """Greet somebody; anybody may call it, and a workflow does."""
    return f"Hello my friend {name}"
