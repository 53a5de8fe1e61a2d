"""Calls methods of the official Python library against the echo server; run by ``python -m tools.peer_requests``.

Runs in an environment of its own, so nothing here may import the project.
usage: python python_calls.py ECHO_URL
"""

# mypy: ignore-errors
# pyright: basic, reportMissingImports=false
# ruff: noqa: FBT003, PLW0108, S310

from __future__ import annotations

import contextlib
import logging
import sys
import urllib.request

from conductor.client.configuration.configuration import Configuration
from conductor.client.http.models import (
    RerunWorkflowRequest,
    SaveScheduleRequest,
    SkipTaskRequest,
    StartWorkflowRequest,
    TaskDef,
    TaskResult,
)
from conductor.client.http.models.correlation_ids_search_request import CorrelationIdsSearchRequest
from conductor.client.http.models.create_or_update_application_request import CreateOrUpdateApplicationRequest
from conductor.client.http.models.integration_api_update import IntegrationApiUpdate
from conductor.client.http.models.integration_update import IntegrationUpdate
from conductor.client.http.models.schema_def import SchemaDef, SchemaType
from conductor.client.http.models.service_method import ServiceMethod
from conductor.client.http.models.service_registry import ServiceRegistry
from conductor.client.http.models.subject_ref import SubjectRef
from conductor.client.http.models.target_ref import TargetRef
from conductor.client.http.models.upsert_group_request import UpsertGroupRequest
from conductor.client.http.models.upsert_user_request import UpsertUserRequest
from conductor.client.orkes.models.access_type import AccessType
from conductor.client.orkes.models.metadata_tag import MetadataTag
from conductor.client.orkes.orkes_service_registry_client import OrkesServiceRegistryClient
from conductor.client.orkes_clients import OrkesClients

ECHO = sys.argv[1]
logging.disable(logging.CRITICAL)
configuration = Configuration(server_api_url=f"{ECHO}/api")
clients = OrkesClients(configuration)
workflows, tasks, metadata = clients.get_workflow_client(), clients.get_task_client(), clients.get_metadata_client()
schedules, secrets, schemas = clients.get_scheduler_client(), clients.get_secret_client(), clients.get_schema_client()
prompts, integrations = clients.get_prompt_client(), clients.get_integration_client()
authorization, registry = clients.get_authorization_client(), OrkesServiceRegistryClient(configuration)

tag = MetadataTag("team", "a")
start = StartWorkflowRequest(name="orders", version=2, input={"a": 1}, correlation_id="c")
schedule = SaveScheduleRequest(
    name="nightly",
    cron_expression="0 30 2 * * *",
    start_workflow_request=StartWorkflowRequest(name="report", input={}),
)
task = TaskDef(name="charge", retry_count=1, timeout_seconds=60)
result = TaskResult(task_id="t", workflow_instance_id="w", status="COMPLETED", output_data={"a": 1})
skip = SkipTaskRequest(task_input={"a": 1}, task_output={"b": 2})
rerun = RerunWorkflowRequest(re_run_from_task_id="t", task_input={"a": 1})
correlation = CorrelationIdsSearchRequest(correlation_ids=["c"], workflow_names=["orders"])
provider = IntegrationUpdate(category="AI_MODEL", type="openai", configuration={"api_key": "k"}, enabled=True)
model = IntegrationApiUpdate(description="d", enabled=True)
service = ServiceRegistry(name="stock", type="HTTP", service_uri="http://stock.test")
method = ServiceMethod(operation_name="get", method_name="/stock", method_type="GET")
schema = SchemaDef(name="order", version=1, type=SchemaType.JSON, data={"type": "object"})
subject, target = SubjectRef("USER", "ada"), TargetRef("WORKFLOW_DEF", "orders")
access = [AccessType.READ, AccessType.EXECUTE]
application = CreateOrUpdateApplicationRequest("shop")

CALLS = {
    "workflows.start_workflow": lambda: workflows.start_workflow(start),
    "workflows.start_workflow_by_name": lambda: workflows.start_workflow_by_name("orders", {"a": 1}, 2, "c", 3),
    "workflows.execute_workflow": lambda: workflows.execute_workflow(start, "r", "charge", 5),
    "workflows.get_workflow": lambda: workflows.get_workflow("w 1", include_tasks=False),
    "workflows.get_workflow_status": lambda: workflows.get_workflow_status("w", True, False),
    "workflows.pause": lambda: workflows.pause_workflow("w"),
    "workflows.resume": lambda: workflows.resume_workflow("w"),
    "workflows.restart": lambda: workflows.restart_workflow("w", use_latest_def=True),
    "workflows.retry": lambda: workflows.retry_workflow("w", resume_subworkflow_tasks=True),
    "workflows.rerun": lambda: workflows.rerun_workflow("w", rerun),
    "workflows.terminate": lambda: workflows.terminate_workflow("w", "no longer needed"),
    "workflows.delete_workflow": lambda: workflows.delete_workflow("w", archive_workflow=False),
    "workflows.skip_task_from_workflow": lambda: workflows.skip_task_from_workflow("w", "charge", skip),
    "workflows.search": lambda: workflows.search(0, 10, "*", "workflowType='orders'"),
    "workflows.get_by_correlation_ids": lambda: workflows.get_by_correlation_ids_in_batch(correlation, True, True),
    "workflows.update_variables": lambda: workflows.update_variables("w", {"a": 1}),
    "tasks.poll_task": lambda: tasks.poll_task("charge", "me", "eu"),
    "tasks.batch_poll": lambda: tasks.batch_poll_tasks("charge", "me", 5, 100, "eu"),
    "tasks.get_task": lambda: tasks.get_task("t"),
    "tasks.update_task": lambda: tasks.update_task(result),
    "tasks.update_task_by_ref_name": lambda: tasks.update_task_by_ref_name("w", "charge", "COMPLETED", {"a": 1}),
    "tasks.update_task_sync": lambda: tasks.update_task_sync("w", "charge", "COMPLETED", {"a": 1}),
    "tasks.get_queue_size_for_task": lambda: tasks.get_queue_size_for_task("charge"),
    "tasks.add_task_log": lambda: tasks.add_task_log("t", "a line"),
    "tasks.get_task_logs": lambda: tasks.get_task_logs("t"),
    "tasks.get_task_poll_data": lambda: tasks.get_task_poll_data("charge"),
    "metadata.register_task": lambda: metadata.register_task_def(task),
    "metadata.update_task": lambda: metadata.update_task_def(task),
    "metadata.get_task": lambda: metadata.get_task_def("charge"),
    "metadata.get_all_task_defs": lambda: metadata.get_all_task_defs(),
    "metadata.unregister_task": lambda: metadata.unregister_task_def("charge"),
    "metadata.get_workflow_def": lambda: metadata.get_workflow_def("orders", 2),
    "metadata.get_all_workflow_defs": lambda: metadata.get_all_workflow_defs(),
    "metadata.unregister_workflow": lambda: metadata.unregister_workflow_def("orders", 2),
    "metadata.add_workflow_tag": lambda: metadata.add_workflow_tag(tag, "orders"),
    "metadata.get_workflow_tags": lambda: metadata.get_workflow_tags("orders"),
    "metadata.set_workflow_tags": lambda: metadata.set_workflow_tags([tag], "orders"),
    "schedules.save_schedule": lambda: schedules.save_schedule(schedule),
    "schedules.get_schedule": lambda: schedules.get_schedule("nightly"),
    "schedules.get_all_schedules": lambda: schedules.get_all_schedules("report"),
    "schedules.delete_schedule": lambda: schedules.delete_schedule("nightly"),
    "schedules.pause_schedule": lambda: schedules.pause_schedule("nightly", "holidays"),
    "schedules.resume_schedule": lambda: schedules.resume_schedule("nightly"),
    "schedules.get_next_few_schedules": lambda: schedules.get_next_few_schedule_execution_times(
        "0 30 2 * * *", 1, 2, 3
    ),
    "schedules.pause_all_schedules": lambda: schedules.pause_all_schedules(),
    "schedules.resume_all_schedules": lambda: schedules.resume_all_schedules(),
    "schedules.requeue_all_execution_records": lambda: schedules.requeue_all_execution_records(),
    "schedules.set_scheduler_tags": lambda: schedules.set_scheduler_tags([tag], "nightly"),
    "schedules.get_scheduler_tags": lambda: schedules.get_scheduler_tags("nightly"),
    "schedules.delete_scheduler_tags": lambda: schedules.delete_scheduler_tags([tag], "nightly"),
    "integrations.save_integration_provider": lambda: integrations.save_integration("writer", provider),
    "integrations.get_integration_provider": lambda: integrations.get_integration("writer"),
    "integrations.delete_integration_provider": lambda: integrations.delete_integration("writer"),
    "integrations.save_integration_api": lambda: integrations.save_integration_api("writer", "small", model),
    "integrations.get_integration_api": lambda: integrations.get_integration_api("small", "writer"),
    "integrations.get_integration_apis": lambda: integrations.get_integration_apis("writer"),
    "integrations.delete_integration_api": lambda: integrations.delete_integration_api("small", "writer"),
    "integrations.get_integration_provider_defs": lambda: integrations.get_integration_provider_defs(),
    "integrations.get_integration_available_apis": lambda: integrations.get_integration_available_apis("writer"),
    "integrations.associate_prompt_with_integration": lambda: integrations.associate_prompt_with_integration(
        "writer", "small", "greeting"
    ),
    "integrations.get_prompts_with_integration": lambda: integrations.get_prompts_with_integration("writer", "small"),
    "integrations.get_token_usage_for_integration": lambda: integrations.get_token_usage_for_integration(
        "writer", "small"
    ),
    "integrations.get_token_usage_for_integration_provider": lambda: (
        integrations.get_token_usage_for_integration_provider("writer")
    ),
    "integrations.register_token_usage": lambda: integrations.integrationApi.register_token_usage(5, "writer", "small"),
    "integrations.get_provider_tags": lambda: integrations.get_tags_for_integration_provider("writer"),
    "integrations.get_integration_tags": lambda: integrations.get_tags_for_integration("writer", "small"),
    "prompts.save_prompt": lambda: prompts.save_prompt(
        "greeting", "Says hello", "Greet ${name}.", ["writer:small", "writer:large"]
    ),
    "prompts.get_prompt": lambda: prompts.get_prompt("greeting"),
    "prompts.get_prompts": lambda: prompts.get_prompts(),
    "prompts.delete_prompt": lambda: prompts.delete_prompt("greeting"),
    "prompts.test_prompt": lambda: prompts.test_prompt("Greet ${name}.", {"name": "Ada"}, "writer", "small", 0.1, 0.9),
    "prompts.get_prompt_tags": lambda: prompts.get_tags_for_prompt_template("greeting"),
    "prompts.set_prompt_tags": lambda: prompts.update_tag_for_prompt_template("greeting", [tag]),
    "prompts.delete_prompt_tags": lambda: prompts.delete_tag_for_prompt_template("greeting", [tag]),
    "service_registry.get_registered_services": lambda: registry.get_registered_services(),
    "service_registry.get_service": lambda: registry.get_service("stock"),
    "service_registry.add_or_update_service": lambda: registry.add_or_update_service(service),
    "service_registry.remove_service": lambda: registry.remove_service("stock"),
    "service_registry.open_circuit_breaker": lambda: registry.open_circuit_breaker("stock"),
    "service_registry.close_circuit_breaker": lambda: registry.close_circuit_breaker("stock"),
    "service_registry.get_circuit_breaker_status": lambda: registry.get_circuit_breaker_status("stock"),
    "service_registry.add_or_update_service_method": lambda: registry.add_or_update_method("stock", method),
    "service_registry.remove_method": lambda: registry.remove_method("stock", "Stock", "get", "GET"),
    "service_registry.get_proto_data": lambda: registry.get_proto_data("stock", "stock.proto"),
    "service_registry.set_proto_data": lambda: registry.set_proto_data("stock", "stock.proto", b"syntax"),
    "service_registry.delete_proto": lambda: registry.delete_proto("stock", "stock.proto"),
    "service_registry.get_all_protos": lambda: registry.get_all_protos("stock"),
    "service_registry.discover": lambda: registry.discover("stock", True),
    "service_registry.get_queue_sizes_for_all_tasks": lambda: registry.get_queue_sizes_for_all_tasks(),
    "secrets.put_secret": lambda: secrets.put_secret("key", "value"),
    "secrets.get_secret": lambda: secrets.get_secret("key"),
    "secrets.delete_secret": lambda: secrets.delete_secret("key"),
    "secrets.list_all_secret_names": lambda: secrets.list_all_secret_names(),
    "secrets.secret_exists": lambda: secrets.secret_exists("key"),
    "secrets.set_secret_tags": lambda: secrets.set_secret_tags([tag], "key"),
    "schemas.register_schema": lambda: schemas.register_schema(schema),
    "schemas.get_schema": lambda: schemas.get_schema("order", 1),
    "schemas.get_all_schemas": lambda: schemas.get_all_schemas(),
    "schemas.delete_schema": lambda: schemas.delete_schema("order", 1),
    "schemas.delete_schema_by_name": lambda: schemas.delete_schema_by_name("order"),
    "authorization.grant_permissions": lambda: authorization.grant_permissions(subject, target, access),
    "authorization.remove_permissions": lambda: authorization.remove_permissions(subject, target, access),
    "authorization.upsert_user": lambda: authorization.upsert_user(UpsertUserRequest("Ada", ["USER"], ["g"]), "ada"),
    "authorization.get_user": lambda: authorization.get_user("ada@example.com"),
    "authorization.list_users": lambda: authorization.list_users(True),
    "authorization.check_permissions": lambda: authorization.check_permissions("ada", "WORKFLOW_DEF", "orders"),
    "authorization.upsert_group": lambda: authorization.upsert_group(UpsertGroupRequest("d", ["USER"]), "g"),
    "authorization.add_user_to_group": lambda: authorization.add_user_to_group("g", "ada"),
    "authorization.add_users_to_group": lambda: authorization.add_users_to_group("g", ["ada", "bob"]),
    "applications.create_application": lambda: authorization.create_application(application),
    "applications.get_app_by_access_key_id": lambda: authorization.get_app_by_access_key_id("k"),
    "applications.add_application_role": lambda: authorization.add_role_to_application_user("a", "WORKER"),
    "applications.toggle_access_key_status": lambda: authorization.toggle_access_key_status("a", "k"),
    "applications.add_application_tags": lambda: authorization.set_application_tags([tag], "a"),
}

for name, call in CALLS.items():
    urllib.request.urlopen(urllib.request.Request(f"{ECHO}/__record/python/{name}", method="POST")).close()
    with contextlib.suppress(Exception):  # what it makes of an empty answer is of no interest here
        call()
