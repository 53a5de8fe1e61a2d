"""Methods of the older clients whose arguments are put together differently here; each takes the conductor first."""

from __future__ import annotations

import importlib
import uuid
from typing import TYPE_CHECKING, Any

from conductor_core.models import TaskResultStatus

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conductor_core import Conductor


def create_application(conductor: Conductor, create_or_update_application_request: Any) -> Any:
    """Create an application; the older request holds nothing but its name."""
    return conductor.applications.create_application(create_or_update_application_request.name)


def update_application(conductor: Conductor, create_or_update_application_request: Any, application_id: str) -> Any:
    """Rename an application."""
    return conductor.applications.update_application(application_id, create_or_update_application_request.name)


def get_permissions(conductor: Conductor, target: Any) -> Any:
    """Return who may do what with a target."""
    return conductor.authorization.get_permissions(target.type, target.id)


def grant_permissions(conductor: Conductor, subject: Any, target: Any, access: Sequence[Any]) -> None:
    """Let somebody do something with a target."""
    conductor.authorization.grant_permissions(_authorization(subject, target, access))


def remove_permissions(conductor: Conductor, subject: Any, target: Any, access: Sequence[Any]) -> None:
    """Take permissions for a target back."""
    conductor.authorization.remove_permissions(_authorization(subject, target, access))


def granted_to_group(conductor: Conductor, group_id: str) -> Any:
    """Return what a group may do, as the list that the answer holds."""
    return conductor.authorization.get_granted_permissions_for_group(group_id).granted_access


def granted_to_user(conductor: Conductor, user_id: str) -> Any:
    """Return what a user may do, as the list that the answer holds."""
    return conductor.authorization.get_granted_permissions_for_user(user_id).granted_access


def _authorization(subject: Any, target: Any, access: Sequence[Any]) -> Any:
    request = importlib.import_module("conductor_authorization").AuthorizationRequest  # where the client is from
    return request(subject=subject, target=target, access=list(access))


def workflow_rate_limit(conductor: Conductor, workflowName: str) -> int | None:  # noqa: N803 - the older name
    """Return how many executions of a workflow run at once, or None."""
    found = conductor.metadata.get_workflow_rate_limit(workflowName)
    return None if found is None else found.concurrent_exec_limit


def set_workflow_rate_limit(conductor: Conductor, rateLimit: int, workflowName: str) -> None:  # noqa: N803 - likewise
    """Let only so many executions of a workflow run at once."""
    config = importlib.import_module("conductor_metadata").RateLimitConfig  # where the client is from
    conductor.metadata.set_workflow_rate_limit(
        config(concurrent_exec_limit=rateLimit, rate_limit_key=workflowName), workflowName
    )


def update_workflow_def(conductor: Conductor, workflow_def: Any, overwrite: bool = True) -> Any:  # noqa: FBT001, FBT002 - likewise
    """Store one definition."""
    return conductor.metadata.update_workflow_defs([workflow_def], overwrite=overwrite)


def try_prompt(
    conductor: Conductor,
    prompt_text: str,
    variables: Mapping[str, object],
    ai_integration: str,
    text_complete_model: str,
    temperature: float = 0.1,
    top_p: float = 0.9,
    stop_words: Sequence[str] | None = None,
) -> Any:
    """Fill the variables of a prompt's text in, ask the model, and return what it says."""
    request = {
        "prompt": prompt_text,
        "promptVariables": dict(variables),
        "llmProvider": ai_integration,
        "model": text_complete_model,
        "temperature": temperature,
        "topP": top_p,
        "stopWords": list(stop_words or ()),
    }
    prompts: Any = conductor.prompts  # the model of a request is of a distribution that this one does not need
    return prompts.test_prompt(request)


def queue_size(conductor: Conductor, task_type: str) -> int:
    """Return how many tasks of a type wait."""
    return conductor.tasks.get_queue_size_for_task([task_type]).get(task_type, 0)


def update_task_by_ref_name(
    conductor: Conductor, workflow_id: str, task_ref_name: str, status: str, output: Any, worker_id: str | None = None
) -> Any:
    """Store the result of the open task of a reference name."""
    outcome = TaskResultStatus(status)
    return conductor.tasks.update_task_by_ref_name(workflow_id, task_ref_name, outcome, output, worker_id=worker_id)


def update_task_sync(
    conductor: Conductor, workflow_id: str, task_ref_name: str, status: str, output: Any, worker_id: str | None = None
) -> Any:
    """Store the result of the open task of a reference name, and return the execution."""
    outcome = TaskResultStatus(status)
    return conductor.tasks.update_task_sync(workflow_id, task_ref_name, outcome, output, worker_id=worker_id)


def update_state(
    conductor: Conductor,
    workflow_id: str,
    update_requesst: Any,  # spelt as in the older client
    wait_until_task_ref_names: Sequence[str] | None = None,
    wait_for_seconds: int | None = None,
) -> Any:
    """Change variables and complete one task at once, and wait for one of some tasks or for the end."""
    options: dict[str, Any] = {} if wait_for_seconds is None else {"wait_for_seconds": wait_for_seconds}
    if wait_until_task_ref_names:
        options["wait_until_task_ref"] = ",".join(wait_until_task_ref_names)
    return conductor.workflows.update_state(workflow_id, update_requesst, request_id=str(uuid.uuid4()), **options)
