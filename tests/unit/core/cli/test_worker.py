"""``conductor worker``: what is typed wrong, and modules that hold no workers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests._support.fake_plugins import Installed


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["nothing_in_it"], 1, "no workers in nothing_in_it: decorate functions with @worker_task"),
        (
            ["folder/work.py"],
            1,
            "folder/work.py is the path of a file; name the module, as an import does: folder.work",
        ),
        (["fails"], 1, "could not be imported: ZeroDivisionError: division by zero (line 2 of fails.py)"),
        (["unreadable"], 1, "could not be imported: SyntaxError: "),
        (["nothing_in_it", "--stop-timeout", "-1"], 2, "--stop-timeout: must be a number of seconds, got '-1'"),
        (["nothing_in_it", "--stop-timeout", "long"], 2, "--stop-timeout: must be a number of seconds, got 'long'"),
    ],
)
def test_a_mistake_is_told_in_one_line(installed: Installed, words: list[str], code: int, message: str) -> None:
    modules = {"nothing_in_it": "", "fails": "\n1 / 0\n", "unreadable": "def (:\n"}
    for name, source in modules.items():
        (installed.folder / f"{name}.py").write_text(source)
    done = installed.conductor("worker", "run", *words)
    assert done.returncode == code
    assert message in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
