"""The examples for Orkes Conductor run as they stand, on a server that knows its OpenAPI document and nothing else."""

from __future__ import annotations

import runpy
import sys
from typing import TYPE_CHECKING

import pytest

from tests._support.documented_server import documented_server
from tools.distributions import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.real_server import RealServer

FOLDER = ROOT / "examples" / "orkes"
PROGRAMS = sorted(path.name for path in FOLDER.glob("*.py") if path.name != "llm_support.py")
WITHOUT_A_MODEL = {
    "llm_agents.py",
    "llm_chat.py",
    "llm_chat_with_a_person.py",
    "llm_functions.py",
    "mcp_agent.py",
    "rag.py",
    "vector_database.py",
}
KEY = {"id": "k", "secret": "s"}


@pytest.fixture(autouse=True)
def _as_a_program(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let an example find its neighbours, and forget them afterwards; no model is named."""
    monkeypatch.setattr(sys, "path", [str(FOLDER), *sys.path])
    for name in ("LLM_PROVIDER", "LLM_MODEL", "CONDUCTOR_TRANSPORT"):
        monkeypatch.delenv(name, raising=False)
    yield
    sys.modules.pop("llm_support", None)


@pytest.fixture(scope="module")
def documented() -> Iterator[str]:
    """The address of a server that knows the document."""
    with documented_server() as server:
        server.answers["POST", "/applications/text/accessKeys"] = KEY  # the document says nothing about it
        yield server.url


@pytest.mark.parametrize("program", PROGRAMS)
def test_an_example_runs_as_it_stands(
    program: str, documented: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CONDUCTOR_SERVER_URL", documented)
    runpy.run_path(str(FOLDER / program), run_name="__main__")
    last = capsys.readouterr().out.splitlines()[-1]
    if program in WITHOUT_A_MODEL:
        assert last.endswith("set LLM_PROVIDER and LLM_MODEL to run it")
    else:
        assert last == "cleaned up"


@pytest.mark.parametrize("program", PROGRAMS)
def test_an_example_says_what_it_needs(program: str) -> None:
    text = (FOLDER / program).read_text(encoding="utf-8").partition('"""\n\n')[0]
    assert "Needs: " in text or "Runs on the open-source server too" in text


@pytest.mark.real_server
@pytest.mark.parametrize("program", ["event_handlers.py", "schedules.py"])
def test_what_the_open_source_server_has_runs_there_too(
    program: str, real_server: RealServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CONDUCTOR_SERVER_URL", real_server.url)
    runpy.run_path(str(FOLDER / program), run_name="__main__")
    assert capsys.readouterr().out.splitlines()[-1] == "cleaned up"
