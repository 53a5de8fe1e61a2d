"""The Python blocks of each distribution's README run as they stand, on the embedded engine."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

import pytest

from tools.distributions import distributions

if TYPE_CHECKING:
    from pathlib import Path

BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
READMES = [item.folder / "README.md" for item in distributions() if item.folder.parent.name == "plugins"]
WITH_EXAMPLE = [readme for readme in READMES if BLOCK.search(readme.read_text(encoding="utf-8"))]
LONGEST_EXAMPLE = 20
CLIENTS = {"metadata", "tasks", "workflows"}


@pytest.mark.parametrize("readme", WITH_EXAMPLE, ids=lambda readme: readme.parent.name)
def test_the_example_runs(readme: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("CONDUCTOR_TRANSPORT", "embedded")
    monkeypatch.setenv("CONDUCTOR_SERVER_URL", f"embedded://memory/readme-{readme.parent.name}")
    text = readme.read_text(encoding="utf-8")
    for block in BLOCK.finditer(text):
        code = "\n" * text[: block.start()].count("\n") + block.group(1)
        exec(compile(code, str(readme), "exec"), {"__name__": "readme"})  # noqa: S102 - the project's own documentation
    with contextlib.suppress(KeyError):
        assert EXPECTED[readme.parent.name] in capsys.readouterr().out


EXPECTED = {
    "metadata": "orders 3\n2\n",
    "metrics_otel": "['POST /workflow']\n",
    "tasks": "{'approve': 0}\n",
    "workflows": "COMPLETED {'text': 'Hello, Ada', 'loud': 1}\n",
}


def test_every_client_has_a_short_example() -> None:
    found = {readme.parent.name: BLOCK.search(readme.read_text(encoding="utf-8")) for readme in WITH_EXAMPLE}
    assert set(found) >= CLIENTS
    assert {name for name, block in found.items() if block and block.group(1).count("\n") > LONGEST_EXAMPLE} == set()
