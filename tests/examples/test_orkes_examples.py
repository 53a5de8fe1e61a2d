"""The examples for Orkes Conductor run as they stand: on a server that knows its OpenAPI document, and on an engine with models."""

from __future__ import annotations

import ast
import runpy
import sys
from typing import TYPE_CHECKING, Any

import pytest

from conductor_core import Conductor, Settings
from tests._support.documented_server import documented_server
from tests._support.fake_models import engine_with_models
from tools.distributions import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests._support.documented_server import DocumentedServer
    from tools.real_server import RealServer

FOLDER = ROOT / "examples" / "orkes"
SHARED = ("cluster", "llm_support")
PROGRAMS = sorted(path.name for path in FOLDER.glob("*.py") if path.stem not in SHARED)
QUESTION = "How is the weather in Lisbon?"
WITH_A_MODEL: dict[str, dict[str, Any]] = {
    "llm_agents.py": {},  # what it says is looked at by its own test
    "llm_chat.py": {"answer": "<What is a workflow?>"},
    "llm_chat_with_a_person.py": {"text": "<Apply these corrections: shorter>"},
    "llm_functions.py": {"said": "it is mild in Lisbon"},
    "mcp_agent.py": {},
    "rag.py": {},
    "vector_database.py": {"found": [{"score": 1, "text": "Tea is at five."}]},
}
KEY = {"id": "k", "secret": "s"}


@pytest.fixture(autouse=True)
def _as_a_program(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let an example find its neighbours, and forget them afterwards; no model is named."""
    monkeypatch.setattr(sys, "path", [str(FOLDER), *sys.path])
    monkeypatch.setattr(sys, "argv", ["example", "shorter"])
    for name in ("LLM_PROVIDER", "LLM_MODEL", "CONDUCTOR_SERVER_URL", "CONDUCTOR_TRANSPORT"):
        monkeypatch.delenv(name, raising=False)
    yield
    for name in SHARED:
        sys.modules.pop(name, None)


@pytest.fixture(scope="module")
def documented() -> Iterator[DocumentedServer]:
    """A server that knows the document."""
    with documented_server() as server:
        server.answers["POST", "/applications/text/accessKeys"] = KEY  # the document says nothing about it
        yield server


def run(program: str) -> None:
    """Run an example as Python runs a program."""
    runpy.run_path(str(FOLDER / program), run_name="__main__")


@pytest.mark.parametrize("program", [name for name in PROGRAMS if name not in WITH_A_MODEL])
def test_an_example_runs_as_it_stands_and_takes_back_what_it_made(
    program: str, documented: DocumentedServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CONDUCTOR_SERVER_URL", documented.url)
    documented.seen.clear()
    run(program)
    assert capsys.readouterr().out.splitlines()[-1] == "cleaned up"
    verbs = [verb for verb, _, _ in documented.seen if verb != "GET"]
    assert verbs[0] in {"POST", "PUT"}
    assert verbs[-1] == "DELETE"


@pytest.mark.parametrize("program", WITH_A_MODEL)
def test_an_example_with_a_model_says_what_is_missing(program: str, capsys: pytest.CaptureFixture[str]) -> None:
    run(program)
    assert capsys.readouterr().out.splitlines()[-1].endswith("set LLM_PROVIDER and LLM_MODEL to run it")


@pytest.mark.parametrize("program", [name for name in PROGRAMS if name not in WITH_A_MODEL])
def test_an_example_without_a_cluster_says_so_in_one_sentence(program: str) -> None:
    with pytest.raises(SystemExit, match=r"^set CONDUCTOR_SERVER_URL, .* to those of an Orkes cluster$"):
        run(program)


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """An engine that plays a cluster with a model; the variables name both."""
    with engine_with_models() as settings:
        for name, value in {
            "CONDUCTOR_SERVER_URL": settings.server_url,
            "CONDUCTOR_TRANSPORT": settings.transport,
            "LLM_PROVIDER": "fake",
            "LLM_MODEL": "parrot",
        }.items():
            monkeypatch.setenv(name, value)
        yield settings


@pytest.mark.parametrize("program", WITH_A_MODEL)
def test_an_example_with_a_model_runs_and_leaves_nothing(
    program: str, models: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with Conductor(models) as conductor:
        run(program)
        assert conductor.metadata.get_all_workflow_defs() == []
    (line,) = capsys.readouterr().out.splitlines()
    status, _, output = line.partition(" ")
    assert status == "COMPLETED"
    found = ast.literal_eval(output)
    assert found == (WITH_A_MODEL[program] or found)
    if program == "llm_agents.py":  # three rounds, in each of which the critic comments on the writer
        assert found["text"].count("Say what is wrong with this: ") == 7
        assert "a poem about queues" in found["text"]
    elif program == "mcp_agent.py":
        tool, arguments = found["answer"]["content"]
        assert (tool, arguments["city"]) == ("weather", "Lisbon")
        assert QUESTION in arguments["asked"]
    elif program == "rag.py":
        assert "The shop opens at nine." in found["answer"]
        assert found["answer"].endswith("answer: When does the shop open?>")


@pytest.mark.parametrize("program", PROGRAMS)
def test_an_example_says_what_it_needs(program: str) -> None:
    text = (FOLDER / program).read_text(encoding="utf-8").partition('"""\n\n')[0]
    assert "Needs: " in text or "Runs on the open-source server too" in text


def test_what_the_embedded_engine_has_runs_there_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(server_url="embedded://memory/event-handlers", transport="embedded")
    monkeypatch.setenv("CONDUCTOR_SERVER_URL", settings.server_url)
    monkeypatch.setenv("CONDUCTOR_TRANSPORT", settings.transport)
    with Conductor(settings) as conductor:
        run("event_handlers.py")
        assert conductor.events.get_event_handlers_for_event("conductor:orders") == []
    assert capsys.readouterr().out.splitlines() == ["handlers: 1", "cleaned up"]


@pytest.mark.real_server
@pytest.mark.parametrize("program", ["agents.py", "event_handlers.py", "schedules.py"])
def test_what_the_open_source_server_has_runs_there_too(
    program: str, real_server: RealServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CONDUCTOR_SERVER_URL", real_server.url)
    run(program)
    assert capsys.readouterr().out.splitlines()[-1] == "cleaned up"
