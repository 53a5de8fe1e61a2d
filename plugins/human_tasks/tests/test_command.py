"""`conductor human` without a person: lists, documents, claims and completions for scripts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import Conductor
from conductor_core.cli import main
from conductor_embedded import VirtualEngine
from conductor_human_tasks import HumanTaskTemplate
from conductor_human_tasks._embedded import hooks
from plugins.human_tasks.tests.workbench import FORM, Desk, turn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """An engine that the command finds too."""
    with VirtualEngine(plugins=(hooks,)) as engine, Conductor(engine.settings) as conductor:
        monkeypatch.setenv("CONDUCTOR_SERVER_URL", engine.url)
        monkeypatch.setenv("CONDUCTOR_TRANSPORT", "embedded")
        conductor.human_tasks.register_template(HumanTaskTemplate.model_validate(FORM))
        yield Desk(conductor, engine)


def documents(capsys: pytest.CaptureFixture[str]) -> Any:
    """What the command printed."""
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("words", "users"),
    [
        (["--user", "ada"], ["nobody's", "ada", "team"]),
        (["--user", "bob"], ["nobody's", "team"]),
        ([], ["nobody's", "cleo", "team"]),
        (["--everybody"], ["nobody's", "ada", "cleo", "team"]),
        (["--everybody", "--workflow", "nowhere"], []),
        (["--everybody", "--size", "1"], ["team"]),
    ],
)
def test_an_inbox_holds_what_the_person_may_work_on(
    words: list[str], users: list[str], desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.start()
    for one in (turn("ada"), turn("cleo", "CONDUCTOR_USER"), turn("team", "EXTERNAL_GROUP")):
        desk.engine.advance(1)
        desk.start(one)
    assert main(["human", "inbox", "--json", *words]) == 0
    found = [entry.get("assignee", {}).get("user", "nobody's") for entry in documents(capsys)]
    assert sorted(found) == sorted(users)


def test_an_inbox_without_a_terminal_is_a_table(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["human", "inbox"]) == 0
    assert capsys.readouterr().out == "The inbox is empty.\n"
    desk.start(turn("ada"))
    assert main(["human", "inbox", "--user", "ada"]) == 0
    head, line = capsys.readouterr().out.splitlines()
    assert head.split() == ["#", "TASK", "WORKFLOW", "STATE", "ASSIGNEE", "CLAIMANT", "SINCE"]
    assert "Approve the order  approval_flow  ASSIGNED  ada" in line


def test_a_claimed_task_is_in_its_claimants_inbox_only(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    entry = desk.start()
    assert main(["human", "claim", entry.task_id, "--user", "ada", "--json"]) == 0
    assert documents(capsys)["claimant"] == {"user": "ada", "userType": "EXTERNAL_USER"}
    for user, count in (("ada", 1), ("bob", 0)):
        main(["human", "inbox", "--json", "--user", user])
        assert len(documents(capsys)) == count
    assert main(["human", "claim", entry.task_id, "--user", "bob"]) == 1
    assert "is claimed by EXTERNAL_USER ada already" in capsys.readouterr().err
    assert main(["human", "release", entry.task_id]) == 0
    assert "state: PENDING" in capsys.readouterr().out


def test_a_task_is_shown_with_its_form(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    entry = desk.start(turn("ada"))
    assert main(["human", "show", entry.task_id]) == 0
    shown = capsys.readouterr().out
    assert "amount: 7" in shown
    assert "approved: yes or no, required" in shown
    assert "__humanTaskDefinition" not in shown
    assert main(["human", "show", entry.task_id, "--json"]) == 0
    assert documents(capsys)["humanTaskDef"]["fullTemplate"]["jsonSchema"] == FORM["jsonSchema"]


def test_a_script_completes_a_task(desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = desk.start(turn("ada")), desk.start(turn("ada"))
    words = ["human", "complete", first.task_id, "--user", "ada", "--input"]
    assert main([*words, '{"approved": "yes", "comment": "much too long"}']) == 2
    error = capsys.readouterr().err
    assert "the input does not fit the form: " in error
    assert 'approved: "yes" is not of type "boolean"' in error
    assert "longer than 10 characters" in error
    assert desk.look(first).state == "ASSIGNED"
    assert main([*words, '{"approved": true}', "--json"]) == 0
    assert documents(capsys)["state"] == "COMPLETED"
    assert desk.workflow(first)["output"] == {"approved": True}
    (tmp_path / "result.json").write_text('{"approved": false}')
    words = ["human", "complete", second.task_id, "--input", f"@{tmp_path / 'result.json'}"]
    assert main([*words, "--user", "eve"]) == 1
    assert "assigned to EXTERNAL_USER ada, not to EXTERNAL_USER eve" in capsys.readouterr().err
    assert main([*words, "--user", "eve", "--override"]) == 0
    assert desk.workflow(second)["output"] == {"approved": False}


@pytest.mark.parametrize(
    ("text", "message"),
    [("{", "--input is no JSON"), ("[]", "must be a JSON object"), ("@nowhere.json", "cannot be read")],
)
def test_a_broken_input_is_a_usage_error(
    text: str, message: str, desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["human", "complete", desk.start().task_id, "--input", text]) == 2
    assert message in capsys.readouterr().err


def test_an_unknown_task_is_one_line(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert desk.conductor.settings.transport == "embedded"
    assert main(["human", "show", "nobody"]) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "404" in error
