"""The Python blocks of each distribution's README run as they stand: on the embedded engine, or on a server that knows the
OpenAPI document where the engine has no such thing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from conductor_core.worker import clear_worker_registry
from tests._support.documented_server import documented_server
from tools.distributions import distributions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
READMES = [item.folder / "README.md" for item in distributions() if item.folder.parent.name == "plugins"]
WITH_EXAMPLE = [readme for readme in READMES if BLOCK.search(readme.read_text(encoding="utf-8"))]
CLIENTS = {
    item.folder.name for item in distributions() if item.folder.name in item.entry_points.get("conductor.clients", {})
}
LONGEST_EXAMPLE = 20
ON_THE_ENGINE = {"human_tasks", "metadata", "metrics_otel", "migration", "tasks", "workflows"}
"""Distributions whose example the embedded engine can run."""
SHOWN = re.compile(r"^```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PRINTED = {
    "human_tasks": "{'approved': True}\n",
    "metadata": "orders 3\n2\n",
    "metrics_otel": "['POST /workflow']\n",
    "migration": "COMPLETED\n",
    "tasks": "{'approve': 0}\n",
    "workflows": "COMPLETED {'text': 'Hello, Ada', 'loud': 1}\n",
}
"""What an example prints, where its README does not show it in a text block."""


@pytest.fixture
def server_for_examples(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    clear_worker_registry()  # a page that ran before in this process may have left workers, and an example serves them all
    readme: Path = request.getfixturevalue("readme")
    if readme.parent.name in ON_THE_ENGINE:
        monkeypatch.setenv("CONDUCTOR_TRANSPORT", "embedded")
        monkeypatch.setenv("CONDUCTOR_SERVER_URL", f"embedded://memory/readme-{readme.parent.name}")
        yield
    else:
        with documented_server() as server:
            monkeypatch.setenv("CONDUCTOR_SERVER_URL", server.url)
            yield


@pytest.mark.usefixtures("server_for_examples")
@pytest.mark.parametrize("readme", WITH_EXAMPLE, ids=lambda readme: readme.parent.name)
def test_the_example_runs(readme: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = readme.read_text(encoding="utf-8")
    for block in BLOCK.finditer(text):
        code = "\n" * text[: block.start()].count("\n") + block.group(1)
        exec(compile(code, str(readme), "exec"), {"__name__": "readme"})  # noqa: S102 - the project's own documentation
    shown = SHOWN.search(text)
    assert (shown.group(1) if shown else PRINTED.get(readme.parent.name, "")) in capsys.readouterr().out


def test_every_client_has_a_short_example() -> None:
    found = {readme.parent.name: BLOCK.search(readme.read_text(encoding="utf-8")) for readme in WITH_EXAMPLE}
    assert set(found) >= CLIENTS
    assert len(CLIENTS) >= 15
    assert {name for name, block in found.items() if block and block.group(1).count("\n") > LONGEST_EXAMPLE} == set()
