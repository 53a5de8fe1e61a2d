"""`conductor human inbox` as a process of its own, at a real pseudo-terminal, against `conductor server`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import Conductor, get, post
from conductor_human_tasks import HumanTaskEntry, HumanTaskSearch, HumanTaskTemplate
from plugins.human_tasks.tests.workbench import FORM, turn
from tests._support.embedded_server import embedded_server
from tests._support.terminals import END_OF_INPUT, INTERRUPT, PseudoTerminal, pseudo_terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminals of this kind", allow_module_level=True)

PROGRAM = str(Path(sys.executable).with_name("conductor"))
CHOOSE = "Number of a task, r to look again, q to leave: "
DECIDE = "[c]omplete, [e]dit, [s]ave for later or [r]elease: "


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Conductor]:
    """A development server, and a conductor that sets up its workflows."""
    with embedded_server(tmp_path_factory.mktemp("engine")) as running, Conductor(server_url=running.url) as conductor:
        conductor.human_tasks.register_template(HumanTaskTemplate.model_validate(FORM))
        yield conductor


def started(
    conductor: Conductor, name: str, *turns: dict[str, object], form: str | None = "approval"
) -> HumanTaskEntry:
    """Start a workflow of its own with one task."""
    definition = {"displayName": f"Task of {name}", "assignments": list(turns)}
    named = {} if form is None else {"userFormTemplate": {"name": form, "version": 1}}
    inputs = {"order": f"order of\x1b[31m {name}", "__humanTaskDefinition": {**definition, **named}}
    task = {"name": "approve", "taskReferenceName": "approve", "type": "HUMAN", "inputParameters": inputs}
    conductor.run(post("/metadata/workflow", body={"name": name, "version": 1, "tasks": [task]}))
    workflow_id = conductor.run(post("/workflow", body={"name": name}, returns=str))
    (entry,) = conductor.human_tasks.search(HumanTaskSearch(workflow_ids=[workflow_id]))
    return entry


def inbox(conductor: Conductor, *words: str) -> list[str]:
    """Command of an inbox."""
    return [PROGRAM, "human", "inbox", "--server-url", conductor.settings.server_url, *words]


def choose_first(terminal: PseudoTerminal) -> None:
    """Choose the first task."""
    terminal.until(CHOOSE)
    terminal.type("1")


def test_a_result_is_edited_saved_and_completed_later(server: Conductor) -> None:
    entry = started(server, "saved", turn("ada"))
    with pseudo_terminal(inbox(server, "--user", "ada", "--workflow", "saved")) as terminal:
        choose_first(terminal)
        shown = terminal.until("approved (yes or no, required): ")
        assert "order: order of [31m saved" in shown  # no control codes of the server's
        terminal.type("n")
        terminal.until("comment (at most 10 characters, optional): ")
        terminal.type("much too long for this form")
        terminal.until("longer than 10 characters")
        terminal.type("later")
        terminal.until(DECIDE)
        terminal.type("x")
        terminal.until("! x is none of these")
        terminal.type("e")
        terminal.until("[no]: ")
        terminal.type("yes")
        terminal.until("[later]: ")
        terminal.type("-")
        terminal.until(DECIDE)
        terminal.type("s")
        terminal.until("Saved; the task is still yours.")
        choose_first(terminal)
        terminal.until("[yes]: ")
        terminal.type("")
        terminal.until("comment (")
        terminal.type("")
        terminal.until(DECIDE)
        terminal.type("")
        terminal.until("The inbox is empty.")
        terminal.until(CHOOSE)
        terminal.type("9")
        terminal.until("! there is no task 9")
        terminal.type("r")
        terminal.until("The inbox is empty.")
        terminal.type("q")
        assert terminal.ended() == 0
    workflow = server.run(get("/workflow/{}", entry.workflow_id, returns=dict[str, Any]))
    assert (workflow["status"], workflow["output"]) == ("COMPLETED", {"approved": True})


def test_what_somebody_else_took_in_between_is_said_and_the_session_goes_on(server: Conductor) -> None:
    entry = started(server, "taken")
    with pseudo_terminal(inbox(server, "--user", "ada", "--workflow", "taken")) as terminal:
        terminal.until(CHOOSE)
        server.human_tasks.claim_task_as_external_user(entry.task_id, "bob")
        terminal.type("1")
        terminal.until("is claimed by EXTERNAL_USER bob already; it must be released first")
        terminal.until("The inbox is empty.")
        terminal.until(CHOOSE)
        terminal.press(END_OF_INPUT)
        assert terminal.ended() == 0


def test_a_task_without_form_takes_any_object_and_can_be_released(server: Conductor) -> None:
    entry = started(server, "formless", form=None)
    with pseudo_terminal(inbox(server, "--workflow", "formless")) as terminal:
        choose_first(terminal)
        terminal.until("Result as a JSON object [{}]: ")
        terminal.type("{broken")
        terminal.until("! no JSON")
        terminal.type("[1]")
        terminal.until("! it must be an object")
        terminal.type('{"n": 1}')
        terminal.until(DECIDE)
        terminal.type("release")
        terminal.until("Released.")
        terminal.until(CHOOSE)
        terminal.press(INTERRUPT)
        assert terminal.ended() == 130
    assert "Traceback" not in terminal.screen
    assert server.human_tasks.get_task_by_id(entry.task_id).state == "PENDING"
