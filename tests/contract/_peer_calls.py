"""Our side of the recorded requests: the calls of tools/peer_requests, with the same arguments, on our clients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from conductor_applications import ApplicationRole
from conductor_authorization import (
    AccessType,
    AuthorizationRequest,
    SubjectRef,
    SubjectType,
    TargetRef,
    TargetType,
    UpsertGroupRequest,
    UpsertUserRequest,
)
from conductor_core.models import (
    StartWorkflowRequest,
    Tag,
    TaskDef,
    TaskResult,
    TaskResultStatus,
    WorkflowDef,
    WorkflowTask,
)
from conductor_human_tasks import HumanTaskSearch, HumanTaskState, HumanTaskTemplate
from conductor_metadata import RateLimitConfig
from conductor_schemas import SchemaDef, SchemaType
from conductor_workflows import (
    CorrelationIdsSearchRequest,
    RerunWorkflowRequest,
    SkipTaskRequest,
    WorkflowStateUpdate,
    WorkflowTestRequest,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from conductor_core import Conductor

Calls: TypeAlias = "dict[str, Callable[[Conductor], object]]"

DONE: Final = TaskResultStatus.COMPLETED
TAG: Final = Tag(key="team", value="a")
START: Final = StartWorkflowRequest(name="orders", version=2, input={"a": 1}, correlation_id="c")
TASK: Final = TaskDef(name="charge", retry_count=1, timeout_seconds=60)
CHARGE: Final = WorkflowTask(name="charge", task_reference_name="charge")
DEFINITION: Final = WorkflowDef(name="orders", version=1, tasks=[CHARGE], timeout_seconds=60)
RESULT: Final = TaskResult(task_id="t", workflow_instance_id="w", status=DONE, output_data={"a": 1})
PERMISSION: Final = AuthorizationRequest(
    subject=SubjectRef(type=SubjectType.USER, id="ada"),
    target=TargetRef(type=TargetType.WORKFLOW_DEF, id="orders"),
    access=[AccessType.READ, AccessType.EXECUTE],
)
TEMPLATE: Final = HumanTaskTemplate.model_validate(
    {"name": "form", "version": 1, "jsonSchema": {"type": "object"}, "templateUI": {"type": "x"}}
)
TEST: Final = WorkflowTestRequest.model_validate(
    {
        "name": "orders",
        "workflowDef": DEFINITION,
        "taskRefToMockOutput": {"charge": [{"status": "COMPLETED", "output": {"a": 1}}]},
    }
)

WORKFLOWS: Final[Calls] = {
    "workflows.start_workflow": lambda c: c.workflows.start_workflow(START),
    "workflows.start_workflow_by_name": lambda c: c.workflows.start_workflow_by_name(
        "orders", {"a": 1}, version=2, correlation_id="c", priority=3
    ),
    "workflows.execute_workflow": lambda c: c.workflows.execute_workflow(
        START, request_id="r", wait_until_task_ref="charge", wait_for_seconds=5
    ),
    "workflows.get_workflow": lambda c: c.workflows.get_workflow("w 1", include_tasks=False),
    "workflows.get_workflow_status": lambda c: c.workflows.get_workflow_status("w", include_output=True),
    "workflows.pause": lambda c: c.workflows.pause("w"),
    "workflows.resume": lambda c: c.workflows.resume("w"),
    "workflows.restart": lambda c: c.workflows.restart("w", use_latest_definitions=True),
    "workflows.retry": lambda c: c.workflows.retry("w", resume_subworkflow_tasks=True),
    "workflows.rerun": lambda c: c.workflows.rerun(
        "w", RerunWorkflowRequest(re_run_from_task_id="t", task_input={"a": 1})
    ),
    "workflows.terminate": lambda c: c.workflows.terminate("w", "no longer needed"),
    "workflows.delete_workflow": lambda c: c.workflows.delete_workflow("w", archive_workflow=False),
    "workflows.skip_task_from_workflow": lambda c: c.workflows.skip_task_from_workflow(
        "w", "charge", SkipTaskRequest(task_input={"a": 1}, task_output={"b": 2})
    ),
    "workflows.search": lambda c: c.workflows.search(
        "workflowType='orders'", size=10, sort="startTime:DESC", skip_cache=True
    ),
    "workflows.get_by_correlation_ids": lambda c: c.workflows.get_by_correlation_ids(
        CorrelationIdsSearchRequest(correlation_ids=["c"], workflow_names=["orders"]),
        include_closed=True,
        include_tasks=True,
    ),
    "workflows.test_workflow": lambda c: c.workflows.test_workflow(TEST),
    "workflows.update_variables": lambda c: c.workflows.update_variables("w", {"a": 1}),
    "workflows.update_state": lambda c: c.workflows.update_state(
        "w",
        WorkflowStateUpdate(task_reference_name="charge", variables={"a": 1}),
        request_id="r",
        wait_until_task_ref="charge",
        wait_for_seconds=5,
    ),
    "workflows.signal": lambda c: c.workflows.signal("w", DONE, {"a": 1}),
    "workflows.signal_async": lambda c: c.workflows.signal_async("w", DONE, {"a": 1}),
}

TASKS: Final[Calls] = {
    "tasks.poll_task": lambda c: c.tasks.poll_task("charge", worker_id="me", domain="eu"),
    "tasks.batch_poll": lambda c: c.tasks.batch_poll("charge", worker_id="me", count=5, timeout=100, domain="eu"),
    "tasks.get_task": lambda c: c.tasks.get_task("t"),
    "tasks.search": lambda c: c.tasks.search("taskType='charge'", size=10, sort="startTime:DESC"),
    "tasks.update_task": lambda c: c.tasks.update_task(RESULT),
    "tasks.update_task_by_ref_name": lambda c: c.tasks.update_task_by_ref_name("w", "charge", DONE, {"a": 1}),
    "tasks.update_task_sync": lambda c: c.tasks.update_task_sync("w", "charge", DONE, {"a": 1}),
    "tasks.add_task_log": lambda c: c.tasks.add_task_log("t", "a line"),
    "tasks.get_task_logs": lambda c: c.tasks.get_task_logs("t"),
    "tasks.get_queue_size_for_task": lambda c: c.tasks.get_queue_size_for_task(["charge"]),
    "tasks.get_task_poll_data": lambda c: c.tasks.get_task_poll_data("charge"),
}

METADATA: Final[Calls] = {
    "metadata.register_task": lambda c: c.metadata.register_task(TASK),
    "metadata.update_task": lambda c: c.metadata.update_task(TASK),
    "metadata.get_task": lambda c: c.metadata.get_task("charge"),
    "metadata.get_all_task_defs": lambda c: c.metadata.get_all_task_defs(),
    "metadata.unregister_task": lambda c: c.metadata.unregister_task("charge"),
    "metadata.register_workflow_def": lambda c: c.metadata.register_workflow_def(DEFINITION),
    "metadata.get_workflow_def": lambda c: c.metadata.get_workflow_def("orders", 2),
    "metadata.get_all_workflow_defs": lambda c: c.metadata.get_all_workflow_defs(),
    "metadata.unregister_workflow": lambda c: c.metadata.unregister_workflow("orders", 2),
    "metadata.add_workflow_tag": lambda c: c.metadata.add_workflow_tag(TAG, "orders"),
    "metadata.delete_workflow_tag": lambda c: c.metadata.delete_workflow_tag(TAG, "orders"),
    "metadata.get_workflow_tags": lambda c: c.metadata.get_workflow_tags("orders"),
    "metadata.set_workflow_tags": lambda c: c.metadata.set_workflow_tags([TAG], "orders"),
    "metadata.add_task_tag": lambda c: c.metadata.add_task_tag(TAG, "charge"),
    "metadata.delete_task_tag": lambda c: c.metadata.delete_task_tag(TAG, "charge"),
    "metadata.get_task_tags": lambda c: c.metadata.get_task_tags("charge"),
    "metadata.set_task_tags": lambda c: c.metadata.set_task_tags([TAG], "charge"),
    "metadata.set_workflow_rate_limit": lambda c: c.metadata.set_workflow_rate_limit(
        RateLimitConfig(rate_limit_key="k", concurrent_exec_limit=3), "orders"
    ),
    "metadata.get_workflow_rate_limit": lambda c: c.metadata.get_workflow_rate_limit("orders"),
    "metadata.remove_workflow_rate_limit": lambda c: c.metadata.remove_workflow_rate_limit("orders"),
}

PEOPLE: Final[Calls] = {
    "authorization.grant_permissions": lambda c: c.authorization.grant_permissions(PERMISSION),
    "authorization.get_permissions": lambda c: c.authorization.get_permissions(TargetType.WORKFLOW_DEF, "orders"),
    "authorization.remove_permissions": lambda c: c.authorization.remove_permissions(PERMISSION),
    "authorization.upsert_user": lambda c: c.authorization.upsert_user(
        "ada", UpsertUserRequest(name="Ada", roles=["USER"], groups=["g"])
    ),
    "authorization.get_user": lambda c: c.authorization.get_user("ada@example.com"),
    "authorization.list_users": lambda c: c.authorization.list_users(apps=True),
    "authorization.delete_user": lambda c: c.authorization.delete_user("ada"),
    "authorization.check_permissions": lambda c: c.authorization.check_permissions(
        "ada", TargetType.WORKFLOW_DEF, "orders"
    ),
    "authorization.get_granted_permissions_for_user": lambda c: c.authorization.get_granted_permissions_for_user("ada"),
    "authorization.upsert_group": lambda c: c.authorization.upsert_group(
        "g", UpsertGroupRequest(description="d", roles=["USER"])
    ),
    "authorization.get_group": lambda c: c.authorization.get_group("g"),
    "authorization.list_groups": lambda c: c.authorization.list_groups(),
    "authorization.delete_group": lambda c: c.authorization.delete_group("g"),
    "authorization.add_user_to_group": lambda c: c.authorization.add_user_to_group("g", "ada"),
    "authorization.add_users_to_group": lambda c: c.authorization.add_users_to_group("g", ["ada", "bob"]),
    "authorization.get_users_in_group": lambda c: c.authorization.get_users_in_group("g"),
    "authorization.remove_user_from_group": lambda c: c.authorization.remove_user_from_group("g", "ada"),
    "authorization.remove_users_from_group": lambda c: c.authorization.remove_users_from_group("g", ["ada", "bob"]),
    "authorization.get_granted_permissions_for_group": lambda c: c.authorization.get_granted_permissions_for_group("g"),
    "applications.get_all_applications": lambda c: c.applications.get_all_applications(),
    "applications.create_application": lambda c: c.applications.create_application("shop"),
    "applications.get_app_by_access_key_id": lambda c: c.applications.get_app_by_access_key_id("k"),
    "applications.get_application": lambda c: c.applications.get_application("a"),
    "applications.update_application": lambda c: c.applications.update_application("a", "store"),
    "applications.delete_application": lambda c: c.applications.delete_application("a"),
    "applications.add_application_role": lambda c: c.applications.add_application_role("a", ApplicationRole.WORKER),
    "applications.remove_role_from_application_user": lambda c: c.applications.remove_role_from_application_user(
        "a", ApplicationRole.WORKER
    ),
    "applications.get_access_keys": lambda c: c.applications.get_access_keys("a"),
    "applications.create_access_key": lambda c: c.applications.create_access_key("a"),
    "applications.toggle_access_key_status": lambda c: c.applications.toggle_access_key_status("a", "k"),
    "applications.delete_access_key": lambda c: c.applications.delete_access_key("a", "k"),
    "applications.add_application_tags": lambda c: c.applications.add_application_tags("a", [TAG]),
    "applications.get_application_tags": lambda c: c.applications.get_application_tags("a"),
    "applications.delete_application_tags": lambda c: c.applications.delete_application_tags("a", [TAG]),
    "human_tasks.get_task_by_id": lambda c: c.human_tasks.get_task_by_id("t"),
    "human_tasks.claim_task_as_external_user": lambda c: c.human_tasks.claim_task_as_external_user(
        "t", "ada", override_assignment=True, with_template=True
    ),
    "human_tasks.claim_task_as_conductor_user": lambda c: c.human_tasks.claim_task_as_conductor_user(
        "t", override_assignment=True
    ),
    "human_tasks.release_task": lambda c: c.human_tasks.release_task("t"),
    "human_tasks.get_template_by_name_version": lambda c: c.human_tasks.get_template_by_name_version("form", 1),
    "human_tasks.update_task_output": lambda c: c.human_tasks.update_task_output("t", {"a": {"b": 1}}),
    "human_tasks.complete_task": lambda c: c.human_tasks.complete_task("t", {"a": {"b": 1}}),
    "human_tasks.search": lambda c: c.human_tasks.search(HumanTaskSearch(states=[HumanTaskState.PENDING], size=5)),
    "human_tasks.register_template": lambda c: c.human_tasks.register_template(TEMPLATE, as_new_version=True),
}

STORED: Final[Calls] = {
    "secrets.put_secret": lambda c: c.secrets.put_secret("key", "value"),
    "secrets.get_secret": lambda c: c.secrets.get_secret("key"),
    "secrets.delete_secret": lambda c: c.secrets.delete_secret("key"),
    "secrets.list_all_secret_names": lambda c: c.secrets.list_all_secret_names(),
    "secrets.list_secrets_that_user_can_grant_access_to": lambda c: (
        c.secrets.list_secrets_that_user_can_grant_access_to()
    ),
    "secrets.secret_exists": lambda c: c.secrets.secret_exists("key"),
    "secrets.set_secret_tags": lambda c: c.secrets.set_secret_tags([TAG], "key"),
    "secrets.get_secret_tags": lambda c: c.secrets.get_secret_tags("key"),
    "secrets.delete_secret_tags": lambda c: c.secrets.delete_secret_tags([TAG], "key"),
    "schemas.register_schema": lambda c: c.schemas.register_schema(
        SchemaDef(name="order", version=1, type=SchemaType.JSON, data={"type": "object"})
    ),
    "schemas.get_schema": lambda c: c.schemas.get_schema("order", 1),
    "schemas.get_schema_by_name": lambda c: c.schemas.get_schema_by_name("order"),
    "schemas.get_all_schemas": lambda c: c.schemas.get_all_schemas(),
    "schemas.delete_schema": lambda c: c.schemas.delete_schema("order", 1),
    "schemas.delete_schema_by_name": lambda c: c.schemas.delete_schema_by_name("order"),
}
