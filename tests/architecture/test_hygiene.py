"""What no file may hold."""

from __future__ import annotations

import re
import tempfile

from tests._support.sources import product_sources, tracked_files
from tools.distributions import ROOT

# Put together here, so that this file does not hold what it looks for.
HOSTS = re.compile(
    "https?://[a-z0-9.-]*(" + "|".join(["py" + "pi", "python.?hosted", "n" + "pm", "mav" + "en"]) + ")[a-z0-9.-]*"
)
LEFT_OVERS = re.compile("|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X"]))
BARE_IGNORES = re.compile(r"#\s*(type: ignore|pyright: ignore|noqa)(?!\s*[\[:(])")
TEXT = {"", ".cfg", ".csv", ".json", ".lock", ".md", ".py", ".sh", ".toml", ".txt", ".yaml", ".yml"}


def _found(pattern: re.Pattern[str], *, below: str = "") -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number} {line.strip()[:100]}"
        for path in tracked_files()
        if path.suffix in TEXT and path.relative_to(ROOT).as_posix().startswith(below) and path.name != "LICENSE"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_file_names_the_host_of_a_package_registry() -> None:
    assert _found(HOSTS) == []


def test_no_file_names_the_folder_it_was_made_in() -> None:
    # A clone right below the root or the folder for temporary files says nothing about the machine it was made on.
    ordinary = {ROOT.parent.anchor, tempfile.gettempdir()}
    folder = ROOT if str(ROOT.parent) in ordinary else ROOT.parent
    assert _found(re.compile(re.escape(f"{folder}/") + r"|\.\./shared")) == []


def test_nothing_is_left_over() -> None:
    wrong = [
        f"{source.name}:{number} {line.strip()[:100]}"
        for source in product_sources()
        for number, line in enumerate(source.text.splitlines(), 1)
        if LEFT_OVERS.search(line) or BARE_IGNORES.search(line)
    ]
    assert wrong == []
