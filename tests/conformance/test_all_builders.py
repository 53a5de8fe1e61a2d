"""The definition of each builder registers on both servers, and one workflow of all that they can run completes."""

from __future__ import annotations

import asyncio

import pytest

from conductor_core import AsyncConductor, Conductor, Settings
from conductor_workflows import (
    CallMcpToolTask,
    ConductorEventTask,
    ConductorWorkflow,
    DoWhileTask,
    DynamicForkTask,
    DynamicTask,
    EmbeddingModel,
    EventTask,
    ForEachTask,
    ForkTask,
    GenerateAudioTask,
    GenerateImageTask,
    GetDocumentTask,
    HttpPollTask,
    HttpTask,
    HumanTask,
    InlineTask,
    JsonJQTask,
    KafkaPublishInput,
    KafkaPublishTask,
    ListMcpToolsTask,
    LlmChatCompleteTask,
    LlmGenerateEmbeddingsTask,
    LlmIndexDocumentTask,
    LlmIndexTextTask,
    LlmQueryEmbeddingsTask,
    LlmSearchEmbeddingsTask,
    LlmSearchIndexTask,
    LlmStoreEmbeddingsTask,
    LlmTextCompleteTask,
    LoopTask,
    PullWorkflowMessagesTask,
    SetVariableTask,
    SimpleTask,
    SqsEventTask,
    StartWorkflowTask,
    SubWorkflowTask,
    SwitchTask,
    TaskBuilder,
    TerminateTask,
    UpdateTask,
    WaitForWebhookTask,
    WaitTask,
    generate_do_while_task,
    generate_event_task,
    generate_fork_join_task,
    generate_http_task,
    generate_inline_task,
    generate_join_task,
    generate_jq_transform_task,
    generate_kafka_publish_task,
    generate_set_variable_task,
    generate_simple_task,
    generate_sub_workflow_task,
    generate_switch_task,
    generate_task,
    generate_terminate_task,
    generate_wait_task,
    generate_workflow,
)
from tests.conformance.flows.services import Site

PATIENCE = 90
MODEL = EmbeddingModel("openai", "small")


def inline(ref: str, script: str = "1") -> InlineTask:
    return InlineTask(ref, script)


BUILDERS: list[TaskBuilder] = [
    CallMcpToolTask("t", "http://localhost:1", "weather"),
    ConductorEventTask("t", "shipped"),
    DoWhileTask("t", "false", inline("a")),
    DynamicForkTask("t").from_lists("${workflow.input.tasks}", "${workflow.input.inputs}"),
    DynamicTask("${workflow.input.task}", "t"),
    EventTask("t", "conductor", "shipped"),
    ForEachTask("t", inline("a"), "${workflow.input.items}"),
    ForkTask("t", [inline("a"), inline("b")]),
    GenerateAudioTask("t", "openai", "m", text="hello"),
    GenerateImageTask("t", "openai", "m", "a cat"),
    GetDocumentTask("t", "http://localhost:1"),
    HttpPollTask("t", {"uri": "http://localhost:1", "terminationCondition": "true"}),
    HttpTask("t", {"uri": "http://localhost:1"}),
    HumanTask("t", "Check", "form", assignments=["ada"]),
    InlineTask("t", "1"),
    JsonJQTask("t", "."),
    KafkaPublishTask("t", KafkaPublishInput(bootstrap_servers="localhost:1", topic="orders")),
    ListMcpToolsTask("t", "http://localhost:1"),
    LlmChatCompleteTask("t", "openai", "m"),
    LlmGenerateEmbeddingsTask("t", "openai", "m", "words"),
    LlmIndexDocumentTask("t", "pineconedb", "i", MODEL, "http://localhost:1", "text/html"),
    LlmIndexTextTask("t", "pineconedb", "i", MODEL, "words", "d"),
    LlmQueryEmbeddingsTask("t", "pineconedb", "i", [0.5]),
    LlmSearchEmbeddingsTask("t", "pineconedb", "i", [0.5]),
    LlmSearchIndexTask("t", "pineconedb", "i", MODEL, "who"),
    LlmStoreEmbeddingsTask("t", "pineconedb", "i", [0.5]),
    LlmTextCompleteTask("t", "openai", "m", "p"),
    LoopTask("t", 2, inline("a")),
    PullWorkflowMessagesTask("t"),
    SetVariableTask("t", {"a": 1}),
    SimpleTask("charge", "t").timeouts(execution=30, response=20).retry_policy("FIXED", 1).rate_limit(5, 10),
    SqsEventTask("t", "q"),
    StartWorkflowTask("t", "other"),
    SubWorkflowTask("t", "other", 1),
    SwitchTask("t", "${workflow.input.way}", cases={"a": inline("a")}),
    TerminateTask("t", "COMPLETED"),
    UpdateTask("t", task_id="${workflow.input.task_id}"),
    WaitForWebhookTask("t", {"$['id']": "x"}),
    WaitTask("t", wait_for_seconds=1),
]


@pytest.mark.parametrize("builder", BUILDERS, ids=lambda builder: type(builder).__name__)
def test_the_definition_registers(builder: TaskBuilder, conductor_settings: Settings) -> None:
    flow = ConductorWorkflow(name=f"registers_{type(builder).__name__}")
    flow >>= builder
    with Conductor(conductor_settings) as conductor:
        flow.register(conductor)
        stored = conductor.metadata.get_workflow_def(flow.name)
        flow.unregister(conductor)
    sent = flow.to_workflow_def().tasks[0].to_wire()
    kept = stored.tasks[0].to_wire()
    assert {name: kept.get(name) for name in ("taskReferenceName", "type", "inputParameters")} == {
        name: sent.get(name) for name in ("taskReferenceName", "type", "inputParameters")
    }


SAMPLES = [
    generate_simple_task,
    generate_http_task,
    generate_inline_task,
    generate_switch_task,
    generate_do_while_task,
    generate_fork_join_task,
    generate_join_task,
    generate_event_task,
    generate_jq_transform_task,
    generate_kafka_publish_task,
    generate_sub_workflow_task,
    generate_set_variable_task,
    generate_terminate_task,
    generate_wait_task,
]


def test_a_workflow_of_all_samples_is_taken(conductor_settings: Settings) -> None:
    """Each sample is valid as it is, and so is each with other fields, and one of any type."""
    tasks = [make(**fields) for make in SAMPLES for fields in ({}, {"description": "another"})]
    flow = generate_workflow(tasks=[*tasks, generate_task("NOOP")], owner_email="t@example.com")
    with Conductor(conductor_settings) as conductor:
        conductor.metadata.register_workflow_def(flow)
        stored = conductor.metadata.get_workflow_def(flow.name)
        conductor.metadata.unregister_workflow(flow.name, flow.version or 1)
    assert [(task.type, task.task_reference_name) for task in stored.tasks] == [
        (task.type, task.task_reference_name) for task in flow.tasks
    ]


def everything(url: str) -> ConductorWorkflow:
    """A workflow with each type of task that a server without further services runs."""
    flow = ConductorWorkflow(name="all_builders", description="All that runs without workers and other services.")
    plan = inline(
        "plan",
        """({
            tasks: [{name: 'd1', taskReferenceName: 'd1', type: 'INLINE'}, {name: 'd2', taskReferenceName: 'd2', type: 'INLINE'}],
            inputs: {
                d1: {evaluatorType: 'graaljs', expression: '10'},
                d2: {evaluatorType: 'graaljs', expression: '20'}
            },
            words: ['a', 'b', 'c']
        })""",
    )
    flow >>= plan
    called = HttpTask("called", {"uri": f"{url}/json"})
    total = JsonJQTask("total", "[.numbers[]] | add", {"numbers": [1, 2, 3]})
    flow >>= [called, [total, SwitchTask("big", total.result(), cases={"6": inline("six", "'yes'")})]]
    dynamic = DynamicForkTask("dynamic").from_lists(plan.output("tasks"), plan.output("inputs"))
    flow >>= dynamic
    loop = LoopTask("rounds", 3, InlineTask("again", "$.n * 2", {"n": "${rounds.output.iteration}"}))
    word = "${each.output.loopItem}"
    words = ForEachTask("each", InlineTask("said", "$.word + '!'", {"word": word}), plan.output("words"))
    flow >>= loop
    flow >>= words
    flow >>= DynamicTask("INLINE", "chosen", inputs={"evaluatorType": "graaljs", "expression": "42"})
    flow >>= ConductorEventTask("sent", "all_builders_done", inputs={"a": 1})
    started = StartWorkflowTask("started", "all_builders_child", {"n": 1})
    flow >>= started
    flow >>= SubWorkflowTask("child", "all_builders_child", inputs={"n": 4})
    flow >>= WaitTask("pause", wait_for_seconds=1)
    flow >>= SetVariableTask("keep", {"kept": total.result()})
    return flow.output_parameters(
        {
            "status": called.status_code(),
            "dynamic": dynamic.join.output("d2.result"),
            "rounds": "${rounds.output.3.again.result}",
            "words": "${each.output.3.said.result}",
            "chosen": "${chosen.output.result}",
            "child": "${child.output.n}",
            "kept": flow.variable("kept"),
        }
    )


async def test_all_that_runs_without_workers(conductor_settings: Settings) -> None:
    if conductor_settings.transport == "embedded":
        pytest.importorskip("jq", reason="the library jq has no wheels for Windows")
    site = Site()
    server = await asyncio.start_server(site.answer, "127.0.0.1", 0)
    async with server:
        await _run_everything(conductor_settings, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    assert site.seen


async def _run_everything(settings: Settings, url: str) -> None:
    child = ConductorWorkflow(name="all_builders_child")
    child >>= inline("one")
    child.output_parameters({"n": child.input("n")})
    flow = everything(url)
    async with AsyncConductor(settings) as conductor:
        await child.register(conductor)
        await flow.register(conductor)
        workflow_id = await flow.start(conductor)
        run = await conductor.workflows.wait_for_workflow(workflow_id, timeout=PATIENCE)
    assert (run.status, run.reason_for_incompletion) == ("COMPLETED", None)
    assert run.output == {
        "status": 200,
        "dynamic": 20,
        "rounds": 6,
        "words": "c!",
        "chosen": 42,
        "child": 4,
        "kept": 6,
    }
