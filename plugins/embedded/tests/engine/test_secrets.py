"""Secrets reach whoever takes or runs a task, and no document."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from conductor_embedded._secrets import Secrets
from plugins.embedded.tests.engine.workbench import Lab

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from plugins.embedded.tests.engine.workbench import Document

SECRETS = Secrets({"CONDUCTOR_SECRET_token": "hunter2", "CONDUCTOR_SECRET_db": json.dumps({"user": {"name": "ada"}})})
TOKEN = "${workflow.secrets.token}"


@pytest.fixture
async def keeper() -> AsyncIterator[Lab]:
    """A lab whose engine knows secrets."""
    made = Lab(secrets=SECRETS)
    yield made
    await made.engine.stop()


def test_references_are_filled_in() -> None:
    given: Document = {
        "whole": TOKEN,
        "mixed": f"Bearer {TOKEN}",
        "deep": [{"x": TOKEN}],
        "none": "${workflow.input.x}",
    }
    filled = SECRETS.fill(given)
    assert filled == {"whole": "hunter2", "mixed": "Bearer hunter2", "deep": [{"x": "hunter2"}], "none": given["none"]}
    assert given["whole"] == TOKEN


@pytest.mark.parametrize(
    ("reference", "value"),
    [
        ("db.user.name", "ada"),
        ("db.user", {"name": "ada"}),
        ("db.nobody", None),
        ("token.x", None),
        ("nobody", None),
    ],
)
def test_a_part_of_a_secret(reference: str, value: object) -> None:
    assert SECRETS.fill({"x": f"${{workflow.secrets.{reference}}}"}) == {"x": value}


def test_a_document_without_secrets_is_not_copied() -> None:
    given: Document = {"a": [1, {"b": "text"}]}
    assert SECRETS.fill(given) is given


def test_secrets_are_not_part_of_a_repr() -> None:
    assert "hunter2" not in repr(SECRETS)


async def test_a_worker_gets_the_secret_and_the_execution_keeps_the_expression(keeper: Lab) -> None:
    workflow_id = keeper.start(keeper.define.simple("a", inputParameters={"key": TOKEN}))
    task = await keeper.poll("a")
    assert task["inputData"] == {"key": "hunter2"}
    keeper.report(task)
    assert "hunter2" not in json.dumps(keeper.workflow(workflow_id))


async def test_the_next_task_of_an_update_has_its_secrets_too(keeper: Lab) -> None:
    for _ in range(2):
        keeper.start(keeper.define.simple("a", inputParameters={"key": TOKEN}))
    task = await keeper.poll("a")
    ids = {"taskId": task["taskId"], "workflowInstanceId": task["workflowInstanceId"]}
    following = await keeper.engine.update_task_v2({**ids, "status": "COMPLETED"})
    assert following is not None
    assert following["inputData"] == {"key": "hunter2"}


async def test_tasks_of_the_engine_see_the_secret(keeper: Lab) -> None:
    script = keeper.define.task("INLINE", "i", inputParameters={"expression": "$.key.length", "key": TOKEN})
    workflow_id = keeper.start(script)
    task = keeper.task(workflow_id, "i")
    assert (task["outputData"], task["inputData"]["key"]) == ({"result": 7}, TOKEN)


async def test_a_child_gets_the_secret(keeper: Lab) -> None:
    keeper.engine.create_workflow_def(keeper.define.workflow(keeper.define.simple("x"), name="child"))
    workflow_id = keeper.start(keeper.define.child("c", "child", key=TOKEN))
    task = keeper.task(workflow_id, "c")
    assert task["inputData"]["workflowInput"] == {"key": TOKEN}
    assert keeper.workflow(task["subWorkflowId"])["input"] == {"key": "hunter2"}
