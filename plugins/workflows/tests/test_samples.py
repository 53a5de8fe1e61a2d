"""Sample tasks of every type."""

from __future__ import annotations

import pytest

from conductor_workflows import (
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

SAMPLES = {
    "DO_WHILE": generate_do_while_task,
    "EVENT": generate_event_task,
    "FORK_JOIN": generate_fork_join_task,
    "HTTP": generate_http_task,
    "INLINE": generate_inline_task,
    "JOIN": generate_join_task,
    "JSON_JQ_TRANSFORM": generate_jq_transform_task,
    "KAFKA_PUBLISH": generate_kafka_publish_task,
    "SET_VARIABLE": generate_set_variable_task,
    "SIMPLE": generate_simple_task,
    "SUB_WORKFLOW": generate_sub_workflow_task,
    "SWITCH": generate_switch_task,
    "TERMINATE": generate_terminate_task,
    "WAIT": generate_wait_task,
}


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_sample_is_of_its_type_and_takes_other_fields(kind: str) -> None:
    first, second = SAMPLES[kind](), SAMPLES[kind](optional=True, name="mine")
    assert first.type == kind
    assert first.task_reference_name != second.task_reference_name
    assert (second.optional, second.name, second.type) == (True, "mine", kind)


def test_a_sample_of_any_type() -> None:
    sample = generate_task("HTTP_POLL", input_parameters={"a": 1})
    assert (sample.type, sample.input_parameters) == ("HTTP_POLL", {"a": 1})


def test_a_workflow_of_samples() -> None:
    sample = generate_workflow(tasks=[generate_inline_task(), generate_wait_task()], description="d")
    assert [task.type for task in sample.tasks] == ["INLINE", "WAIT"]
    assert sample.description == "d"
    assert len(generate_workflow().tasks) == 1
