"""The Python blocks of README and docs run as they stand, page by page, in order."""

from __future__ import annotations

import re
import sys
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from tools.distributions import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PAGES = [
    page
    for page in [
        ROOT / "README.md",
        *sorted((ROOT / "docs").glob("*.md")),
        *sorted((ROOT / "docs/plugins").glob("*.md")),
    ]
    if BLOCK.search(page.read_text(encoding="utf-8"))
]


@pytest.fixture
def page_module() -> Iterator[ModuleType]:
    """A module that blocks run in, registered so that annotations can be resolved there."""
    module = ModuleType("page_under_test")
    sys.modules[module.__name__] = module
    yield module
    del sys.modules[module.__name__]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_blocks_of_a_page_run(page: Path, page_module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CONDUCTOR_SERVER_URL", "CONDUCTOR_TRANSPORT"):
        monkeypatch.delenv(name, raising=False)
    text = page.read_text(encoding="utf-8")
    for block in BLOCK.finditer(text):
        line = text[: block.start()].count("\n") + 1
        code = compile("\n" * line + block.group(1), str(page), "exec")
        exec(code, page_module.__dict__)  # noqa: S102 - the project's own documentation
