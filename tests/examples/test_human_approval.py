"""The approval with a form, done by a person at a real pseudo-terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests._support.terminals import pseudo_terminal

if TYPE_CHECKING:
    from pathlib import Path

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminals of this kind", allow_module_level=True)


def test_a_manager_approves_at_the_terminal(examples: Path) -> None:
    with pseudo_terminal([sys.executable, "-W", "error", str(examples / "human_approval.py")]) as terminal:
        inbox = terminal.until("Number of a task, r to look again, q to leave: ")
        assert "Approve the expense" in inbox
        assert "ASSIGNED" in inbox
        terminal.type("1")
        assert "purpose: train to Porto" in terminal.until("Approved (yes or no, required): ")
        terminal.type("")
        terminal.until("! a value is required")
        terminal.type("perhaps")
        terminal.until("! Approved must be yes or no")
        terminal.type("yes")
        terminal.until("Amount to pay (a number, at least 1, at most 500, required) [120]: ")
        terminal.type("501")
        terminal.until("! 501 is greater than the maximum of 500")
        terminal.type("80.5")
        terminal.until("2. training")
        terminal.type("3")
        terminal.until("! Budget must be one of travel, training")
        terminal.type("2")
        terminal.until("Cost center (")
        terminal.type("porto")
        terminal.until("does not match")
        terminal.type("PT07")
        terminal.until("Comment (")
        terminal.type("")
        assert "cost_center: PT07" in terminal.until("[c]omplete, [e]dit, [s]ave for later or [r]elease: ")
        terminal.type("c")
        terminal.until("Completed.")
        terminal.until("The inbox is empty.")
        terminal.type("q")
        terminal.until("COMPLETED: {'paid': 80.5, 'from': 'training'}")
        assert terminal.ended() == 0


def test_a_manager_leaves_without_an_answer(examples: Path) -> None:
    with pseudo_terminal([sys.executable, "-W", "error", str(examples / "human_approval.py")]) as terminal:
        terminal.until("Number of a task, r to look again, q to leave: ")
        terminal.press("\x04")
        terminal.until("RUNNING: {}")
        assert terminal.ended() == 0
