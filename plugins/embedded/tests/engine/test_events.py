"""Event handlers of the engine: each message acts once, also when its handler comes later or the process ends between."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conductor_embedded.errors import InternalError
from plugins.embedded.tests.engine.workbench import Lab

if TYPE_CHECKING:
    from pathlib import Path

    from plugins.embedded.tests.engine.workbench import Document

EVENT = "conductor:sender:tell"


def _sender(lab: Lab, *more: Document, **inputs: object) -> str:
    tell = lab.define.task("EVENT", "tell", sink="conductor", inputParameters=inputs)
    return lab.start(tell, *more, name="sender")


def _handle(lab: Lab, kind: str, details: Document, name: str = "h", **fields: object) -> None:
    action: Document = {"action": kind, kind: details}
    lab.engine.add_event_handler({"name": name, "event": EVENT, "active": True, "actions": [action], **fields})
    lab.engine.run_due()


def _define(lab: Lab, name: str, *tasks: Document) -> None:
    lab.engine.create_workflow_def(lab.define.workflow(*tasks, name=name))


def _executions(lab: Lab, name: str) -> list[Document]:
    page: Document = lab.engine.search_workflows_v2(f"workflowType = {name}")
    found: list[Document] = page["results"]
    return found


def test_a_handler_starts_a_workflow(lab: Lab) -> None:
    _define(lab, "other", lab.define.simple("x"))
    details: Document = {"name": "other", "input": {"n": "${n}"}, "correlationId": "c-${n}", "taskToDomain": {"x": "d"}}
    _handle(lab, "start_workflow", details)
    sender = _sender(lab, n=7)
    (started,) = _executions(lab, "other")
    task_id = lab.task(sender, "tell")["taskId"]
    origin = {"conductor.event.messageId": task_id, "conductor.event.name": EVENT}
    assert started["input"] == {"n": 7, **origin}
    assert (started["correlationId"], started["taskToDomain"], started["event"]) == ("c-7", {"x": "d"}, EVENT)


async def test_a_handler_ends_tasks_of_a_loop_by_their_plain_name(lab: Lab) -> None:
    waiting = lab.start(lab.define.loop("loop", 1, lab.define.wait("w")), name="waiting")
    _handle(lab, "complete_task", {"workflowId": waiting, "taskRefName": "w", "output": {"n": "${n}"}})
    _sender(lab, n=7)
    assert lab.status(waiting) == "COMPLETED"
    assert lab.task(waiting, "w__1")["outputData"]["n"] == 7


def test_a_handler_terminates_an_execution(lab: Lab) -> None:
    waiting = lab.start(lab.define.wait("w"), name="waiting")
    _handle(lab, "terminate_workflow", {"workflowId": "${who}", "terminationReason": "heard ${n}"})
    _sender(lab, who=waiting, n=7)
    found = lab.workflow(waiting)
    assert (found["status"], found["reasonForIncompletion"]) == ("TERMINATED", "heard 7")


def test_a_handler_sets_variables(lab: Lab) -> None:
    waiting = lab.start(lab.define.wait("w"), name="waiting", variables={"list": [1], "kept": True})
    details: Document = {"workflowId": waiting, "variables": {"list": "${more}", "n": "${n}"}}
    _handle(lab, "update_workflow_variables", {**details, "appendArray": True})
    _sender(lab, more=[2, 3], n=7)
    assert lab.workflow(waiting)["variables"] == {"list": [1, 2, 3], "kept": True, "n": 7}


def test_an_action_that_fails_leaves_the_others_alone(lab: Lab, caplog: pytest.LogCaptureFixture) -> None:
    waiting = lab.start(lab.define.wait("w"), name="waiting")
    _handle(lab, "start_workflow", {"name": "nobody"}, "first")
    _handle(lab, "start_agent", {}, "second")
    _handle(lab, "complete_task", {"taskId": "nobody"}, "third")
    _handle(lab, "update_workflow_variables", {"variables": {"n": 1}}, "fourth")
    _handle(lab, "complete_task", {"workflowId": waiting, "taskRefName": "w"}, "fifth")
    _sender(lab)
    assert lab.status(waiting) == "COMPLETED"
    said = [record.getMessage() for record in caplog.records]
    assert [text.split()[2] for text in said] == ["first", "fourth", "second", "third"]


@pytest.mark.parametrize(
    ("fields", "applies"),
    [
        ({"condition": "$.n > 5"}, True),
        ({"condition": "$.n > 50"}, False),
        ({"condition": "$.json.deep == 1"}, True),
        ({"condition": "$.broken.x"}, False),
        ({"condition": "$.n > 5", "evaluatorType": "nobody"}, True),
        ({"condition": "n", "evaluatorType": "value-param"}, True),
        ({"active": False}, False),
        ({"event": "conductor:sender:other"}, False),
    ],
)
def test_conditions(lab: Lab, fields: Document, *, applies: bool) -> None:
    _define(lab, "other", lab.define.simple("x"))
    _handle(lab, "start_workflow", {"name": "other"}, **fields)
    _sender(lab, n=7, json='{"deep": 1}')
    assert len(_executions(lab, "other")) == applies


def test_messages_wait_for_an_active_handler(lab: Lab) -> None:
    _define(lab, "other", lab.define.simple("x"))
    details: Document = {"name": "other", "input": {"n": "${n}"}}
    for n in range(3):
        _sender(lab, n=n)
    _handle(lab, "start_workflow", details, active=False)
    assert _executions(lab, "other") == []
    (handler,) = lab.engine.event_handlers()
    lab.engine.update_event_handler({**handler, "active": True})
    assert [each["input"]["n"] for each in _executions(lab, "other")] == [0, 1, 2]
    lab.engine.update_event_handler(handler | {"active": True})
    assert len(_executions(lab, "other")) == 3


def test_a_rehearsal_tells_nobody(lab: Lab) -> None:
    _define(lab, "other", lab.define.simple("x"))
    _handle(lab, "start_workflow", {"name": "other"})
    tell = lab.define.task("EVENT", "tell", sink="conductor")
    request: Document = {"name": "sender", "workflowDef": lab.define.workflow(tell, name="sender")}
    lab.engine.rehearse_workflow({**request, "taskRefToMockOutput": {}})
    lab.engine.run_due()
    assert _executions(lab, "other") == []


async def test_handlers_and_messages_outlive_the_process(tmp_path: Path) -> None:
    path = str(tmp_path / "engine.db")
    first = Lab(path)
    _define(first, "other", first.define.simple("x"))
    _sender(first, n=1)
    tell = first.define.task("EVENT", "tell", sink="conductor")
    first.engine.create_workflow_def(first.define.workflow(tell, name="sender"), overwrite=True)
    first.engine.start_workflow({"name": "sender"})  # its message is still an effect that nobody has done
    await first.engine.stop()
    second = Lab(path, seed=2)
    _handle(second, "start_workflow", {"name": "other"})
    second.engine.run_due()
    assert len(_executions(second, "other")) == 2
    await second.engine.stop()
    third = Lab(path, seed=3)
    third.engine.run_due()
    assert [each["name"] for each in third.engine.event_handlers(EVENT)] == ["h"]
    assert len(_executions(third, "other")) == 2
    await third.engine.stop()


def test_names_of_handlers(lab: Lab) -> None:
    _handle(lab, "start_workflow", {"name": "other"})
    with pytest.raises(InternalError, match="EventHandler with name h already exists!"):
        _handle(lab, "start_workflow", {"name": "other"})
    lab.engine.remove_event_handler("h")
    with pytest.raises(InternalError, match="EventHandler with name h not found!"):
        lab.engine.remove_event_handler("h")
