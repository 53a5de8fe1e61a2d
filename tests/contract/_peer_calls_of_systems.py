"""The rest of our side of the recorded requests: schedules, events, integrations, prompts, services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conductor_events import ActionType, ConnectivityTestInput, EventAction, EventHandler
from conductor_integrations import IntegrationApiUpdate, IntegrationCategory, IntegrationUpdate
from conductor_prompts import PromptTemplateTestRequest
from conductor_schedules import SaveScheduleRequest, StartWorkflowRequest
from conductor_service_registry import ServiceMethod, ServiceRegistry, ServiceType
from tests.contract._peer_calls import TAG

if TYPE_CHECKING:
    from tests.contract._peer_calls import Calls

SCHEDULE: Final = SaveScheduleRequest(
    name="nightly", cron_expression="0 30 2 * * *", start_workflow_request=StartWorkflowRequest(name="report")
)
SHIP: Final = EventAction(action=ActionType.START_WORKFLOW, start_workflow=StartWorkflowRequest(name="ship"))
HANDLER: Final = EventHandler(name="paid", event="kafka:orders", active=True, actions=[SHIP])
PROVIDER: Final = IntegrationUpdate(
    category=IntegrationCategory.AI_MODEL, type="openai", configuration={"api_key": "k"}, enabled=True
)
PROMPT: Final = PromptTemplateTestRequest(
    prompt="Greet ${name}.", prompt_variables={"name": "Ada"}, llm_provider="writer", model="small"
)
SERVICE: Final = ServiceRegistry(name="stock", type=ServiceType.HTTP, service_uri="http://stock.test")
METHOD: Final = ServiceMethod(operation_name="get", method_name="/stock", method_type="GET")

SCHEDULES: Final[Calls] = {
    "schedules.save_schedule": lambda c: c.schedules.save_schedule(SCHEDULE),
    "schedules.get_schedule": lambda c: c.schedules.get_schedule("nightly"),
    "schedules.get_all_schedules": lambda c: c.schedules.get_all_schedules("report"),
    "schedules.delete_schedule": lambda c: c.schedules.delete_schedule("nightly"),
    "schedules.pause_schedule": lambda c: c.schedules.pause_schedule("nightly", "holidays"),
    "schedules.resume_schedule": lambda c: c.schedules.resume_schedule("nightly"),
    "schedules.search_schedule_executions": lambda c: c.schedules.search_schedule_executions(
        "scheduleName='nightly'", size=10, sort="startTime:DESC"
    ),
    "schedules.get_next_few_schedules": lambda c: c.schedules.get_next_few_schedules(
        "0 30 2 * * *", start=1, end=2, limit=3
    ),
    "schedules.pause_all_schedules": lambda c: c.schedules.pause_all_schedules(),
    "schedules.resume_all_schedules": lambda c: c.schedules.resume_all_schedules(),
    "schedules.requeue_all_execution_records": lambda c: c.schedules.requeue_all_execution_records(),
    "schedules.set_scheduler_tags": lambda c: c.schedules.set_scheduler_tags([TAG], "nightly"),
    "schedules.get_scheduler_tags": lambda c: c.schedules.get_scheduler_tags("nightly"),
    "schedules.delete_scheduler_tags": lambda c: c.schedules.delete_scheduler_tags([TAG], "nightly"),
}

EVENTS: Final[Calls] = {
    "events.get_all_event_handlers": lambda c: c.events.get_all_event_handlers(),
    "events.add_event_handler": lambda c: c.events.add_event_handler(HANDLER),
    "events.add_event_handlers": lambda c: c.events.add_event_handlers([HANDLER]),
    "events.update_event_handler": lambda c: c.events.update_event_handler(HANDLER),
    "events.handle_incoming_event": lambda c: c.events.handle_incoming_event({"event": "x"}),
    "events.get_event_handler_by_name": lambda c: c.events.get_event_handler_by_name("paid"),
    "events.get_event_handlers_for_event": lambda c: c.events.get_event_handlers_for_event(
        "kafka:orders", active_only=False
    ),
    "events.remove_event_handler": lambda c: c.events.remove_event_handler("paid"),
    "events.get_all_queue_configs": lambda c: c.events.get_all_queue_configs(),
    "events.get_queue_config": lambda c: c.events.get_queue_config("kafka", "orders"),
    "events.put_queue_config": lambda c: c.events.put_queue_config("kafka", "orders", '{"topic":"orders"}'),
    "events.delete_queue_config": lambda c: c.events.delete_queue_config("kafka", "orders"),
    "events.test_connectivity": lambda c: c.events.test_connectivity(
        ConnectivityTestInput(sink="kafka:orders", input={"a": 1})
    ),
    "events.get_tags_for_event_handler": lambda c: c.events.get_tags_for_event_handler("paid"),
    "events.put_tag_for_event_handler": lambda c: c.events.put_tag_for_event_handler("paid", [TAG]),
    "events.delete_tags_for_event_handler": lambda c: c.events.delete_tags_for_event_handler("paid", [TAG]),
    "events.delete_tag_for_event_handler": lambda c: c.events.delete_tag_for_event_handler("paid", TAG),
    "events.get_all_active_event_handlers": lambda c: c.events.get_all_active_event_handlers(),
    "events.get_event_executions": lambda c: c.events.get_event_executions("paid", 5),
    "events.get_event_handlers_with_stats": lambda c: c.events.get_event_handlers_with_stats(5),
    "events.get_event_messages": lambda c: c.events.get_event_messages("kafka:orders", 5),
    "events.test": lambda c: c.events.test(),
}

INTEGRATIONS: Final[Calls] = {
    "integrations.save_integration_provider": lambda c: c.integrations.save_integration_provider("writer", PROVIDER),
    "integrations.get_integration_provider": lambda c: c.integrations.get_integration_provider("writer"),
    "integrations.get_integration_providers": lambda c: c.integrations.get_integration_providers(),
    "integrations.delete_integration_provider": lambda c: c.integrations.delete_integration_provider("writer"),
    "integrations.save_integration_api": lambda c: c.integrations.save_integration_api(
        "writer", "small", IntegrationApiUpdate(description="d", enabled=True)
    ),
    "integrations.get_integration_api": lambda c: c.integrations.get_integration_api("writer", "small"),
    "integrations.get_integration_apis": lambda c: c.integrations.get_integration_apis("writer"),
    "integrations.delete_integration_api": lambda c: c.integrations.delete_integration_api("writer", "small"),
    "integrations.get_integrations": lambda c: c.integrations.get_integrations(
        category=IntegrationCategory.AI_MODEL, active_only=True
    ),
    "integrations.get_integration_provider_defs": lambda c: c.integrations.get_integration_provider_defs(),
    "integrations.get_providers_and_integrations": lambda c: c.integrations.get_providers_and_integrations(
        type="openai", active_only=True
    ),
    "integrations.get_integration_available_apis": lambda c: c.integrations.get_integration_available_apis("writer"),
    "integrations.associate_prompt_with_integration": lambda c: c.integrations.associate_prompt_with_integration(
        "writer", "small", "greeting"
    ),
    "integrations.get_prompts_with_integration": lambda c: c.integrations.get_prompts_with_integration(
        "writer", "small"
    ),
    "integrations.set_integration_tags": lambda c: c.integrations.set_integration_tags("writer", "small", [TAG]),
    "integrations.get_integration_tags": lambda c: c.integrations.get_integration_tags("writer", "small"),
    "integrations.delete_integration_tags": lambda c: c.integrations.delete_integration_tags("writer", "small", [TAG]),
    "integrations.set_provider_tags": lambda c: c.integrations.set_provider_tags("writer", [TAG]),
    "integrations.get_provider_tags": lambda c: c.integrations.get_provider_tags("writer"),
    "integrations.delete_provider_tags": lambda c: c.integrations.delete_provider_tags("writer", [TAG]),
    "integrations.get_token_usage_for_integration": lambda c: c.integrations.get_token_usage_for_integration(
        "writer", "small"
    ),
    "integrations.get_token_usage_for_integration_provider": lambda c: (
        c.integrations.get_token_usage_for_integration_provider("writer")
    ),
    "integrations.register_token_usage": lambda c: c.integrations.register_token_usage("writer", "small", 5),
}

PROMPTS: Final[Calls] = {
    "prompts.save_prompt": lambda c: c.prompts.save_prompt(
        "greeting", "Says hello", "Greet ${name}.", ["writer:small", "writer:large"]
    ),
    "prompts.update_prompt": lambda c: c.prompts.update_prompt(
        "greeting", "Says hello", "Greet ${name}.", ["writer:small"]
    ),
    "prompts.get_prompt": lambda c: c.prompts.get_prompt("greeting"),
    "prompts.get_prompts": lambda c: c.prompts.get_prompts(),
    "prompts.delete_prompt": lambda c: c.prompts.delete_prompt("greeting"),
    "prompts.test_prompt": lambda c: c.prompts.test_prompt(PROMPT),
    "prompts.get_prompt_tags": lambda c: c.prompts.get_prompt_tags("greeting"),
    "prompts.set_prompt_tags": lambda c: c.prompts.set_prompt_tags("greeting", [TAG]),
    "prompts.delete_prompt_tags": lambda c: c.prompts.delete_prompt_tags("greeting", [TAG]),
}

SERVICES: Final[Calls] = {
    "service_registry.get_registered_services": lambda c: c.service_registry.get_registered_services(),
    "service_registry.get_service": lambda c: c.service_registry.get_service("stock"),
    "service_registry.add_or_update_service": lambda c: c.service_registry.add_or_update_service(SERVICE),
    "service_registry.remove_service": lambda c: c.service_registry.remove_service("stock"),
    "service_registry.open_circuit_breaker": lambda c: c.service_registry.open_circuit_breaker("stock"),
    "service_registry.close_circuit_breaker": lambda c: c.service_registry.close_circuit_breaker("stock"),
    "service_registry.get_circuit_breaker_status": lambda c: c.service_registry.get_circuit_breaker_status("stock"),
    "service_registry.add_or_update_service_method": lambda c: c.service_registry.add_or_update_service_method(
        "stock", METHOD
    ),
    "service_registry.remove_method": lambda c: c.service_registry.remove_method("stock", "Stock", "get", "GET"),
    "service_registry.get_proto_data": lambda c: c.service_registry.get_proto_data("stock", "stock.proto"),
    "service_registry.set_proto_data": lambda c: c.service_registry.set_proto_data("stock", "stock.proto", b"syntax"),
    "service_registry.delete_proto": lambda c: c.service_registry.delete_proto("stock", "stock.proto"),
    "service_registry.get_all_protos": lambda c: c.service_registry.get_all_protos("stock"),
    "service_registry.discover": lambda c: c.service_registry.discover("stock", create=True),
    "service_registry.get_queue_sizes_for_all_tasks": lambda c: c.service_registry.get_queue_sizes_for_all_tasks(),
}
