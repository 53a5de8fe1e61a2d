"""Coverage counts what the tests of a distribution run, and all of it; what is played through otherwise is left alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILES = {
    "settings.ini": "[run]\nbranch = true\nsource_pkgs = thing\n",
    "thing/__init__.py": "",
    "thing/late.py": "def seen():\n    return 1\n\n\ndef unseen():\n    return 2\n",
    "tests/chaos/test_a.py": """
import threading

def test_unwatched():
    from thing import late
    thread = threading.Thread(target=late.unseen)
    thread.start()
    thread.join()
    assert late.unseen() == 2
""",
    "tests/unit/test_b.py": """
import threading

def test_watched():
    from thing import late
    thread = threading.Thread(target=late.seen)
    thread.start()
    thread.join()
""",
}


def test_only_what_watched_tests_run_is_counted(tmp_path: Path) -> None:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    environ = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    # Later Pythons measure without a trace function, and so cheaply that nothing is left out.
    environ |= {"COVERAGE_CORE": "ctrace", "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}
    coverage = [sys.executable, "-m", "coverage"]
    tests = ["-m", "pytest", "-q", "-p", "tests._support.measured", "-p", "no:cacheprovider", "tests"]
    for words in (["run", "--rcfile=settings.ini", *tests], ["json", "-q", "-o", "found.json"]):
        done = subprocess.run(
            [*coverage, *words], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    assert found["files"][str(Path("thing/late.py"))]["missing_lines"] == [6]
