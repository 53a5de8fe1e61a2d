"""The builders as functions: all 41 names of the official libraries, and what they return."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import conductor_workflows
from conductor_workflows import (
    ConductorEventTask,
    DoWhileTask,
    DynamicForkTask,
    DynamicTask,
    EventTask,
    ForkTask,
    GetDocumentTask,
    HttpPollTask,
    HttpTask,
    HumanTask,
    InlineTask,
    JoinTask,
    JsonJQTask,
    KafkaPublishTask,
    LoopTask,
    SetVariableTask,
    SimpleTask,
    SqsEventTask,
    StartWorkflowTask,
    SubWorkflowTask,
    SwitchTask,
    TerminateTask,
    WaitForWebhookTask,
    WaitTask,
    conductor_event_task,
    do_while_task,
    dynamic_fork_task,
    dynamic_task,
    event_task,
    fork_task,
    fork_task_join,
    get_document_task,
    http_poll_task,
    http_task,
    human_task,
    inline_task,
    join_task,
    json_jq_task,
    kafka_publish_task,
    loop_task,
    set_variable_task,
    simple_task,
    sqs_event_task,
    start_workflow_task,
    sub_workflow_task,
    switch_task,
    task_definition,
    terminate_task,
    wait_for_webhook_task,
    wait_task_duration,
    wait_task_until,
    workflow,
)

if TYPE_CHECKING:
    from conductor_workflows import TaskBuilder

ONE = InlineTask("one", "1")
TWO = InlineTask("two", "2")
RECORD = {"topic": "t", "bootStrapServers": "b"}

PAIRS: dict[str, tuple[TaskBuilder, TaskBuilder]] = {
    "simple_task": (
        simple_task("t", "charge", {"a": 1}, optional=True),
        SimpleTask("charge", "t", inputs={"a": 1}, optional=True),
    ),
    "http_task": (http_task("t", {"uri": "u"}, async_complete=True), HttpTask("t", {"uri": "u"}, async_complete=True)),
    "http_poll_task": (
        http_poll_task("t", {"uri": "u", "terminationCondition": "x"}),
        HttpPollTask("t", {"uri": "u", "terminationCondition": "x"}),
    ),
    "inline_task": (
        inline_task("t", "1", "javascript", {"a": 1}),
        InlineTask("t", "1", {"a": 1}, evaluator_type="javascript"),
    ),
    "sub_workflow_task": (
        sub_workflow_task("t", "w", 2, {"a": "d"}, inputs={"x": 1}),
        SubWorkflowTask("t", "w", 2, {"a": "d"}, inputs={"x": 1}),
    ),
    "switch_task": (
        switch_task("t", "${x}", {"a": ONE}, TWO),
        SwitchTask("t", "${x}", cases={"a": ONE, None: TWO}),
    ),
    "fork_task": (fork_task("t", [ONE, TWO]), ForkTask("t", [ONE, TWO])),
    "fork_task_join": (fork_task_join("t", [ONE, TWO], ["one"]), ForkTask("t", [ONE, TWO], ["one"])),
    "join_task": (join_task("t", ["a"], "s"), JoinTask("t", ["a"], "s")),
    "dynamic_task": (dynamic_task("t", "${x}", inputs={"a": 1}), DynamicTask("${x}", "t", inputs={"a": 1})),
    "dynamic_fork_task": (dynamic_fork_task("t", "${a}", "${b}"), DynamicForkTask("t").from_lists("${a}", "${b}")),
    "do_while_task": (do_while_task("t", "c", ONE, keep_last=1), DoWhileTask("t", "c", ONE, keep_last=1)),
    "loop_task": (loop_task("t", 2, [ONE, TWO]), LoopTask("t", 2, [ONE, TWO])),
    "wait_task_duration": (wait_task_duration("t", 5), WaitTask("t", wait_for_seconds=5)),
    "wait_task_until": (wait_task_until("t", "2026-01-31 00:00 UTC"), WaitTask("t", "2026-01-31 00:00 UTC")),
    "wait_for_webhook_task": (wait_for_webhook_task("t", {"a": 1}), WaitForWebhookTask("t", {"a": 1})),
    "set_variable_task": (set_variable_task("t", {"a": 1}), SetVariableTask("t", {"a": 1})),
    "terminate_task": (terminate_task("t", "FAILED", "why"), TerminateTask("t", "FAILED", "why")),
    "event_task": (event_task("t", "amqp", "q", inputs={"a": 1}), EventTask("t", "amqp", "q", inputs={"a": 1})),
    "sqs_event_task": (sqs_event_task("t", "q"), SqsEventTask("t", "q")),
    "conductor_event_task": (conductor_event_task("t", "e"), ConductorEventTask("t", "e")),
    "human_task": (
        human_task("t", display_name="n", form_template="f", assignments=["ada"]),
        HumanTask("t", "n", "f", assignments=["ada"]),
    ),
    "start_workflow_task": (
        start_workflow_task("t", "w", {"a": 1}, 2, "c"),
        StartWorkflowTask("t", "w", {"a": 1}, 2, "c"),
    ),
    "kafka_publish_task": (kafka_publish_task("t", RECORD), KafkaPublishTask("t", RECORD)),
    "json_jq_task": (json_jq_task("t", ".", {"a": 1}), JsonJQTask("t", ".", {"a": 1})),
    "get_document_task": (get_document_task("t", "u", "m"), GetDocumentTask("t", "u", "m")),
}
LLM = {
    "call_mcp_tool_task": "CallMcpToolTask",
    "generate_audio_task": "GenerateAudioTask",
    "generate_image_task": "GenerateImageTask",
    "list_mcp_tools_task": "ListMcpToolsTask",
    "llm_chat_complete_task": "LlmChatCompleteTask",
    "llm_generate_embeddings_task": "LlmGenerateEmbeddingsTask",
    "llm_index_document_task": "LlmIndexDocumentTask",
    "llm_index_text_task": "LlmIndexTextTask",
    "llm_query_embeddings_task": "LlmQueryEmbeddingsTask",
    "llm_search_embeddings_task": "LlmSearchEmbeddingsTask",
    "llm_search_index_task": "LlmSearchIndexTask",
    "llm_store_embeddings_task": "LlmStoreEmbeddingsTask",
    "llm_text_complete_task": "LlmTextCompleteTask",
}
OF_OFFICIAL_LIBRARIES = 41


@pytest.mark.parametrize("name", PAIRS)
def test_a_function_returns_what_its_class_makes(name: str) -> None:
    ours, theirs = PAIRS[name]
    assert type(ours) is type(theirs)
    assert ours.to_workflow_task().to_wire() == theirs.to_workflow_task().to_wire()


@pytest.mark.parametrize("name", LLM)
def test_model_tasks_have_both_names(name: str) -> None:
    assert getattr(conductor_workflows, name) is getattr(conductor_workflows, LLM[name])


def test_no_name_of_the_official_libraries_is_missing() -> None:
    with_copies = {"with_prompt_variable", "with_prompt_variables"}
    assert len(PAIRS | LLM) + len(with_copies) == OF_OFFICIAL_LIBRARIES
    assert with_copies <= set(conductor_workflows.__all__)


def test_a_workflow_in_one_call() -> None:
    definition = workflow("orders", [ONE, TWO])
    assert (definition.name, definition.version, definition.schema_version) == ("orders", 1, 2)
    assert [task.task_reference_name for task in definition.tasks] == ["one", "two"]
    assert (definition.input_parameters, definition.output_parameters) == ([], {})


def test_a_task_definition_in_one_call() -> None:
    definition = task_definition("charge", retry_count=1)
    assert (definition.name, definition.retry_count, definition.retry_delay_seconds) == ("charge", 1, 60)
    assert (definition.timeout_seconds, definition.response_timeout_seconds) == (3600, 600)
