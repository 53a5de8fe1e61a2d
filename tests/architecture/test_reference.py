"""The reference is what the code says, and every hook has a test."""

from __future__ import annotations

import pytest

from conductor_core.cli._scaffold_kinds import GROUPS, KINDS
from conductor_core.hookspecs import SPECS
from tests._support.sources import tracked_files
from tools import reference
from tools.distributions import ROOT

HOOKS = [name for specs in SPECS for name in vars(specs) if name.startswith("conductor_")]


@pytest.mark.parametrize("name", sorted(reference.pages()))
def test_a_page_of_the_reference_has_not_drifted(name: str) -> None:
    written = (reference.FOLDER / name).read_text(encoding="utf-8")
    assert written == reference.pages()[name], "run `make docs`"


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_is_used_by_a_test(hook: str) -> None:
    tests = [path for path in tracked_files() if "tests" in path.relative_to(ROOT).parts and path.suffix == ".py"]
    users = [path for path in tests if hook in path.read_text(encoding="utf-8")]
    assert users, f"no test implements {hook}"


@pytest.mark.parametrize("kind", KINDS)
def test_every_extension_point_has_a_page_with_an_example(kind: str) -> None:
    text = (ROOT / "docs" / "plugins" / f"{kind}.md").read_text(encoding="utf-8")
    assert "```python\n" in text  # which tests/docs runs
    assert f'[project.entry-points."{GROUPS[kind]}"]' in text
    assert f"(plugins/{kind}.md)" in (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
