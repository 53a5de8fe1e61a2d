"""Right calls type-check and wrong ones do not, for mypy and pyright, on both faces. See README.md of this folder."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

import pytest

from tools.distributions import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

Checker: TypeAlias = Literal["mypy", "pyright"]
CHECKERS: tuple[Checker, ...] = ("mypy", "pyright")
CASES = sorted((Path(__file__).parent / "cases").glob("*.py"))
CHECKER_SECONDS = 300
EXPECTED = re.compile(
    r"# (?P<kind>error|revealed)(?:\[(?P<checker>mypy|pyright)\])?: (?P<text>.*?)(?=\s+# (?:error|revealed)|$)"
)
REVEALED = re.compile(r'Revealed type is "(?P<mypy>.*)"|Type of ".*" is "(?P<pyright>.*)"', re.DOTALL)


@dataclass(frozen=True)
class Said:
    """One message of a checker."""

    line: int
    kind: Literal["error", "revealed"]
    text: str


def _program(checker: Checker) -> str:
    return str(Path(sysconfig.get_path("scripts")) / checker)


def _run(command: list[str]) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=CHECKER_SECONDS, check=False)
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    return done.stdout


def _said_by_mypy(files: list[Path]) -> Iterator[tuple[Path, Said]]:
    for line in _run([_program("mypy"), "--output=json", *map(str, files)]).splitlines():
        message = cast("dict[str, str]", json.loads(line))
        revealed = REVEALED.match(message["message"])
        path = (ROOT / message["file"]).resolve()
        if revealed:
            yield path, Said(int(message["line"]), "revealed", revealed["mypy"])
        elif message["severity"] == "error":
            yield path, Said(int(message["line"]), "error", message["message"])


def _said_by_pyright() -> Iterator[tuple[Path, Said]]:
    project = str(Path(__file__).with_name("pyrightconfig.json"))
    command = [_program("pyright"), "--outputjson", "--pythonpath", sys.executable, "--project", project]
    answer = json.loads(_run(command))
    for message in answer["generalDiagnostics"]:
        revealed = REVEALED.match(message["message"])
        path, line = Path(message["file"]).resolve(), message["range"]["start"]["line"] + 1
        if revealed:
            yield path, Said(line, "revealed", revealed["pyright"])
        elif message["severity"] == "error":
            yield path, Said(line, "error", message["message"])


@pytest.fixture(scope="module")
def said() -> dict[Checker, dict[Path, list[Said]]]:
    """What each checker says about each case; each runs once, over all of them."""
    found: dict[Checker, dict[Path, list[Said]]] = {checker: {path: [] for path in CASES} for checker in CHECKERS}
    for path, message in _said_by_mypy(CASES):
        found["mypy"].setdefault(path, []).append(message)
    for path, message in _said_by_pyright():
        found["pyright"].setdefault(path, []).append(message)
    return found


def _expected(case: Path, checker: Checker) -> list[tuple[int, str, str]]:
    return [
        (number, match["kind"], match["text"].strip())
        for number, line in enumerate(case.read_text(encoding="utf-8").splitlines(), 1)
        for match in EXPECTED.finditer(line)
        if match["checker"] in {None, checker}
    ]


def _fits(kind: str, wanted: str, said: Said) -> bool:
    return kind == said.kind and (wanted == said.text if kind == "revealed" else bool(re.search(wanted, said.text)))


@pytest.mark.parametrize("checker", CHECKERS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_case(case: Path, checker: Checker, said: dict[Checker, dict[Path, list[Said]]]) -> None:
    expected = _expected(case, checker)
    messages = said[checker][case]
    unsaid = [
        wanted
        for wanted in expected
        if not any(wanted[0] == m.line and _fits(wanted[1], wanted[2], m) for m in messages)
    ]
    # A checker may say more about a line that it rejects; a line that nothing is expected of must stay silent.
    announced = {(line, kind) for line, kind, _ in expected}
    unexpected = [m for m in messages if (m.line, m.kind) not in announced]
    assert (unsaid, unexpected) == ([], [])


def test_every_case_expects_something() -> None:
    assert CASES
    assert [case.name for case in CASES for checker in CHECKERS if not _expected(case, checker)] == []
